"""Replay: the upstream that plays stored interactions, offline.

    cassette.find(request) ──> pacing ──> clock.sleep_until(start + offset) ──> receiver

Every read is delivered as it was recorded: the same bytes in the same pieces, head and first bytes together if they
came together, and the time that it came at, which belongs to it whenever it is played. Deadlines are absolute, so the
error of one sleep is not carried to the next chunk.
"""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from recorder.cassette import Cassette
from recorder.clock import Clock
from recorder.interaction import End, Interaction, Request, Response
from recorder.pacing import Pacing
from recorder.upstream import Receiver, Upload, Upstream

__all__ = ["Replay"]

# With nothing to wait for (instant), other streams get their turn after this many reads.
_TURN = 64


class Replay:
    """Answers from a cassette; what it does not hold goes to `otherwise`, or is a miss when there is none."""

    needs_body = True

    def __init__(self, cassette: Cassette, pacing: Pacing, clock: Clock, otherwise: Upstream | None = None) -> None:
        self._cassette = cassette
        self._pacing = pacing
        self._clock = clock
        self._otherwise = otherwise

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Play the next stored answer to `request`. Raises Miss if there is none and nobody else to ask."""
        start = self._clock.now()
        interaction = self._cassette.find(request)
        if interaction is not None:
            play = _Play(interaction, self._pacing, self._clock, receiver, start)
            receiver.sent(play, start)
            await play.until_head()
        elif self._otherwise is not None:
            await self._otherwise.send(request, receiver, upload)
        else:
            raise self._cassette.miss(request)

    async def close(self) -> None:
        """Nothing to let go of: cassette and `otherwise` belong to whoever made them."""


class _Read(NamedTuple):
    """What one read of the recording brought, at its offset in µs."""

    at: int
    head: Response | None
    data: bytes
    end: End | None


def _reads(interaction: Interaction) -> Iterator[_Read]:
    """The reads of a recording: what carries the same time came in one read. A chunk of no bytes is none."""
    head: Response | None = interaction.response
    chunks = [chunk for chunk in interaction.chunks if chunk.data]
    if not chunks or chunks[0].at != interaction.head_at:
        whole = not chunks and interaction.end_at == interaction.head_at
        yield _Read(interaction.head_at, head, b"", interaction.end if whole else None)
        if whole:
            return
        head = None
    last = len(chunks) - 1
    for number, chunk in enumerate(chunks):
        ends = number == last and interaction.end_at == chunk.at
        yield _Read(chunk.at, head, chunk.data, interaction.end if ends else None)
        head = None
    if not chunks or interaction.end_at != chunks[-1].at:
        yield _Read(interaction.end_at, None, b"", interaction.end)


class _Play:
    """One interaction being played: the Reply of a replay."""

    def __init__(self, interaction: Interaction, pacing: Pacing, clock: Clock, receiver: Receiver, start: int) -> None:
        # Made as they are needed: with many replays at once, what is done before the first read delays the others'.
        self._reads = _reads(interaction)
        self._offsets = pacing.offsets(read.at for read in _reads(interaction))
        self._clock = clock
        self._receiver = receiver
        self._start = start
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._task: asyncio.Task[None] | None = None

    async def until_head(self) -> None:
        """Deliver the read with the head; the rest follows in a task of its own."""
        first = next(self._reads)
        await self._deliver(first)
        if first.end is None:
            self._task = asyncio.create_task(self._rest())

    async def _rest(self) -> None:
        for number, read in enumerate(self._reads):
            if not self._flowing.is_set():
                await self._flowing.wait()
            elif number % _TURN == _TURN - 1:
                await asyncio.sleep(0)
            await self._deliver(read)

    async def _deliver(self, read: _Read) -> None:
        deadline = self._start + next(self._offsets) * 1000
        if deadline > self._clock.now():
            await self._clock.sleep_until(deadline)
        self._receiver.receive(read.head, self._start + read.at * 1000, read.data, read.end)

    def pause(self) -> None:
        """Hold the next chunk back until `resume`; deadlines stay where they were."""
        self._flowing.clear()

    def resume(self) -> None:
        """Play on."""
        self._flowing.set()

    def close(self) -> None:
        """Play no further."""
        if self._task is not None:
            self._task.cancel()
