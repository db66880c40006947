"""The link: one batch of what came, within bounds; what could not be told is said. Real processes: test_observing."""

import asyncio
import stat
import sys
import tempfile
from unittest.mock import ANY

import pytest

from gateway.tap import Link, Setup
from gateway.tap.link import _BATCH, _MAX_UNSENT
from gateway.tap.messages import PREFIX, READ, messages_of, record, unpacked
from recorder.clock import ManualClock

SETUP = Setup("/tapes", "live", "0")
CHUNK = (1, 10, 20, b"data")


def packed_read(number, at, out, data):
    """A read as taps pack it."""
    return READ.pack(number, at, out, len(data)) + data


class Stream:
    """A tap, as far as the link knows one."""

    def __init__(self, number):
        self.number = number
        self.cut = False

    def cut_short(self):
        whole, self.cut = not self.cut, True
        return whole


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
    link.records.clear()
    records = link.records  # as taps hold it
    stream = Stream(1)
    link.opened(stream)
    records += packed_read(*CHUNK)
    link.flush()
    records += record((1, "ended", (30, "complete", "")))
    link.closed(stream)
    link.flush()
    link.flush()
    assert pipe.batches == [(7, [CHUNK]), (7, [(1, "ended", (30, "complete", "")), (0, "health", ("{}",))])]
    await link.close()
    assert pipe.closed


async def test_it_tells_by_itself_while_streams_are_open():
    link, pipe = linked()
    stream = Stream(1)
    link.opened(stream)
    async with asyncio.timeout(10):
        while len(pipe.batches) < 1:
            await asyncio.sleep(0)
        link.records += packed_read(*CHUNK)
        while len(pipe.batches) < 2:
            await asyncio.sleep(0)
    link.closed(stream)
    await link.close()


@pytest.mark.parametrize(("size", "seconds"), [(0, 0.1), (_BATCH, 0.1), (2 * _BATCH, 0.05), (100 * _BATCH, 0.02)])
async def test_the_more_there_is_the_sooner_the_next_is_told(size, seconds):
    link, pipe = linked()
    link.flush()
    link.opened(Stream(1))
    link._timer.cancel()
    link.records += bytes(size)
    pipe.write = lambda _: None
    link._tick()
    assert link._every == pytest.approx(seconds, rel=0.01)
    link._tick()  # there was nothing this time
    assert link._every == 0.1
    await link.close()


async def test_before_the_start_what_comes_is_kept():
    link = Link(SETUP, ManualClock())
    link.flush()
    assert messages_of(link.records) == [(0, "setup", tuple(SETUP))]


async def test_a_full_buffer_takes_no_more_reads_and_no_new_streams(caplog):
    link, pipe = linked()
    link.flush()
    first, second = Stream(1), Stream(2)
    assert (link.opened(first), link.opened(second)) == (True, True)
    pipe.unsent = _MAX_UNSENT + 1
    link.records += packed_read(*CHUNK)
    link.flush()
    assert set(pipe.batches[1][1][1][2][1]) == {1, 2}
    assert pipe.batches[1] == (7, [CHUNK, (0, "lost", (0, ANY))])  # what had come is told; it is not much
    assert (first.cut, second.cut, link.opened(Stream(3))) == (True, True, False)
    ended = (2, "ended", (30, "complete", ""))
    link.records += record(ended)
    pipe.unsent = _MAX_UNSENT // 2 + 1
    link.flush()
    assert (pipe.batches[2], link.opened(Stream(4))) == ((7, [ended, (0, "lost", (1, ()))]), False)
    pipe.unsent -= 1
    link.flush()
    assert (pipe.batches[3], link.opened(Stream(5))) == ((7, [(0, "lost", (1, ()))]), True)
    assert (link.unobserved, caplog.text.count("does not keep up")) == (4, 1)
    pipe.unsent = _MAX_UNSENT + 1
    link.flush()
    assert (pipe.batches[4][1], link.unobserved) == ([(0, "lost", (0, (5,)))], 5)  # the first two were cut before
    await link.close()


async def test_without_an_observer_streams_are_not_told(monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    link = Link(SETUP, ManualClock())
    await link.start()
    assert link.trouble == "the observer could not be started: No such file or directory"
    assert "streams go on" in caplog.text
    assert link.path is not None
    assert not link.path.parent.exists()
    assert (link.opened(Stream(1)), link.unobserved) == (False, 1)
    link.flush()
    assert link.records == b""
    await link.close()


async def test_to_a_link_that_closes_nothing_is_told():
    link, pipe = linked()
    link.flush()
    pipe.closed = True
    link.records += packed_read(*CHUNK)
    link.flush()
    assert (len(pipe.batches), link.records) == (1, b"")
    await link.close()


async def test_an_observer_that_ends_cuts_short_what_it_was_told(caplog):
    link, pipe = linked()
    link.flush()
    stream = Stream(1)
    link.opened(stream)
    link.records += packed_read(*CHUNK)
    link._give_up("the observer has ended (signal 9)")
    link.records += record((1, "ended", (30, "complete", "")))
    link.flush()
    assert (stream.cut, len(pipe.batches), link.records, link.unobserved) == (True, 1, b"", 1)
    assert "does not keep up" not in caplog.text
    await link.close()


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
