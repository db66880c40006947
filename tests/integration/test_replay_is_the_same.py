"""The same cassette and the same requests give the same bytes, whoever else is asking and whatever the clock says."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.gateways import RawClient, ask, post, recorded
from tests.integration.programs import Served, served
from tests.integration.upstreams import SSE, Visit, chunk, plays, scripted


def asking(number: int) -> bytes:
    return post("/openai/v1/x", b'{"number": %d}' % number)


@pytest.mark.parametrize("pacing", ["instant", "recorded"])
async def test_a_thousand_replays_by_fifty_clients_at_once_are_the_same(pacing: str, tmp_path: Path) -> None:
    pieces = [b"data: %d \xf0\x9f\x90\xa6\n\n" % number * (number % 7 + 1) for number in range(25)]
    steps = [step for piece in pieces for step in (chunk(piece), 0.001)]
    async with scripted(plays(SSE, *steps, chunk(b""))) as one, served(tmp_path, one.url, "--mode", "all") as gate:
        await ask(gate, asking(1))
        assert await gate.stopped() == 0

    async def client(gate: Served) -> list[str]:
        digests = []
        async with RawClient.to(gate.port) as connection:
            for _ in range(20):
                await connection.send(asking(1))
                answered = await connection.answer(limit=30)
                assert answered.ended == "clean"
                digests.append(hashlib.sha256(answered.raw.replace(b"\r\n", b"\n")).hexdigest())
        return digests

    async with served(tmp_path, "", "--mode", "replay", "--pacing", pacing) as gate:
        digests = [digest for some in await asyncio.gather(*(client(gate) for _ in range(50))) for digest in some]
        assert await gate.stopped() == 0
    assert len(digests) == 1000
    assert len(set(digests)) == 1


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
async def test_a_wall_clock_that_steps_moves_no_chunk(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.write_text("-10d")
    environ = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(steps),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE)
        for number, step in enumerate(["+0", "-1h", "+1h", "-2h", "+0"]):
            steps.write_text(step)
            await visit.play(chunk(b"%d" % number), 0.1)
        await visit.send(chunk(b""))

    async with (
        scripted(provider) as upstream,
        served(tmp_path, upstream.url, "--mode", "all", environ=environ) as gate,
    ):
        assert (await ask(gate, asking(1))).ended == "clean"
        assert await gate.stopped() == 0
    [interaction] = recorded(tmp_path / "cassettes")
    told = datetime.fromisoformat(str(interaction.facts["recorded_at"]))
    assert datetime.now(UTC) - told > timedelta(days=9), "the wall clock was indeed another"
    offsets = [piece.at for piece in interaction.chunks]
    assert offsets == sorted(offsets)
    assert 380_000 < offsets[-1] - offsets[0] < 600_000
    async with served(tmp_path, "", "--mode", "replay", environ=environ) as gate:
        asking_for_it = asyncio.create_task(ask(gate, asking(1)))
        await asyncio.sleep(0.2)
        steps.write_text("+3h")
        replayed = await asking_for_it
    assert replayed.body == b"01234"
    assert abs(replayed.took - interaction.end_at / 1e6) < 0.05 * replayed.took + 0.05
