"""Processes that record and die: what a client saw end is on file, whole, and nothing half is served as whole.

A gateway is killed with SIGKILL at moments that a seed chooses, again and again on one cassette, while several clients
stream through it. Some of the answers are large, so that a kill can strike in the middle of a write.
"""

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from recorder.store import Store
from tests.integration.gateways import Gateway, RawClient, ask, gateway, post, recorded
from tests.integration.programs import run_program, served
from tests.integration.upstreams import RST, SSE, Visit, chunk, plays, response, scripted, sse

CLIENTS = 4
# Kills of each of the three chains below: 15 in all take some 15 s. CONTRIBUTING.md says when more are worth it.
KILLS = 17 if "TOKENTAPE_THOROUGH" in os.environ else 5

PATH = "/openai/v1/x"


def pieces_of(number: int) -> list[bytes]:
    """The answer to request `number`: the same ever, like no other's; one in four is some megabytes."""
    random = Random(number)
    size = 200_000 if number % 4 == 3 else 200
    return [(b"%d-%d " % (number, piece)) * random.randrange(1, size // 10) for piece in range(random.randrange(1, 20))]


def broken(number: int) -> bool:
    """Whether the upstream breaks off in the middle of this answer."""
    return number % 11 == 5


def asking(number: int) -> bytes:
    return post(PATH, b'{"number": %d}' % number)


async def provider(visit: Visit) -> None:
    while True:
        number = int(json.loads((await visit.request()).body)["number"])
        pieces = pieces_of(number)
        if number % 5 == 0 and not broken(number):
            await visit.send(response(b"".join(pieces)))
            continue
        await visit.send(SSE)
        for piece in pieces[: len(pieces) // 2] if broken(number) else pieces:
            await visit.play(chunk(piece), 0.001)
        if not await visit.play(RST if broken(number) else chunk(b"")):
            return


class Clients:
    """Ask for one answer after the other; `seen` are those that ended well, with what was received."""

    def __init__(self) -> None:
        self.asked = 0
        self.seen: dict[int, bytes] = {}

    async def ask_on(self, port: int) -> None:
        """Until the gateway is gone."""
        with suppress(OSError):
            while True:
                number, self.asked = self.asked, self.asked + 1
                async with RawClient.to(port) as client:
                    await client.send(asking(number))
                    answered = await client.answer()
                if answered.ended == "clean":
                    self.seen[number] = answered.body


def assert_nothing_lost_and_nothing_half(cassette: Path, clients: Clients) -> None:
    store = Store(cassette)
    interactions = [store.load(entry) for entry in store.read()]
    assert store.damage is None or store.damage.torn, store.damage
    on_file = {json.loads(each.request.body)["number"]: each for each in interactions}
    for number, body in clients.seen.items():
        assert body == b"".join(pieces_of(number)), "the client itself saw the wrong bytes"
        assert on_file[number].body == body
        assert on_file[number].end.kind == "complete"
    for number, interaction in on_file.items():
        whole = b"".join(pieces_of(number))
        assert (interaction.end.kind == "complete") == (interaction.body == whole and not broken(number)), number


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kill_9_loses_nothing_that_a_client_saw_end(seed: int, tmp_path: Path) -> None:
    random, clients = Random(seed), Clients()
    cassette = tmp_path / "cassettes" / "default.cassette"
    async with scripted(provider) as upstream:
        for _ in range(KILLS):
            torn = is_torn(cassette)
            async with served(tmp_path, upstream.url, "--mode", "new_episodes") as gate:
                assert (f"{cassette.name}: at byte" in gate.log) == torn, "a torn tail is reported, and only that"
                asking = [asyncio.create_task(clients.ask_on(gate.port)) for _ in range(CLIENTS)]
                await asyncio.sleep(random.uniform(0.02, 0.4))
                gate.process.kill()
                await asyncio.gather(*asking)
                assert await gate.ended() == -signal.SIGKILL
            assert_nothing_lost_and_nothing_half(cassette, clients)
    assert len(clients.seen) > 2 * KILLS, "the clients had time to see something"

    unseen = [number for number in range(clients.asked) if number not in clients.seen][-20:]
    async with gateway("http://127.0.0.1:9", mode="replay", cassettes=cassette.parent) as gate:
        for number, body in clients.seen.items():
            assert await replayed(gate, number) == (200, body)
        for number in unseen:
            assert await replayed(gate, number) in ((200, b"".join(pieces_of(number))), (404, None))


def is_torn(cassette: Path) -> bool:
    store = Store(cassette)
    store.read()
    return store.damage is not None


async def replayed(gate: Gateway, number: int) -> tuple[int, bytes | None]:
    answered = await ask(gate, asking(number))
    return answered.status, answered.body if answered.status == 200 else None


@pytest.mark.parametrize("cut", [1, 30, 2000])
async def test_the_next_start_reports_a_torn_tail_and_repairs_it_unless_it_only_replays(
    cut: int, tmp_path: Path
) -> None:
    cassette = tmp_path / "cassettes" / "default.cassette"
    answer = sse(b"x" * 3000)
    async with scripted(plays(answer)) as upstream:
        async with gateway(upstream.url, mode="all", cassettes=cassette.parent) as quick:
            for number in range(3):
                await ask(quick, asking(number))
        torn = cassette.read_bytes()[:-cut]
        cassette.write_bytes(torn)

        async with served(tmp_path, upstream.url, "--mode", "replay", "--pacing", "instant") as gate:
            assert "default.cassette: at byte" in gate.log
            assert "intact interactions before it: 2" in gate.log
            assert [(await ask(gate, asking(number))).status for number in range(3)] == [200, 200, 404]
        assert cassette.read_bytes() == torn, "in replay nothing is written"

        async with served(tmp_path, upstream.url, "--mode", "new_episodes", "--pacing", "instant") as gate:
            assert "intact interactions before it: 2" in gate.log
            assert "cut off a torn tail of" in gate.log
            assert not is_torn(cassette)
            assert [(await ask(gate, asking(number))).status for number in range(3)] == [200, 200, 200]
            assert await gate.stopped() == 0
    assert not is_torn(cassette)
    assert [each.body for each in recorded(cassette.parent)] == [b"x" * 3000] * 3


async def test_a_second_process_may_not_record_to_the_same_cassette_but_may_replay_it(tmp_path: Path) -> None:
    async with scripted(plays(sse(b"one"))) as upstream:
        async with served(tmp_path, upstream.url, "--mode", "new_episodes") as first:
            assert (await ask(first, asking(1))).status == 200
            for mode in ("all", "new_episodes"):
                second = await run_program("tokentape", "serve", "--port=0", f"--mode={mode}", folder=tmp_path)
                assert second.code == 3
                assert second.stdout == ""
                assert f"default.cassette: it is already being recorded to (pid {first.pid})" in second.stderr
                assert "Traceback" not in second.stderr
            async with served(tmp_path, "", "--mode", "replay", "--pacing", "instant") as reader:
                assert (await ask(reader, asking(1))).body == b"one"
            assert (await ask(first, asking(2))).status == 200
            first.process.kill()
            await first.ended()
        # The lock dies with the process, however it dies.
        async with served(tmp_path, upstream.url, "--mode", "new_episodes") as third:
            assert (await ask(third, asking(3))).status == 200
            assert await third.stopped() == 0
    assert len(recorded(tmp_path / "cassettes")) == 3


async def test_recording_anew_killed_midway_leaves_the_old_file_and_keeps_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    async with scripted(plays(sse(b"old"))) as upstream, gateway(upstream.url, mode="all", cassettes=folder) as gate:
        await ask(gate, asking(1))
        await ask(gate, asking(2))
    old = (folder / "default.cassette").read_bytes()

    async with scripted(plays(sse(b"new"))) as upstream:
        async with served(tmp_path, upstream.url, "--mode", "all") as killed:
            assert (await ask(killed, asking(1))).body == b"new"
            killed.process.kill()
            await killed.ended()
        assert (folder / "default.cassette").read_bytes() == old

        async with served(tmp_path, upstream.url, "--mode", "all") as again:
            assert f"is kept as {Path('cassettes', 'default.interrupted.cassette')}" in again.log
            assert (folder / "default.cassette").read_bytes() == old
            assert [each.body for each in recorded(folder, "default.interrupted")] == [b"new"]
            assert (await ask(again, asking(7))).body == b"new"
            assert (folder / "default.cassette").read_bytes() == old, "until the new one is whole"
            assert await again.stopped() == 0
    assert [json.loads(each.request.body) for each in recorded(folder)] == [{"number": 7}]
    assert sorted(path.name for path in folder.iterdir()) == ["default.cassette", "default.interrupted.cassette"]


async def test_a_file_that_is_no_cassette_is_never_touched(tmp_path: Path) -> None:
    notes = tmp_path / "cassettes" / "default.cassette"
    notes.parent.mkdir()
    notes.write_text("not a cassette at all, but somebody's notes\n" * 9)
    before = notes.read_bytes()
    for mode in ("all", "once", "replay"):
        refused = await run_program("tokentape", "serve", "--port=0", f"--mode={mode}", folder=tmp_path)
        assert (refused.code, refused.stdout) == (3, "")
        assert "default.cassette" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert notes.read_bytes() == before
