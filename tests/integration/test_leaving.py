"""The client leaves: not recording, the paid call ends with it; recording, the answer is read on for the cassette."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.gateways import Gateway, RawClient, ask, gateway, post, recorded
from tests.integration.upstreams import HANG, SSE, Step, Upstream, Visit, chunk, plays, scripted, sse

ONE = b"data: 1\n\n"
STOP = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'


def by_fin(client: RawClient) -> None:
    client.sock.close()


def by_rst(client: RawClient) -> None:
    client.reset()


each_way = pytest.mark.parametrize("leave", [by_fin, by_rst])
Leave = Callable[[RawClient], None]

# What the upstream has sent, and what the client has seen of it, when the client leaves.
MOMENTS: dict[str, tuple[tuple[Step, ...], bytes]] = {
    "before the head": ((HANG,), b""),
    "before the first byte": ((SSE, HANG), b"\r\n\r\n"),
    "in a silent gap": ((SSE + chunk(ONE), HANG), ONE),
    "in mid stream": ((SSE, *[step for _ in range(300) for step in (chunk(ONE), 0.005)], HANG), ONE),
    "inside a chunk": ((SSE + b"ff\r\n" + ONE, HANG), ONE),
}
PATIENT = {"first_byte_timeout": 30.0, "idle_timeout": 30.0}


@asynccontextmanager
async def client_that_saw(gate: Gateway, upstream: Upstream, part: bytes) -> AsyncIterator[RawClient]:
    """A client that has sent its request and waited for `part` of the answer."""
    async with RawClient.to(gate.port) as client:
        await client.send(post())
        await upstream.asked()
        if part:
            await client.until(part)
        else:
            await asyncio.sleep(0.05)
        yield client


@each_way
@pytest.mark.parametrize("settings", [{"mode": "live"}, {"mode": "all", "read_on": False}], ids=["live", "no read on"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_the_upstream_sees_its_connection_closed_at_once(
    moment: str, settings: dict[str, object], leave: Leave, cassettes: Path
) -> None:
    steps, part = MOMENTS[moment]
    async with (
        scripted(plays(*steps)) as upstream,
        gateway(upstream.url, cassettes=cassettes, **settings, **PATIENT) as gate,
        client_that_saw(gate, upstream, part) as client,
    ):
        left = time.monotonic()
        leave(client)
        async with asyncio.timeout(1):
            await upstream.visits[0].gone.wait()
        assert upstream.visits[0].gone_at - left < 0.5
    if settings["mode"] == "all":
        kept = recorded(cassettes)
        assert [interaction.end.kind for interaction in kept] == ["client_closed"] * (moment != "before the head")
        assert all(ONE in interaction.body for interaction in kept if part == ONE)


LATER: dict[str, tuple[tuple[Step, ...], bytes]] = {
    "before the head": ((0.2, sse(ONE, STOP)), b""),
    "before the first byte": ((SSE, 0.2, chunk(ONE) + chunk(STOP) + chunk(b"")), b"\r\n\r\n"),
    "in a silent gap": ((SSE + chunk(ONE), 0.2, chunk(STOP) + chunk(b"")), ONE),
    "inside a chunk": ((SSE + b"9\r\ndata", 0.2, b": 1\n\n\r\n" + chunk(STOP) + chunk(b"")), b"data"),
}


@each_way
@pytest.mark.parametrize("mode", ["all", "new_episodes"])
@pytest.mark.parametrize("moment", LATER)
async def test_while_recording_the_answer_is_read_on_and_whole_on_the_cassette(
    moment: str, mode: str, leave: Leave, cassettes: Path
) -> None:
    steps, part = LATER[moment]
    async with scripted(plays(*steps)) as upstream:
        async with (
            gateway(upstream.url, mode=mode, cassettes=cassettes, drain_timeout=5.0) as gate,
            client_that_saw(gate, upstream, part) as client,
        ):
            leave(client)
        (kept,) = recorded(cassettes)
        assert (kept.end.kind, kept.body) == ("complete", ONE + STOP)
        assert kept.facts["client_left"] is True
        async with gateway(upstream.url, mode="replay", cassettes=cassettes) as gate:
            assert (await ask(gate)).body == ONE + STOP
        assert len(upstream.requests) == 1


@each_way
async def test_reading_on_has_a_limit(leave: Leave, cassettes: Path) -> None:
    async with (
        scripted(plays(SSE, *[step for _ in range(300) for step in (chunk(ONE), 0.02)])) as upstream,
        gateway(upstream.url, mode="all", cassettes=cassettes, read_on_timeout=0.2) as gate,
        client_that_saw(gate, upstream, ONE) as client,
    ):
        left = time.monotonic()
        leave(client)
        async with asyncio.timeout(1):
            await upstream.visits[0].gone.wait()
        assert 0.15 < upstream.visits[0].gone_at - left < 1
    (kept,) = recorded(cassettes)
    assert kept.end.kind == "client_closed"
    assert "read on for 0.2 s" in kept.end.reason


async def test_an_upstream_that_breaks_after_the_client_left_is_recorded_as_broken(cassettes: Path) -> None:
    async with (
        scripted(plays(SSE + chunk(ONE), HANG)) as upstream,
        gateway(upstream.url, mode="all", cassettes=cassettes, idle_timeout=0.3, drain_timeout=5.0) as gate,
        client_that_saw(gate, upstream, ONE) as client,
    ):
        by_fin(client)
    (kept,) = recorded(cassettes)
    assert kept.end.kind == "upstream_error"


@each_way
@pytest.mark.parametrize("settings", [{"mode": "live"}, {"mode": "all", "read_on": False}], ids=["live", "no read on"])
async def test_a_client_that_has_not_read_for_a_while_leaves(
    settings: dict[str, object], leave: Leave, cassettes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE)
        await visit.flood(chunk(b"x" * (64 << 10)))

    patient = {"write_timeout": 30.0, **PATIENT}
    async with (
        scripted(endless) as upstream,
        gateway(upstream.url, cassettes=cassettes, **settings, **patient) as gate,
        client_that_saw(gate, upstream, b"x") as client,
    ):
        visit = upstream.visits[0]
        sent = -1
        while sent != (sent := visit.sent):
            await asyncio.sleep(0.1)
        left = time.monotonic()
        leave(client)
        async with asyncio.timeout(1):
            await visit.gone.wait()
        assert visit.gone_at - left < 0.5
    assert "bug" not in caplog.text


async def test_a_client_that_shuts_its_sending_side_has_left() -> None:
    """As with most proxies; no SDK does it, and nothing else would tell a client that left in a silent gap."""
    async with (
        scripted(plays(SSE + chunk(ONE), HANG)) as upstream,
        gateway(upstream.url, **PATIENT) as gate,
        client_that_saw(gate, upstream, ONE) as client,
    ):
        client.sock.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(1):
            await upstream.visits[0].gone.wait()


async def test_leaving_while_the_connection_is_made_makes_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(plays(HANG)) as upstream, gateway(upstream.url.replace("http:", "https:")) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            await upstream.visited()
        async with asyncio.timeout(1):
            await upstream.visits[0].gone.wait()
    assert "bug" not in caplog.text


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_leaving_in_the_middle_of_an_upload_ends_it(mode: str, cassettes: Path) -> None:
    size = 3 << 20
    async with scripted(plays(sse(STOP))) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post(body=b"x" * size)[: -(1 << 20)])
            await (await upstream.visited()).at_least(1 << 20)
        async with asyncio.timeout(1):
            await upstream.visits[0].gone.wait()
        assert upstream.requests == []
    assert recorded(cassettes) == []


async def test_a_hundred_that_leave_are_all_let_go(cassettes: Path) -> None:
    async with scripted(plays(SSE + chunk(ONE), HANG)) as upstream, gateway(upstream.url, **PATIENT) as gate:

        async def come_and_go() -> None:
            async with RawClient.to(gate.port) as client:
                await client.send(post())
                await client.until(ONE)

        await asyncio.gather(*[come_and_go() for _ in range(100)])
        async with asyncio.timeout(1):
            await asyncio.gather(*[visit.gone.wait() for visit in upstream.visits])
        assert len(upstream.visits) == 100
        health = await ask(gate, post("/_/health", b"", method=b"GET"))
        assert b'"streams": 0' in health.body
