"""Many numbers in a few: percentiles, and the points of a distribution's curve. Pure, and blind to units.

    values ── Distribution.of ──> n, min, mean, p50, p90, [p95, p99, p99.9 as far as n carries them], max
                             └──> ecdf: (value, share of values up to it)      histogram: equal bins, counted

A percentile lies on the straight line between the two values next to it (NumPy's and spreadsheets' default). One in the
tail is only as good as the number of values beyond it, so p95 takes 20 values, p99 100 and p99.9 1,000; who has fewer
has the maximum, which was really seen.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import NamedTuple

__all__ = ["PERCENTILES", "Bin", "Distribution", "Percentile", "percentile"]


class Percentile(NamedTuple):
    """One that is told: its name, where it lies (0 to 100), and how many values it takes."""

    name: str
    percent: float
    takes: int


PERCENTILES = (
    Percentile("p50", 50, 1),
    Percentile("p90", 90, 1),
    Percentile("p95", 95, 20),
    Percentile("p99", 99, 100),
    Percentile("p99.9", 99.9, 1000),
)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from `low` up to `high`; `high` itself is in the next bin, but for the last one."""

    low: float
    high: float
    count: int


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value below which `percent` (0 to 100) of the values lie, interpolated. `ordered` is sorted and not empty."""
    if not ordered:
        raise ValueError("no values, so no percentile")
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    low = ordered[below]
    high = ordered[min(below + 1, len(ordered) - 1)]
    # So that rounding cannot lead out of low..high, which a sum of both shares could.
    return min(max(low + (high - low) * (place - below), low), high)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Values in order, in whatever unit they came in; there may be none. Made by `of`."""

    ordered: Sequence[float]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Distribution":
        """The distribution of `values`, in any order."""
        return cls(array("d", sorted(values)))

    @property
    def n(self) -> int:
        """How many values there are. Whoever prints a number of this distribution prints this beside it."""
        return len(self.ordered)

    @property
    def minimum(self) -> float | None:
        """The least value; None without values."""
        return self.ordered[0] if self.ordered else None

    @property
    def maximum(self) -> float | None:
        """The greatest value; None without values."""
        return self.ordered[-1] if self.ordered else None

    @property
    def mean(self) -> float | None:
        """The arithmetic mean; None without values."""
        if not self.ordered:
            return None
        return min(max(fsum(self.ordered) / self.n, self.ordered[0]), self.ordered[-1])

    @property
    def median(self) -> float | None:
        """The 50th percentile; None without values."""
        return percentile(self.ordered, 50) if self.ordered else None

    def percentiles(self) -> dict[str, float]:
        """Those of PERCENTILES that n carries, by name."""
        return {each.name: percentile(self.ordered, each.percent) for each in PERCENTILES if self.n >= each.takes}

    def ecdf(self, most: int = 500) -> list[tuple[float, float]]:
        """Steps of the curve: (value, share of all values that are not greater), ascending, the last share 1.

        Each value once; of more than `most` values the first, the last, and those between at equal distances in rank.
        """
        if not self.ordered:
            return []
        steps = min(self.n, max(most, 2))
        ranks = [round(step * (self.n - 1) / max(steps - 1, 1)) for step in range(steps)]
        values = dict.fromkeys(self.ordered[rank] for rank in ranks)
        return [(value, bisect_right(self.ordered, value) / self.n) for value in values]

    def histogram(self, bins: int = 20) -> list[Bin]:
        """Bins of equal width from the least value to the greatest; a single one if all values are the same."""
        if not self.ordered:
            return []
        low, high = self.ordered[0], self.ordered[-1]
        if low == high:
            return [Bin(low, high, self.n)]
        edges = [low + (high - low) * number / bins for number in range(bins)]
        ranks = [bisect_left(self.ordered, edge) for edge in edges] + [self.n]
        counts = [after - before for before, after in pairwise(ranks)]
        return [Bin(start, stop, count) for (start, stop), count in zip(pairwise([*edges, high]), counts, strict=True)]
