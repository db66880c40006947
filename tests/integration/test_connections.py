"""Connections to the upstream: kept and used again, never for a second try, and without Nagle's delay."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.integration.gateways import PATH, RawClient, ask, gateway, post
from tests.integration.upstreams import FIN, HANG, RST, SSE, Visit, chunk, plays, plays_in_turn, response, scripted, sse

OK = response(b"ok")


@pytest.mark.parametrize(
    "answer", [OK, sse(b"data: 1\n\n"), b"HTTP/1.1 204 N\r\n\r\n"], ids=["length", "chunks", "204"]
)
async def test_the_next_request_uses_the_same_connection(answer: bytes) -> None:
    async with scripted(plays(answer)) as upstream, gateway(upstream.url) as gate:
        for _ in range(3):
            assert (await ask(gate)).ended == "clean"
        assert (len(upstream.requests), len(upstream.visits)) == (3, 1)


@pytest.mark.parametrize("answer", [OK, sse(b"data: 1\n\n")], ids=["length", "chunks"])
async def test_a_client_can_keep_its_connection_too(answer: bytes) -> None:
    async with (
        scripted(plays(answer)) as upstream,
        gateway(upstream.url) as gate,
        RawClient.to(gate.port) as client,
    ):
        for _ in range(3):
            await client.send(post())
            assert (await client.answer()).ended == "clean"
        assert len(upstream.visits) == 1


async def test_pipelined_requests_are_answered_in_turn() -> None:
    async with (
        scripted(plays_in_turn((response(b"one"),), (response(b"two"),))) as upstream,
        gateway(upstream.url) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(post() + post(PATH, b"{}"))
        data = await client.until(b"two")
        assert data.index(b"one") < data.index(b"two")
        assert [asked.body for asked in upstream.requests] == [b'{"stream": true}', b"{}"]


@pytest.mark.parametrize(
    "answer",
    [
        response(b"ok", b"Connection: close"),
        response(b"ok").replace(b"HTTP/1.1", b"HTTP/1.0"),
        response(b"ok", b"Connection: Keep-Alive, Close"),
    ],
)
async def test_a_connection_that_shall_be_closed_is_not_used_again(answer: bytes) -> None:
    async with scripted(plays(answer)) as upstream, gateway(upstream.url) as gate:
        for _ in range(2):
            answered = await ask(gate)
            assert (answered.ended, answered.body) == ("clean", b"ok")
            assert answered.header("connection") is None
        assert len(upstream.visits) == 2


@pytest.mark.parametrize("end", [FIN, RST])
async def test_a_kept_connection_that_ended_is_noticed(end: object) -> None:
    script = plays_in_turn((OK, 0.02, end), (OK,))  # type: ignore[arg-type]
    async with scripted(script) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate)).body == b"ok"
        await upstream.visits[0].gone.wait()
        assert (await ask(gate)).body == b"ok"
        assert (len(upstream.requests), len(upstream.visits)) == (2, 2)


@pytest.mark.parametrize("end", [FIN, RST])
async def test_a_kept_connection_that_dies_with_a_request_on_it_is_a_502_and_no_second_try(end: object) -> None:
    script = plays_in_turn((OK,), (end,), (OK,))  # type: ignore[arg-type]
    async with scripted(script) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate)).body == b"ok"
        assert (await ask(gate)).status == 502
        assert (len(upstream.requests), len(upstream.visits)) == (2, 1)
        assert (await ask(gate)).body == b"ok"


async def test_streams_at_once_have_a_connection_each() -> None:
    everybody = asyncio.Barrier(200)

    async def all_at_once(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE)
        await everybody.wait()
        await visit.play(chunk(b"data: 1\n\n") + chunk(b""))

    async with scripted(all_at_once) as upstream, gateway(upstream.url, idle_timeout=10.0) as gate:
        answers = await asyncio.gather(*[ask(gate, limit=15) for _ in range(200)])
        assert {answered.ended for answered in answers} == {"clean"}
        assert len(upstream.visits) == 200


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_small_chunks_do_not_wait_for_acknowledgements(mode: str, cassettes: Path) -> None:
    """Without TCP_NODELAY the second small write in a row waits 40 ms for the first one's delayed acknowledgement."""
    sent: list[float] = []

    async def small(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.send(SSE)
            for _ in range(10):
                sent.append(time.monotonic())
                await visit.send(chunk(b"data: 1\n\n"))
                await asyncio.sleep(0.003)
            await visit.send(chunk(b""))

    async with (
        scripted(small) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
        RawClient.to(gate.port) as client,
    ):
        for _ in range(3):  # on a kept connection on both sides
            sent.clear()
            await client.send(post())
            start = time.monotonic()
            answered = await client.answer()
            came = [start + at for at, data in answered.reads if b"data" in data]
        delays = [there - here for here, there in zip(sent, came, strict=False)]
        assert len(upstream.visits) == 1
        assert len(delays) >= 5
        assert sorted(delays)[len(delays) // 2] < 0.01, delays


async def test_a_request_is_one_write() -> None:
    """Head and body in one segment, or the body would wait for the head's acknowledgement at a slow upstream."""
    pieces: list[int] = []

    async def count(visit: Visit) -> None:
        await visit.at_least(1)
        pieces.append(len(visit.received))
        await visit.request()
        await visit.play(OK, HANG)

    async with scripted(count) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate)).body == b"ok"
        asked = upstream.requests[0]
        assert pieces == [len(asked.head) + len(asked.body)]
