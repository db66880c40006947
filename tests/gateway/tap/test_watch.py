"""All of observing's relay side at once. What it does with real processes: tests/integration/test_observing."""

import sys

from gateway.tap import Door, Link, Setup, Taps, Watch
from recorder.clock import ManualClock


async def test_it_starts_without_raising_and_ends_what_was_begun(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    clock = ManualClock()
    link = Link(Setup("", "live", "0"), clock)
    watch = Watch(Taps(link, clock, mode="live", exact=True), link, Door(link))
    await watch.start()
    assert link.trouble
    await watch.close()
