"""One request through an SDK to the simulated provider, and what holds of it whichever SDK it is."""

from gateway.bench.added import added_by
from gateway.bench.questions import Wanted, from_prompts
from gateway.bench.result import read_shots
from gateway.bench.shot import Shot
from gateway.bench.target import target_of
from gateway.dialects import PROVIDERS
from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner
from recorder.clock import SystemClock

__all__ = ["asked_through", "check_pairing", "check_refusal"]


async def asked_through(make, api, *, model="m"):
    async with hosted(simulator_runner(Simulation(ttft_ms=0, gap_ms=0))) as url:
        questions = from_prompts(["goats"], Wanted(target_of(url, api, PROVIDERS), model=model))
        client = make(url, "key", SystemClock(), fresh=False)
        client.check(questions)
        shot = Shot(0, questions[0], None, 0)
        await client.ask(shot)
        await client.close()
    return shot


async def check_pairing(make, api):
    """Every event that the SDK gives is paired with its frame."""
    shot = await asked_through(make, api)
    (reading,) = read_shots([shot], lambda _: {})
    assert reading.measurement.status == "ok"
    assert reading.measurement.tokens_out > 2
    added = added_by([reading])
    assert (added.per_event.n, added.unpaired) == (len(shot.yielded), 0)
    assert added.per_event.minimum >= 0


async def check_refusal(make, api, status):
    """A refusal is an answer that is kept, and not repeated."""
    shot = await asked_through(make, api, model=f"simulate-{status}")
    assert shot.head.status == status
    assert shot.end.kind == "complete"
    assert shot.failure is None
