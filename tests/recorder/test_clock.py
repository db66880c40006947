"""Two clocks, one contract; the manual one makes time a thing of the test."""

import asyncio
import time
from datetime import UTC, datetime

from recorder.clock import ManualClock, SystemClock

MS = 1_000_000


async def test_the_system_clock_never_steps_back_and_names_the_time_of_day_in_utc():
    clock = SystemClock()
    assert clock.now() <= clock.now()
    assert clock.wall().tzinfo is UTC


async def test_a_deadline_in_the_past_or_nearer_than_a_timer_can_tell_is_now():
    clock = SystemClock()
    sleeping = clock.sleep_until(time.monotonic_ns() + MS // 10)
    assert asyncio.iscoroutine(sleeping)
    try:
        sleeping.send(None)
    except StopIteration:
        return
    raise AssertionError("it slept")


async def test_the_system_clock_sleeps_to_the_deadline():
    clock = SystemClock()
    deadline = clock.now() + 3 * MS
    await clock.sleep_until(deadline)
    assert clock.now() >= deadline - MS // 2


async def test_the_manual_clock_stands_still_until_somebody_sleeps():
    clock = ManualClock(now=5)
    assert (clock.now(), clock.now()) == (5, 5)
    await clock.sleep_until(3_600_000 * MS)
    await clock.sleep_until(7)
    assert clock.now() == 3_600_000 * MS
    assert clock.slept == [3_600_000 * MS, 7]
    assert clock.wall() == datetime(1970, 1, 1, 1, tzinfo=UTC)


async def test_sleeping_on_the_manual_clock_gives_others_their_turn():
    turns = []

    async def other():
        turns.append("other")

    task = asyncio.create_task(other())
    await ManualClock().sleep_until(1)
    assert turns == ["other"]
    await task
