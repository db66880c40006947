"""Pairing the items of two arrays, so that one which was put in does not make all behind it look changed.

    same at both ends ──> items that are there once on each side ──> in the gaps between: what is most alike

Works on canonical trees and takes linear time: only small gaps are looked at pair by pair.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile, zip_longest
from operator import itemgetter

from recorder.canonical import CallId, Tree
from recorder.overlap import likeness

__all__ = ["Pair", "Shapes", "aligned", "in_order", "similarity"]

Pair = tuple[int | None, int | None]
"""The places of two items that belong together; None where an item has no counterpart."""

# Of a gap with more possible pairs the items are paired by their places.
_PAIRS = 256
# Two items less alike than this are two items, not one that was changed.
_ALIKE = 0.25
_DEPTH = 4


class Shapes:
    """Numbers for trees: equal for equal trees. How tool-call ids are numbered does not count."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._known: dict[int, int] = {}

    def number(self, tree: Tree) -> int:
        """The number of `tree`, which has to live as long as this does."""
        if not isinstance(tree, dict | list):
            return self._of((CallId,) if isinstance(tree, CallId) else (type(tree), tree))
        known = self._known.get(id(tree))
        if known is None:
            inside = [self.number(item) for item in (tree.values() if isinstance(tree, dict) else tree)]
            known = self._known[id(tree)] = self._of((type(tree), *(tree if isinstance(tree, dict) else ()), *inside))
        return known

    def _of(self, shape: object) -> int:
        return self._numbers.setdefault(shape, len(self._numbers))


def aligned(one: Sequence[Tree], two: Sequence[Tree], shapes: Shapes) -> Iterator[Pair]:
    """Every item of both, once, in order: paired where it has a counterpart."""
    first, second = [shapes.number(item) for item in one], [shapes.number(item) for item in two]
    before = _same(zip(first, second, strict=False))
    after = min(_same(zip(first[::-1], second[::-1], strict=False)), min(len(first), len(second)) - before)
    ends = len(first) - after, len(second) - after
    yield from ((place, place) for place in range(before))
    row = column = before
    for anchor in _anchors(first[before : ends[0]], second[before : ends[1]]):
        there = anchor[0] + before, anchor[1] + before
        yield from _gap(one, two, range(row, there[0]), range(column, there[1]), shapes)
        yield there
        row, column = there[0] + 1, there[1] + 1
    yield from _gap(one, two, range(row, ends[0]), range(column, ends[1]), shapes)
    yield from ((ends[0] + place, ends[1] + place) for place in range(after))


def _same(pairs: Iterator[tuple[int, int]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _anchors(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """The longest run of items that are there once on each side, in the same order on both."""
    counts = Counter(first), Counter(second)
    places = {number: place for place, number in enumerate(first) if counts[0][number] == 1}
    return in_order(
        [(places[number], at) for at, number in enumerate(second) if number in places and counts[1][number] == 1]
    )


def in_order(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """A longest run of these pairs of places, none of which is in two pairs, that rises on both sides."""
    both = sorted(pairs, key=itemgetter(1))
    tops: list[int] = []  # of each length, the lowest place on the first side that a run can end with
    ends: list[int] = []  # and which of `both` that is
    earlier: list[int | None] = []
    for at, (place, _) in enumerate(both):
        length = bisect_left(tops, place)
        earlier.append(ends[length - 1] if length else None)
        tops[length : length + 1], ends[length : length + 1] = [place], [at]
    run, end = [], ends[-1] if ends else None
    while end is not None:
        run.append(both[end])
        end = earlier[end]
    return run[::-1]


def _gap(one: Sequence[Tree], two: Sequence[Tree], rows: range, columns: range, shapes: Shapes) -> Iterator[Pair]:
    if not rows or not columns or len(rows) * len(columns) > _PAIRS:
        yield from zip_longest(rows, columns)
        return
    likes = [[similarity(one[row], two[column], shapes) for column in columns] for row in rows]
    row, column = rows.start, columns.start
    for at, there in _best(likes):
        yield from _alone(range(row, rows[at]), range(column, columns[there]))
        yield rows[at], columns[there]
        row, column = rows[at] + 1, columns[there] + 1
    yield from _alone(range(row, rows.stop), range(column, columns.stop))


def _alone(rows: range, columns: range) -> Iterator[Pair]:
    """Items that are like nothing on the other side: as many here as there have been replaced, one by one."""
    if len(rows) == len(columns):
        yield from zip(rows, columns, strict=True)
    else:
        yield from ((row, None) for row in rows)
        yield from ((None, column) for column in columns)


def _best(likes: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The pairs, in order, whose likeness adds up to most."""
    height, width = len(likes), len(likes[0])
    sums = [[0.0] * (width + 1) for _ in range(height + 1)]
    for row in reversed(range(height)):
        for column in reversed(range(width)):
            like = likes[row][column]
            together = like + sums[row + 1][column + 1] if like >= _ALIKE else 0.0
            sums[row][column] = max(together, sums[row + 1][column], sums[row][column + 1])
    found, row, column = [], 0, 0
    while row < height and column < width:
        if sums[row][column] == sums[row + 1][column]:
            row += 1
        elif sums[row][column] == sums[row][column + 1]:
            column += 1
        else:
            found.append((row, column))
            row, column = row + 1, column + 1
    return found


def similarity(one: Tree, two: Tree, shapes: Shapes, depth: int = _DEPTH) -> float:
    """How alike two trees are: 1 if they are equal, 0 if they have nothing in common."""
    if shapes.number(one) == shapes.number(two):
        return 1.0
    if type(one) is not type(two) or not depth:
        return 0.0
    if isinstance(one, dict) and isinstance(two, dict):
        common = [similarity(value, two[name], shapes, depth - 1) for name, value in one.items() if name in two]
        return sum(common) / len(one.keys() | two.keys())
    if isinstance(one, list) and isinstance(two, list):
        pairs = zip(one, two, strict=False)
        return sum(similarity(*pair, shapes, depth - 1) for pair in pairs) / max(len(one), len(two))
    if isinstance(one, str) and isinstance(two, str):
        return likeness(one, two)
    return 0.0
