"""One request through an SDK to the simulated provider."""

from gateway.bench.questions import Wanted, from_prompts
from gateway.bench.shot import Shot
from gateway.bench.target import target_of
from gateway.dialects import PROVIDERS
from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner
from recorder.clock import SystemClock

__all__ = ["asked_through"]


async def asked_through(make, api, *, model="m"):
    async with hosted(simulator_runner(Simulation(ttft_ms=0, gap_ms=0))) as url:
        questions = from_prompts(["goats"], Wanted(target_of(url, api, PROVIDERS), model=model))
        client = make(url, "key", SystemClock(), fresh=False)
        client.check(questions)
        shot = Shot(0, questions[0], None, 0)
        await client.ask(shot)
        await client.close()
    return shot
