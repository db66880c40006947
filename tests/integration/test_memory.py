"""Slow clients and huge streams: the upstream is made to wait, and the gateway's memory stays small."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.gateways import RawClient, gateway, post, recorded
from tests.integration.programs import Served, served
from tests.integration.upstreams import SSE, Upstream, Visit, chunk, scripted

MIB = 1 << 20
PIECE = chunk(b"x" * (64 << 10))
# What the kernel's buffers on both sides of the gateway may hold (measured: 7 MiB), and then some.
BUFFERS = 16 * MIB

both_ways = pytest.mark.parametrize("mode", ["live", "all"])


async def _endless(visit: Visit) -> None:
    await visit.request()
    await visit.send(SSE)
    await visit.flood(PIECE)


async def _one_line_of_64_mib(visit: Visit) -> None:
    await visit.request()
    await visit.send(SSE)
    for _ in range(1024):
        await visit.send(PIECE)
    await visit.send(chunk(b""))


async def _until_quiet(upstream: Upstream) -> None:
    """Wait until the upstream can send no more."""
    sent = -1
    async with asyncio.timeout(10):
        while sent != (sent := sum(visit.sent for visit in upstream.visits)):
            await asyncio.sleep(0.2)


@asynccontextmanager
async def own_process(folder: Path, upstream: Upstream, mode: str) -> AsyncIterator[Served]:
    """A gateway in a process of its own, so that its peak memory is its own; recordings may take 8 MiB each."""
    small = {"TOKENTAPE_MAX_INTERACTION": "8MiB"}
    async with served(folder, upstream.url, "--mode", mode, environ=small) as tape:
        yield tape


def peak(tape: Served) -> int:
    """The most memory (bytes) that the process has had since `forget_peak`."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{tape.pid}/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) << 10


def forget_peak(tape: Served) -> int:
    """Begin anew; gives the memory in use."""
    Path(f"/proc/{tape.pid}/clear_refs").write_text("5")
    return peak(tape)


@both_ways
async def test_slow_clients_make_the_upstream_wait(mode: str, tmp_path: Path) -> None:
    async with scripted(_endless) as upstream, own_process(tmp_path, upstream, mode) as tape:
        before = forget_peak(tape)
        async with AsyncExitStack() as clients:
            for _ in range(8):
                client = await clients.enter_async_context(RawClient.to(tape.port))
                await client.send(post())
                await client.until(b"x")
            await _until_quiet(upstream)
            assert max(visit.sent for visit in upstream.visits) < BUFFERS
            recording = 8 * MIB if mode == "all" else 0
            assert peak(tape) - before < 8 * (recording + 2 * MIB)


@both_ways
async def test_64_mib_without_a_line_end(mode: str, tmp_path: Path) -> None:
    async with scripted(_one_line_of_64_mib) as upstream, own_process(tmp_path, upstream, mode) as tape:
        before = forget_peak(tape)
        async with RawClient.to(tape.port) as client:
            await client.send(post())
            size, last = 0, b""
            while not last.endswith(b"\r\n0\r\n\r\n"):
                piece = await client.receive(MIB)
                assert piece
                size, last = size + len(piece), (last + piece)[-16:]
        assert size > 64 * MIB
        assert peak(tape) - before < 32 * MIB


@both_ways
async def test_a_client_that_takes_nothing_is_given_up(mode: str, cassettes: Path) -> None:
    settings = {"mode": mode, "cassettes": cassettes, "read_on": False, "write_timeout": 0.6}
    async with (
        scripted(_endless) as upstream,
        gateway(upstream.url, **settings) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(post())
        start = time.monotonic()
        async with asyncio.timeout(3):
            await (await upstream.visited()).gone.wait()
        assert 0.5 < time.monotonic() - start < 2.5
        assert upstream.visits[0].sent < BUFFERS
        _, ended = await client.rest()
        assert ended == "RST"
    assert [kept.end.kind for kept in recorded(cassettes)] in ([], ["client_closed"])


@both_ways
async def test_a_slow_client_that_reads_gets_everything(mode: str, cassettes: Path) -> None:
    async def sixteen_mib(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE)
        for number in range(256):
            await visit.send(chunk(bytes([number]) * (64 << 10)))
        await visit.send(chunk(b""))

    async with scripted(sixteen_mib) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        async with RawClient.to(gate.port, receive_buffer=64 << 10) as client:
            await client.send(post())
            answered = await client.answer(pause=0.002, limit=20)
        assert answered.ended == "clean"
        assert answered.body == b"".join(bytes([number]) * (64 << 10) for number in range(256))
    if mode == "all":
        assert recorded(cassettes)[0].body == answered.body


async def test_an_answer_too_large_to_be_recorded_passes_and_is_left_out(
    cassettes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"mode": "all", "cassettes": cassettes, "max_interaction": MIB}
    async with scripted(_one_line_of_64_mib) as upstream, gateway(upstream.url, **settings) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            answered = await client.answer(limit=20)
        assert (answered.ended, len(answered.body)) == ("clean", 64 * MIB)
    assert recorded(cassettes) == []
    assert "raise max_interaction" in caplog.text


async def test_nobody_reads_on_what_cannot_be_recorded(cassettes: Path) -> None:
    settings = {"mode": "all", "cassettes": cassettes, "max_interaction": MIB, "read_on_timeout": 30.0}
    async with scripted(_endless) as upstream, gateway(upstream.url, **settings) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            await client.until(b"x")
        async with asyncio.timeout(3):
            await upstream.visits[0].gone.wait()
    assert recorded(cassettes) == []
