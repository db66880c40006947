"""A recording never hurts the stream: the disk is full, too small, read-only or broken, and the stream goes on.

Each trouble is real: a limit of the process, a file system of its own, or writes that fail under a tracer.
"""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import aiohttp
import pytest

from tests.integration.gateways import ask, post, recorded
from tests.integration.programs import Served, served
from tests.integration.upstreams import SSE, Visit, chunk, plays, scripted, sse


def asking(number: int) -> bytes:
    return post("/openai/v1/x", b'{"number": %d}' % number)


IN_A_MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
FAILING_WRITES = ("strace", "--daemonize", "--follow-forks", "--output=/dev/null", "--trace=write,pwrite64,fsync")


def around_with(trouble: str, folder: Path) -> tuple[str, ...]:
    """The command that runs a gateway whose cassettes are in trouble, or skip the test."""
    cassettes = folder / "cassettes"
    cassettes.mkdir()
    if trouble == "file size limit":
        return ("sh", "-c", 'ulimit -f 100 && exec "$@"', "sh")
    if trouble == "input/output error":
        _needs("strace", "--quiet=all", "true")
        return (*FAILING_WRITES, f"--trace-path={cassettes / 'default.cassette'}", "--inject=write:error=EIO")
    options = {"full disk": "size=64k", "read-only disk": "ro"}[trouble]
    _needs(*IN_A_MOUNT, f"mount -t tmpfs -o {options} none {cassettes}")
    return (*IN_A_MOUNT, f'mount -t tmpfs -o {options} none {cassettes} && exec "$@"', "sh")


def _needs(*command: str) -> None:
    if shutil.which(command[0]) is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip(f"not permitted here: {' '.join(command)}")


TROUBLES = {
    "file size limit": "File too large",
    "full disk": "No space left on device",
    "read-only disk": "Read-only file system",
    "input/output error": "Input/output error",
}
LARGE = [bytes([65 + piece]) * 30_000 for piece in range(20)]


async def health(gate: Served) -> dict[str, object]:
    async with aiohttp.ClientSession() as client, client.get(f"{gate.url}/_/health") as answered:
        return dict(await answered.json())


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_when_the_disk_fails_streams_go_on_and_it_is_said(trouble: str, tmp_path: Path) -> None:
    around = around_with(trouble, tmp_path)
    async with (
        scripted(plays(SSE, *[step for piece in LARGE for step in (chunk(piece), 0.001)], chunk(b""))) as upstream,
        served(tmp_path, upstream.url, "--mode", "new_episodes", around=around) as gate,
    ):
        answers = await asyncio.gather(*(ask(gate, asking(number)) for number in range(4)))
        assert [(answered.ended, answered.body) for answered in answers] == [("clean", b"".join(LARGE))] * 4
        now = await health(gate)
        assert now["status"] == "degraded"
        assert "default.cassette" in str(now["degraded"])
        assert TROUBLES[trouble] in str(now["degraded"])
        assert (await ask(gate, asking(5))).body == b"".join(LARGE)
        assert await gate.stopped() == 3
        assert gate.log.count("recording has stopped") == 1
        assert "Traceback" not in gate.log
    assert recorded(tmp_path / "cassettes") == []
    assert not (tmp_path / "cassettes" / "default.cassette").exists(), "no half record stays visible"


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_strict_recording_asks_no_upstream_for_what_cannot_be_recorded(trouble: str, tmp_path: Path) -> None:
    around = around_with(trouble, tmp_path)
    async with (
        scripted(plays(SSE, *map(chunk, LARGE), chunk(b""))) as upstream,
        served(tmp_path, upstream.url, "--mode", "all", "--strict-record", around=around) as gate,
    ):
        if trouble != "read-only disk":  # which is known from the start
            assert (await ask(gate, asking(1))).body == b"".join(LARGE), "never in the middle of a stream"
        asked = len(upstream.requests)
        for number in range(2, 5):
            refused = await ask(gate, asking(number))
            assert refused.status == 503
            assert json.loads(refused.body)["error"]["type"] == "recording_stopped"
            assert refused.header("x-should-retry") == "false"
        assert len(upstream.requests) == asked
        assert await gate.stopped() == 3


async def test_what_was_recorded_before_the_disk_failed_stays(tmp_path: Path) -> None:
    around = around_with("file size limit", tmp_path)

    async def provider(visit: Visit) -> None:
        number = json.loads((await visit.request()).body)["number"]
        await visit.send(sse(*(LARGE if number == 2 else [b"small"])))

    async with (
        scripted(provider) as upstream,
        served(tmp_path, upstream.url, "--mode", "new_episodes", around=around) as gate,
    ):
        for number in (1, 2, 3):
            assert (await ask(gate, asking(number))).ended == "clean"
        assert await gate.stopped() == 3
    assert [interaction.body for interaction in recorded(tmp_path / "cassettes")] == [b"small"]
