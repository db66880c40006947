"""How hard and how long the target is driven, and when each request is due. Pure: the same seed, the same times.

    open loop     requests are due at a rate, whatever the answers do        intended ──> started ──> sent
    closed loop   so many at a time, the next when one has ended             a slow target is asked less often

Only an open loop shows what a slow target does to those who wait: a closed one leaves out the requests that would have
come meanwhile (coordinated omission).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from random import Random
from typing import Literal

__all__ = ["Arrivals", "Load", "due_times"]

Arrivals = Literal["constant", "poisson"]

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One run's load. Rate in requests per second (None: closed loop), duration in seconds.

    At least one of `requests` and `duration` ends the run: whichever comes first. `max_in_flight` holds back an open
    loop's requests when so many are under way; `warm_up` requests go before, and are not measured.
    """

    rate: float | None = 1.0
    arrivals: Arrivals = "constant"
    seed: int = 0
    concurrency: int = 1
    requests: int | None = None
    duration: float | None = None
    warm_up: int = 2
    max_in_flight: int = 256

    @property
    def at_once(self) -> int:
        """The most requests that are under way at any time."""
        return self.concurrency if self.rate is None else self.max_in_flight

    @property
    def expected(self) -> int | None:
        """How many requests it will be at most; None where that depends on the answers."""
        if self.rate is None or self.duration is None:
            return self.requests
        return sum(1 for _ in due_times(self))


def due_times(load: Load) -> Iterator[int]:
    """An open loop's intended starts, in ns since the run's; ends with the load."""
    assert load.rate is not None  # noqa: S101 - a closed loop has none
    times = _constant(load.rate) if load.arrivals == "constant" else _poisson(load.rate, load.seed)
    if load.duration is not None:
        end = load.duration * _NS
        times = takewhile(lambda at: at < end, times)
    if load.requests is None:
        return times
    return (at for at, _ in zip(times, range(load.requests), strict=False))


def _constant(rate: float) -> Iterator[int]:
    return (round(number * _NS / rate) for number in count())


def _poisson(rate: float, seed: int) -> Iterator[int]:
    """Arrivals that know nothing of each other: the gaps are exponential. The first is due at once."""
    rng = Random(f"arrivals|{seed}")
    at = 0.0
    while True:
        yield round(at * _NS)
        at += rng.expovariate(rate)
