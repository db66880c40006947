"""Replay: the upstream that plays stored interactions, offline.

    cassette.find(request) ──> cues, paced and staged ──> clock.sleep_until(start + due) ──> receiver

Every read is delivered as it was recorded: the same bytes in the same pieces, head and first bytes together if they
came together, and the time that it came at, which belongs to it whenever it is played. Deadlines are absolute, so the
error of one sleep is not carried to the next chunk.
"""

import asyncio
from collections.abc import Iterator

from recorder.cassette import Cassette
from recorder.clock import Clock
from recorder.interaction import Request
from recorder.pacing import Pacing
from recorder.staging import Cue, Stage, cues_of
from recorder.upstream import Receiver, Upload, Upstream

__all__ = ["Replay"]

# With nothing to wait for (instant), other streams get their turn after this many reads.
_TURN = 64


class Replay:
    """Answers from a cassette; what it does not hold goes to `otherwise`, or is a miss when there is none."""

    needs_body = True

    def __init__(
        self,
        cassette: Cassette,
        pacing: Pacing,
        clock: Clock,
        otherwise: Upstream | None = None,
        stage: Stage | None = None,
    ) -> None:
        self._cassette = cassette
        self._pacing = pacing
        self._clock = clock
        self._otherwise = otherwise
        self._stage = stage

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Play the next stored answer to `request`. Raises Miss if there is none and nobody else to ask."""
        start = self._clock.now()
        interaction = (self._stage and self._stage.instead(request)) or self._cassette.find(request)
        if interaction is not None:
            cues = cues_of(interaction, self._pacing)
            play = _Play(self._stage.cues(interaction, cues) if self._stage else cues, self._clock, receiver, start)
            receiver.sent(play, start)
            await play.until_head()
        elif self._otherwise is not None:
            await self._otherwise.send(request, receiver, upload)
        else:
            raise self._cassette.miss(request)

    async def close(self) -> None:
        """Nothing to let go of: cassette and `otherwise` belong to whoever made them."""


class _Play:
    """One interaction being played: the Reply of a replay."""

    def __init__(self, cues: Iterator[Cue], clock: Clock, receiver: Receiver, start: int) -> None:
        self._cues = cues
        self._clock = clock
        self._receiver = receiver
        self._start = start
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._task: asyncio.Task[None] | None = None

    async def until_head(self) -> None:
        """Deliver the read with the head; the rest follows in a task of its own."""
        first = next(self._cues)
        await self._deliver(first)
        if first.end is None:
            self._task = asyncio.create_task(self._rest())

    async def _rest(self) -> None:
        for number, cue in enumerate(self._cues):
            if not self._flowing.is_set():
                await self._flowing.wait()
            elif number % _TURN == _TURN - 1:
                await asyncio.sleep(0)
            await self._deliver(cue)

    async def _deliver(self, cue: Cue) -> None:
        deadline = self._start + cue.due * 1000
        if deadline > self._clock.now():
            await self._clock.sleep_until(deadline)
        self._receiver.receive(cue.head, self._start + cue.at * 1000, cue.data, cue.end)

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
