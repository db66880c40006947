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

# With nothing to wait for (instant), other streams get their turn after this many reads. On a stage, after each: what
# is given in one turn of the event loop leaves in one write, and there the boundaries may be what is asked for.
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
        cues = self._cues(request)
        if cues is not None:
            play = _Play(cues, self._clock, receiver, start, turn=_TURN if self._stage is None else 1)
            receiver.sent(play, start)
            await play.until_head()
        elif self._otherwise is not None:
            await self._otherwise.send(request, receiver, upload)
        else:
            raise self._cassette.miss(request)

    def _cues(self, request: Request) -> Iterator[Cue] | None:
        """What to play, or None if nothing is stored for the request."""
        if self._stage is None:
            interaction = self._cassette.find(request)
            return None if interaction is None else cues_of(interaction, self._pacing)
        found = self._cassette.peek(request)
        if found is None:
            return None
        act = self._stage.act(*found, self._pacing)
        if act.interaction is not None:
            self._cassette.play(found[0], act.interaction, keeps_turn=act.keeps_turn)
        return act.cues

    def staged(self, stage: Stage) -> "Replay":
        """The same replay, from the same cassette, on another stage."""
        return Replay(self._cassette, self._pacing, self._clock, self._otherwise, stage)

    async def close(self) -> None:
        """Nothing to let go of: cassette and `otherwise` belong to whoever made them."""


class _Play:
    """One interaction being played: the Reply of a replay."""

    connection = None

    def __init__(self, cues: Iterator[Cue], clock: Clock, receiver: Receiver, start: int, *, turn: int) -> None:
        self._turn = turn
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
            elif number % self._turn == self._turn - 1:
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
