"""The measured error: every probe that was missed counts with its own lateness."""

import asyncio
import contextlib

from gateway.bench.lag import PROBE_NS, Lag
from recorder.clock import ManualClock


class Held(ManualClock):
    """A clock whose first sleep is held up by 12 ms; the third one ends the test."""

    async def sleep_until(self, at):
        await super().sleep_until(at)
        if len(self.slept) == 1:
            self.time += 12_000_000
        if len(self.slept) == 3:
            raise asyncio.CancelledError


async def test_a_loop_that_was_held_up_makes_every_probe_late_that_was_due_meanwhile():
    lag = Lag(Held())
    with contextlib.suppress(asyncio.CancelledError):
        await lag.watch()
    assert PROBE_NS == 5_000_000
    assert list(lag.lateness().ordered) == [0, 2000, 7000, 12000]
