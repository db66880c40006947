"""The link: one batch of what came, within bounds; what could not be told is said. Real processes: test_observing."""

import asyncio
import stat
import sys
import tempfile

import pytest

from gateway.tap import Link, Setup
from gateway.tap.link import _MAX_UNSENT
from gateway.tap.messages import PREFIX, unpacked
from recorder.clock import ManualClock

SETUP = Setup("/tapes", "live", "0")
CHUNK = (1, 10, 20, b"data")


class Pipe:
    """A transport that keeps what is written; `unsent` is what it says of its buffer."""

    def __init__(self):
        self.unsent = 0
        self.batches = []
        self.closed = False

    def write(self, data):
        (size,) = PREFIX.unpack(data[: PREFIX.size])
        assert size == len(data) - PREFIX.size
        self.batches.append(unpacked(data[PREFIX.size :]))

    def get_write_buffer_size(self):
        return self.unsent

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True


def linked():
    link, pipe = Link(SETUP, ManualClock(7)), Pipe()
    link._transport = pipe
    link.health = lambda: "{}"
    return link, pipe


async def test_the_first_that_is_told_is_the_setup():
    link, pipe = linked()
    link.flush()
    link.flush()
    assert pipe.batches == [(7, [(0, "setup", tuple(SETUP)), (0, "health", ("{}",))])]


async def test_what_came_is_told_once_and_health_when_all_is_quiet():
    link, pipe = linked()
    link.pending.clear()
    append = link.pending.append  # as taps hold it
    link.opened()
    append(CHUNK)
    link.flush()
    append((1, "ended", (30, "complete", "")))
    link.closed()
    link.flush()
    link.flush()
    assert pipe.batches == [(7, [CHUNK]), (7, [(1, "ended", (30, "complete", "")), (0, "health", ("{}",))])]
    await link.close()
    assert pipe.closed


async def test_it_tells_by_itself_while_streams_are_open():
    link, pipe = linked()
    link.opened()
    async with asyncio.timeout(10):
        while len(pipe.batches) < 1:
            await asyncio.sleep(0)
        link.pending.append(CHUNK)
        while len(pipe.batches) < 2:
            await asyncio.sleep(0)
    link.closed()
    await link.close()


async def test_before_the_start_what_comes_is_kept():
    link = Link(SETUP, ManualClock())
    link.flush()
    assert len(link.pending) == 1


async def test_a_full_buffer_drops_all_but_ends_and_says_which_streams(caplog):
    link, pipe = linked()
    link.flush()
    pipe.unsent = _MAX_UNSENT + 1
    ended = (2, "ended", (30, "complete", ""))
    link.opened()
    link.pending += [CHUNK, CHUNK, (2, 10, 20, b"x"), ended]
    link.flush()
    link.flush()
    assert (len(pipe.batches), link.dropped, link.pending) == (1, 3, [ended])
    assert caplog.text.count("does not keep up") == 1
    pipe.unsent = 0
    link.flush()
    assert pipe.batches[1] == (7, [(0, "lost", (3, (1, 2))), ended])
    link.closed()
    await link.close()


async def test_without_an_observer_streams_are_not_told(monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    link = Link(SETUP, ManualClock())
    await link.start()
    assert link.trouble == "the observer could not be started: No such file or directory"
    assert "streams go on" in caplog.text
    assert link.path is not None
    assert not link.path.parent.exists()
    link.pending.append(CHUNK)
    link.flush()
    assert (link.pending, link.dropped) == ([], 1)
    await link.close()


@pytest.mark.parametrize("closing", [True, False], ids=["closing", "given up"])
async def test_what_comes_after_the_end_is_dropped(closing):
    link, pipe = linked()
    link.flush()
    pipe.closed, link.trouble = closing, None if closing else "gone"
    link.pending.append(CHUNK)
    link.flush()
    assert (len(pipe.batches), link.dropped, link.pending) == (1, 1, [])


async def test_the_observer_listens_however_long_the_temporary_folder_is(tmp_path, monkeypatch):
    folder = tmp_path / ("t" * 200)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    link = Link(SETUP, ManualClock())
    await link.start()
    try:
        assert link.trouble is None
        assert stat.S_ISSOCK(link.path.stat().st_mode)
        assert link.path.parent.stat().st_mode & 0o077 == 0
    finally:
        await link.close()
    assert not link.path.parent.exists()


async def test_a_start_that_is_broken_off_leaves_no_folder(monkeypatch):
    async def never(*_, **__):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "create_subprocess_exec", never)
    link = Link(SETUP, ManualClock())
    starting = asyncio.create_task(link.start())
    while link._transport is None:
        await asyncio.sleep(0)
    starting.cancel()
    await asyncio.wait([starting])
    assert link.path.parent.exists()
    await link.close()
    assert not link.path.parent.exists()
