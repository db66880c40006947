"""Has it become slower? The difference of two medians, with the interval in which it lies for all that is known.

    base, new ── difference ──> new median - base median, and a 95% bootstrap interval ── verdict ──> regression, ...

The bootstrap asks what other medians the same streams could have given, had each been drawn again at random. Its seed
is fixed, so the same streams give the same interval. No draw is needed for each value: the median of n values drawn
again is one of them (or the mean of two), at the place where the middle one of n uniform draws falls, and that is Beta
distributed. So ten thousand streams cost no more than ten. It takes the streams to be independent of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from gateway.metrics.statistics import Distribution, percentile

__all__ = ["CONFIDENCE", "ENOUGH", "Difference", "Verdict", "difference", "verdict"]

ENOUGH = 10
"""Streams that each side must have for a statement: with fewer the interval is little more than the whole range."""

CONFIDENCE = 0.95

_RESAMPLES = 2000

Verdict = Literal["too few", "no difference", "regression", "improvement", "within threshold"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one quantity, in its unit. `change` is new median minus base median, None where a side has no values.

    `low` and `high` bound the 95% interval of `change`, None where a side has fewer values than ENOUGH.
    """

    base: Distribution
    new: Distribution
    change: float | None
    low: float | None = None
    high: float | None = None

    @property
    def relative(self) -> float | None:
        """The change as a share of the base's median: 0.1 is 10% more. None if that is 0, or nothing is known."""
        return self.change / self.base.median if self.change is not None and self.base.median else None


def difference(base: Distribution, new: Distribution, *, seed: int = 1) -> Difference:
    """Compare two sets of values, one for each stream."""
    if base.median is None or new.median is None:
        return Difference(base, new, None)
    change = new.median - base.median
    if min(base.n, new.n) < ENOUGH:
        return Difference(base, new, change)
    random = Random(seed)
    changes = sorted(
        _drawn_median(new.ordered, random) - _drawn_median(base.ordered, random) for _ in range(_RESAMPLES)
    )
    tail = (1 - CONFIDENCE) / 2 * 100
    return Difference(base, new, change, percentile(changes, tail), percentile(changes, 100 - tail))


def _drawn_median(ordered: Sequence[float], random: Random) -> float:
    """The median of as many values as there are, drawn from them with replacement."""
    n = len(ordered)
    middle = (n + 1) // 2  # of n uniform draws, this one in order
    place = random.betavariate(middle, n - middle + 1)
    lower = ordered[min(int(place * n), n - 1)]
    if n % 2:
        return lower
    # The next one is the least of the draws that are left, which lie anywhere above.
    place += (1 - place) * random.betavariate(1, n - middle)
    return (lower + ordered[min(int(place * n), n - 1)]) / 2


def verdict(difference: Difference, *, threshold: float = 0.0, more_is_better: bool = False) -> Verdict:
    """What the difference says. `threshold` is a share of the base's median: 0.1 is 10%.

    A regression or an improvement is a change beyond the threshold whose interval excludes 0.
    """
    change, low, high = difference.change, difference.low, difference.high
    if change is None or low is None or high is None:
        return "too few"
    if low <= 0 <= high:
        return "no difference"
    if difference.relative is not None and abs(difference.relative) <= threshold:
        return "within threshold"
    return "improvement" if (change > 0) == more_is_better else "regression"
