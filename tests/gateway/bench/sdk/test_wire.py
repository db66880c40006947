"""Below an SDK: what was sent and what came, with times, whatever the SDK makes of it."""

import httpx2
import pytest

from gateway.bench.sdk.wire import SHOT, Wire
from gateway.bench.shot import Shot
from gateway.hosting import hosted
from gateway.measuring import measurement_of
from gateway.simulator import Simulation, simulator_runner
from recorder.clock import SystemClock
from recorder.interaction import Request

BODY = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "goats"}]}
ASKED = Request("openai", "POST", "/v1/chat/completions")


async def asked(client, url):
    shot = Shot(0, ASKED, None, 0)
    SHOT.set(shot)
    async with client.stream("POST", url + ASKED.target, json=BODY) as response:
        await response.aread()
    return shot


@pytest.mark.parametrize(("fresh", "connections"), [(False, ["new", "reused"]), (True, ["new", "new"])])
async def test_a_shot_has_what_a_recording_would(fresh, connections):
    simulation = Simulation(ttft_ms=30, gap_ms=1)
    async with (
        hosted(simulator_runner(simulation)) as url,
        httpx2.AsyncClient(transport=Wire(SystemClock(), fresh=fresh)) as client,
    ):
        shots = [await asked(client, url) for _ in range(2)]
    assert [shot.connection for shot in shots] == connections
    for shot in shots:
        assert b"goats" in shot.request.body
        assert shot.request.target == ASKED.target
        assert 0 < shot.sent_at < shot.head_at <= shot.reads[0][0] <= shot.end_at
        assert measurement_of(shot.interaction({})).status == "ok"


async def test_who_does_not_answer_is_a_failure():
    async with httpx2.AsyncClient(transport=Wire(SystemClock(), fresh=False)) as client:
        shot = Shot(0, ASKED, None, 0)
        SHOT.set(shot)
        with pytest.raises(httpx2.ConnectError):
            await client.post("http://127.0.0.1:1/v1", json=BODY)
    assert shot.failure.reason == "refused"


async def test_a_body_that_breaks_off_is_an_upstream_error():
    async with (
        hosted(simulator_runner(Simulation(ttft_ms=0, gap_ms=0))) as url,
        httpx2.AsyncClient(transport=Wire(SystemClock(), fresh=False)) as client,
    ):
        shot = Shot(0, ASKED, None, 0)
        SHOT.set(shot)
        with pytest.raises(httpx2.HTTPError):
            await client.post(url + ASKED.target, json={**BODY, "model": "simulate-cut"})
    assert shot.end.kind == "upstream_error"
    assert measurement_of(shot.interaction({})).status == "incomplete"
