"""The own HTTP path: answers and failures end up in the shot."""

import pytest

from gateway.bench.client import OwnClient
from gateway.bench.shot import Shot
from gateway.hosting import hosted
from gateway.live import Live, Origin, Timeouts
from gateway.simulator import Simulation, simulator_runner
from recorder.clock import SystemClock
from tests.gateway.bench.targets import REQUEST


def own(url, **settings):
    return OwnClient(Live({"acme": Origin.parse(url)}, Timeouts(), SystemClock()), **settings)


@pytest.mark.parametrize(("fresh", "connections"), [(False, ["new", "reused"]), (True, ["new", "new"])])
async def test_an_answer_is_kept_with_its_connection(fresh, connections):
    async with hosted(simulator_runner(Simulation(ttft_ms=0, gap_ms=0))) as url:
        client = own(url, fresh=fresh)
        client.check([REQUEST])
        shots = [Shot(number, REQUEST, None, 0) for number in range(2)]
        for shot in shots:
            await client.ask(shot)
        await client.close()
    assert [shot.connection for shot in shots] == connections
    assert all(shot.end.kind == "complete" for shot in shots)


async def test_a_connection_that_is_refused_is_a_failure_of_this_request():
    client, shot = own("http://127.0.0.1:1"), Shot(0, REQUEST, None, 0)
    await client.ask(shot)
    assert shot.failure.reason == "refused"
    assert shot.failure.message == "http://127.0.0.1:1 refused the connection; is it running?"
