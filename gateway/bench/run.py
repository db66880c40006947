"""The run: warm-up, then requests by the load's plan, until the plan, the user or the target ends it.

    due times ──> sleep until due ──> room in flight? ──> Shot ──> Client.ask      open loop: a task for each request
                                                       C workers ──> Client.ask    closed loop

While it runs nothing is read or judged: chunks are kept with their times, a tally is counted, and a probe measures how
late the event loop is. Nothing is ever sent a second time.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.bench.client import Client
from gateway.bench.lag import Lag
from gateway.bench.load import Load, due_times
from gateway.bench.shot import Shot
from gateway.metrics.statistics import Distribution
from recorder.clock import Clock
from recorder.interaction import Request

__all__ = ["Outcome", "Run", "Tally"]

_NS = 1_000_000_000


@dataclass(slots=True)
class Tally:
    """The run so far, for whoever watches.

    `started_at` is None in the warm-up; `first_bytes` in ns; `statuses`: by HTTP status or a failure's reason.
    """

    started_at: int | None = None
    issued: int = 0
    ended: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    first_bytes: list[int] = field(default_factory=list)
    held_back: int = 0

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self.issued - self.ended

    def count(self, shot: Shot) -> None:
        """One has ended."""
        self.ended += 1
        self.statuses[shot.status] += 1
        if shot.first_byte is not None and shot.head is not None and shot.head.status < 400:
            self.first_bytes.append(shot.first_byte)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves. `window` in ns: from the first intended start to the last end.

    `held_back`: requests that had to wait because of the limit in flight. `lag`: lateness of the event loop (µs).
    """

    load: Load
    warm_up: tuple[Shot, ...]
    shots: tuple[Shot, ...]
    window: int
    lag: Distribution
    held_back: int = 0
    cut_short: bool = False


class Run:
    """One run. `questions` are asked in turn, over and over."""

    def __init__(self, load: Load, questions: Sequence[Request], client: Client, clock: Clock) -> None:
        self.tally = Tally()
        self._load = load
        self._questions = questions
        self._client = client
        self._clock = clock
        self._shots: list[Shot] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(load.max_in_flight)
        self._issuing: asyncio.Future[Any] | None = None
        self._bug: BaseException | None = None
        self._cut_short = False

    async def warm_up(self) -> tuple[Shot, ...]:
        """Send the warm-up requests, as many at once as the run would; their shots, which are not measured."""
        shots: list[Shot] = []
        at_once = self._load.concurrency if self._load.rate is None else 1
        for first in range(0, self._load.warm_up, at_once):
            numbers = range(first, min(first + at_once, self._load.warm_up))
            some = [self._shot(number, None) for number in numbers]
            shots += some
            await self._until_stopped(asyncio.gather(*map(self._client.ask, some)))
            self._abandon(some)
            if self._cut_short:
                break
        return tuple(shots)

    async def _until_stopped(self, issuing: "asyncio.Future[Any]") -> None:
        """Wait for what sends requests; `stop` may end it."""
        self._issuing = issuing
        await asyncio.wait((issuing,))
        with suppress(asyncio.CancelledError):  # of `issuing`: whoever cancels this wait is not held up
            issuing.result()

    async def measure(self, warm_up: tuple[Shot, ...] = ()) -> Outcome:
        """Run to the end of the load, or until `stop`; then until what is under way has ended, or `abandon`."""
        lag = Lag(self._clock)
        watching = asyncio.create_task(lag.watch())
        start = self.tally.started_at = self._clock.now()
        try:
            if not self._cut_short:
                issuing = self._open(start) if self._load.rate else self._closed(start)
                await self._until_stopped(asyncio.create_task(issuing))
            while self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            watching.cancel()
        if self._bug is not None:
            raise self._bug
        window = max((shot.end_at for shot in self._shots), default=start) - start
        return Outcome(
            self._load,
            warm_up,
            tuple(self._shots),
            max(window, 0),
            lag.lateness(),
            held_back=self.tally.held_back,
            cut_short=self._cut_short,
        )

    def stop(self) -> None:
        """Issue no more. What is under way may end."""
        self._cut_short = True
        if self._issuing is not None:
            self._issuing.cancel()

    def abandon(self) -> None:
        """Issue no more, and end what is under way here."""
        self.stop()
        self._abandon(self._shots)
        for task in self._under_way:
            task.cancel()

    def _abandon(self, shots: Sequence[Shot]) -> None:
        now = self._clock.now()
        for shot in shots:
            shot.abandon(now)

    async def _open(self, start: int) -> None:
        for due in due_times(self._load):
            await self._clock.sleep_until(start + due)
            if self._room.locked():
                self.tally.held_back += 1
            await self._room.acquire()
            self._begin(self._one(self._issue(start + due)))

    async def _one(self, shot: Shot) -> None:
        try:
            await self._asked(shot)
        finally:
            self._room.release()

    async def _closed(self, start: int) -> None:
        left = iter(range(self._load.requests)) if self._load.requests is not None else None
        end = None if self._load.duration is None else start + round(self._load.duration * _NS)

        async def work() -> None:
            while (left is None or next(left, None) is not None) and (end is None or self._clock.now() < end):
                if self._cut_short:
                    break
                await self._asked(self._issue(None))

        for _ in range(self._load.concurrency):
            self._begin(work())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._bug = task.exception()
            self.stop()

    def _issue(self, intended: int | None) -> Shot:
        shot = self._shot(len(self._shots), intended)
        self._shots.append(shot)
        self.tally.issued += 1
        return shot

    def _shot(self, number: int, intended: int | None) -> Shot:
        request = self._questions[number % len(self._questions)]
        return Shot(number, replace(request), intended, started=self._clock.now())

    async def _asked(self, shot: Shot) -> None:
        try:
            await self._client.ask(shot)
        finally:
            self.tally.count(shot)
