"""How wrong the run's own times may be: the lateness of its event loop, measured while it runs.

A probe is due every 5 ms. When it runs late, so does everything else here: requests leave late, and chunks that have
come lie unstamped. A loop that is held up for long makes many probes late, and each counts with the lateness that it
has (one for every 5 ms), or a single number would stand for the worst moment. What is shorter than 5 ms may go unseen.
"""

from array import array

from gateway.metrics.statistics import Distribution
from recorder.clock import Clock

__all__ = ["PROBE_NS", "Lag"]

PROBE_NS = 5_000_000


class Lag:
    """Probes the event loop until it is cancelled."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._late = array("d")

    async def watch(self) -> None:
        """Go on until cancelled."""
        due = self._clock.now() + PROBE_NS
        while True:
            await self._clock.sleep_until(due)
            now = self._clock.now()
            self._late.append(abs(now - due) / 1000)
            due += PROBE_NS
            while due <= now:
                self._late.append((now - due) / 1000)
                due += PROBE_NS

    def lateness(self) -> Distribution:
        """By how much the probes so far were late, or early (µs)."""
        return Distribution.of(self._late)
