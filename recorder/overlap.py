"""How far two texts agree, from their beginnings and from their ends. By bisection, since comparing slices is quick."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["beginning", "likeness", "overlap"]

Text = TypeVar("Text", str, bytes)


def beginning(one: Text, two: Text) -> int:
    """How many characters (or bytes) both begin with."""
    return _most(min(len(one), len(two)), lambda low, high: one[low:high] == two[low:high])


def overlap(one: Text, two: Text) -> tuple[int, int]:
    """How many both begin with, and with how many of the rest both end."""
    before = beginning(one, two)
    ends = len(one), len(two)
    return before, _most(
        min(ends) - before,
        lambda low, high: one[ends[0] - high : ends[0] - low] == two[ends[1] - high : ends[1] - low],
    )


def likeness(one: Text, two: Text) -> float:
    """The share of the longer one that lies before the first and after the last difference: 0 to 1."""
    return (sum(overlap(one, two)) + 1) / (max(len(one), len(two)) + 1)


def _most(high: int, agree: Callable[[int, int], bool]) -> int:
    """The largest number up to `high` of which `agree(0, number)`; asked in steps, each from what is known on."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        if agree(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
