"""The only home of time and sleep.

`now` counts integer nanoseconds on the monotonic clock; wall-clock time is a label for people and never subtracted.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock"]

# Timers fire on whole milliseconds (libuv's resolution): a deadline nearer than half of one is now.
_TIMER_SLACK_NS = 500_000


class Clock(Protocol):
    """What tells the time and waits for it."""

    def now(self) -> int:
        """Nanoseconds on a clock that never steps."""

    def wall(self) -> datetime:
        """The time of day in UTC, for people."""

    async def sleep_until(self, at: int) -> None:
        """Return once `now()` has reached `at`, give or take half a millisecond."""


class SystemClock:
    """The machine's own clock."""

    now = staticmethod(time.monotonic_ns)

    def wall(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, at: int) -> None:
        """Sleep to an absolute deadline; a deadline in the past returns at once."""
        while (rest := at - time.monotonic_ns()) > _TIMER_SLACK_NS:  # noqa: ASYNC110 - a timer may fire early
            await asyncio.sleep(rest / 1e9)


class ManualClock:
    """A clock for tests: it stands still, and a sleep moves it to the deadline instead of waiting."""

    def __init__(self, now: int = 0) -> None:
        self.time = now
        self.slept: list[int] = []

    def now(self) -> int:
        """The nanoseconds that were set."""
        return self.time

    def wall(self) -> datetime:
        """The epoch plus the time that was set."""
        return datetime.fromtimestamp(self.time / 1e9, UTC)

    async def sleep_until(self, at: int) -> None:
        """Move to `at` at once, let other tasks run, and note the deadline in `slept`."""
        self.slept.append(at)
        self.time = max(self.time, at)
        await asyncio.sleep(0)
