"""The life of a gateway process: where it listens, how it lives through a flood, how it stops."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from recorder.interaction import COMPLETE
from tests.integration.gateways import Answered, RawClient, ask, gateway, post, recorded
from tests.integration.programs import Served, run_program, served
from tests.integration.upstreams import SSE, Visit, chunk, scripted


def asking(number: int) -> bytes:
    return post("/openai/v1/x", b'{"number": %d}' % number)


async def test_other_machines_are_let_in_only_when_that_was_said(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        refused = await run_program("tokentape", "serve", "--port=0", "--host", host, folder=tmp_path)
        assert (refused.code, refused.stdout) == (2, "")
        assert "allow-remote" in refused.stderr
    async with served(tmp_path, "", "--host", "0.0.0.0", "--allow-remote") as gate:
        assert "other machines can spend the keys" in gate.log
        assert listening_on(gate.port) == ["00000000"]
    async with served(tmp_path, "") as gate:
        assert listening_on(gate.port) == ["0100007F"]


def listening_on(port: int) -> list[str]:
    """The addresses, in hex, on which somebody listens at this port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]


class Paused:
    """An upstream that sends the first half of its stream, and the second when it may."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()

    async def __call__(self, visit: Visit) -> None:
        await visit.request()
        await visit.play(SSE, chunk(b"first half, "))
        await self.may_end.wait()
        await visit.play(chunk(b"second half"), chunk(b""))


@asynccontextmanager
async def half_received(gate: Served) -> AsyncIterator[RawClient]:
    """A client that has the first half of its stream; what it has is not given to its later reads."""
    async with RawClient.to(gate.port) as client:
        await client.send(asking(1))
        await client.until(b"first half, ")
        yield client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_at_a_signal_a_running_stream_may_end_and_nobody_new_comes_in(number: int, tmp_path: Path) -> None:
    provider = Paused()
    async with (
        scripted(provider) as upstream,
        served(tmp_path, upstream.url, "--mode", "all") as gate,
        RawClient.to(gate.port) as idle,  # a kept connection without a request must not hold the end up
        half_received(gate) as client,
    ):
        gate.process.send_signal(number)
        await gate.logged("1 streams have 30 s to end")
        with pytest.raises(ConnectionRefusedError):
            async with RawClient.to(gate.port):
                pass
        provider.may_end.set()
        assert await client.rest() == (chunk(b"second half") + chunk(b""), "FIN")
        assert await gate.ended(3) == 0
        assert await idle.rest() == (b"", "FIN")
    [interaction] = recorded(tmp_path / "cassettes")
    assert (interaction.body, interaction.end) == (b"first half, second half", COMPLETE)


async def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    async with (
        scripted(Paused()) as upstream,
        served(tmp_path, upstream.url, "--mode", "all") as gate,
        half_received(gate) as client,
    ):
        gate.process.send_signal(signal.SIGTERM)
        await gate.logged("30 s to end")
        gate.process.send_signal(signal.SIGTERM)
        assert await gate.ended(2) == 0
        body, _ = await client.rest()
        assert body == b"", "no end of the body: nobody takes it for whole"
    [interaction] = recorded(tmp_path / "cassettes")
    assert (interaction.body, interaction.end.kind) == (b"first half, ", "gateway_closed")


async def test_at_the_drain_limit_streams_are_aborted_and_kept_as_such(tmp_path: Path) -> None:
    environ = {"TOKENTAPE_DRAIN_TIMEOUT": "0.3"}
    async with (
        scripted(Paused()) as upstream,
        served(tmp_path, upstream.url, "--mode", "all", environ=environ) as gate,
        half_received(gate) as client,
    ):
        start = time.monotonic()
        assert await gate.stopped(3) == 0
        assert 0.3 <= time.monotonic() - start < 2
        body, _ = await client.rest()
        assert body == b"", "no end of the body: nobody takes it for whole"
    [interaction] = recorded(tmp_path / "cassettes")
    assert (interaction.body, interaction.end.kind) == (b"first half, ", "gateway_closed")
    async with gateway("http://127.0.0.1:9", mode="replay", cassettes=tmp_path / "cassettes") as again:
        assert (await ask(again, asking(1))).status == 404


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_a_flood_of_connections_is_survived_and_running_streams_go_on(mode: str, tmp_path: Path) -> None:
    provider = Paused()
    around = ("sh", "-c", 'ulimit -n 64 && exec "$@"', "sh")
    async with (
        scripted(provider) as upstream,
        served(tmp_path, upstream.url, "--mode", mode, around=around) as gate,
        half_received(gate) as running,
    ):
        flood = [socket.create_connection(("127.0.0.1", gate.port)) for _ in range(300)]
        for number, sock in enumerate(flood):
            with suppress(OSError):
                sock.sendall(asking(number) if number % 2 else b"")
        await asyncio.sleep(0.5)
        answers = [received_by(sock) for sock in flood]
        assert answers.count(b"") > 150, "it was a flood indeed: most were turned away"
        assert {answer[:12] for answer in answers} <= {b"", b"open", b"HTTP/1.1 200", b"HTTP/1.1 502", b"HTTP/1.1 503"}
        provider.may_end.set()
        assert await running.until(chunk(b"")) == chunk(b"second half") + chunk(b"")
        for sock in flood:
            sock.close()
        start = time.monotonic()
        while (await answered_within(1, gate)).status != 200:
            await asyncio.sleep(0.1)
        assert time.monotonic() - start < 5
        # A recording that could not open its file has failed like on any other broken disk, and says so.
        assert await gate.stopped() == (3 if "raise the limit on open files (ulimit -n)" in gate.log else 0)
        assert len(gate.log) < 1 << 20
        assert "Traceback" not in gate.log


def received_by(sock: socket.socket) -> bytes:
    """What has come so far: an answer, nothing on an open connection, or nothing ever."""
    sock.setblocking(False)
    try:
        return sock.recv(1000)
    except BlockingIOError:
        return b"open"
    except ConnectionResetError:
        return b""


async def answered_within(limit: float, gate: Served) -> Answered:
    try:
        return await ask(gate, asking(1000), limit=limit)
    except OSError:
        return Answered(b"HTTP/1.1 503 not answered at all\r\n\r\n")
