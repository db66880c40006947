"""Where two canonical trees differ: the smallest parts, with what stands there on either side.

Items of arrays are paired first (recorder/alignment.py), so that a tool or a message which was put in is one
difference, and so are the same items in another order. Tool-call ids differ only if they belong to other calls.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from recorder.alignment import Pair, Shapes, aligned, similarity
from recorder.canonical import CallId, Tree

__all__ = ["Difference", "Nothing", "differences"]


class Nothing(Enum):
    """What stands in place of a member or item that only the other side has."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, and what stands there on the first and on the second side.

    `path` is the place on the second side, or on the first where only that has it; `was` is the place on the first side
    if it is another one. Several items in a row that only one side has are one difference: `messages[2..5]` with a list
    of them. With `order` both are arrays of the same items: the places on the first side, in the order of the second.
    """

    path: str
    one: Tree | Nothing
    two: Tree | Nothing
    was: str = ""
    order: tuple[int, ...] = ()


def differences(one: Tree, two: Tree, path: str = "") -> Iterator[Difference]:
    """The smallest differing parts of two trees, from the top down; none exactly if the trees are equal."""
    return _Walk().trees(one, two, path, path)


class _Walk:
    """One walk over two trees, with the tool-call ids that were met on both sides at the same place."""

    def __init__(self) -> None:
        self._shapes = Shapes()
        self._ids: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def trees(self, one: Tree, two: Tree, path: str, was: str) -> Iterator[Difference]:
        if isinstance(one, dict) and isinstance(two, dict):
            for name in dict.fromkeys([*one, *two]):
                yield from self._member(one.get(name, NOTHING), two.get(name, NOTHING), path, was, name)
        elif isinstance(one, list) and isinstance(two, list):
            yield from self._arrays(one, two, path, was)
        elif isinstance(one, CallId) and isinstance(two, CallId):
            if not self._is_renamed(one, two):
                yield _at(path, was, one, two)
        elif type(one) is not type(two) or one != two:
            yield _at(path, was, one, two)

    def _is_renamed(self, one: CallId, two: CallId) -> bool:
        """Whether both stand for one call; whichever is met for the first time does."""
        there, back = self._ids
        return there.setdefault(one, two) == two and back.setdefault(two, one) == one

    def _member(self, one: Tree | Nothing, two: Tree | Nothing, path: str, was: str, name: str) -> Iterator[Difference]:
        if isinstance(one, Nothing) or isinstance(two, Nothing):
            yield Difference(_below(was if isinstance(two, Nothing) else path, name), one, two)
        else:
            yield from self.trees(one, two, _below(path, name), _below(was, name))

    def _arrays(self, one: list[Tree], two: list[Tree], path: str, was: str) -> Iterator[Difference]:
        order = _order([self._shapes.number(item) for item in one], [self._shapes.number(item) for item in two])
        if order:
            yield _at(path, was, one, two, order)
            return
        for _, run in groupby(aligned(one, two, self._shapes), _side):
            yield from self._run(one, two, list(run), path, was)

    def _run(self, one: list[Tree], two: list[Tree], run: Sequence[Pair], path: str, was: str) -> Iterator[Difference]:
        """Pairs in a row, or items in a row that only one side has."""
        (first, second), size = run[0], len(run)
        if first is None and second is not None:
            yield Difference(_items(path, second, size), NOTHING, _one_or_all(two[second : second + size]))
        elif second is None and first is not None:
            yield Difference(_items(was, first, size), _one_or_all(one[first : first + size]), NOTHING)
        else:
            for row, column in run:
                assert row is not None and column is not None  # noqa: S101, PT018 - a run is of one kind
                yield from self._pair(one[row], two[column], f"{path}[{column}]", f"{was}[{row}]")

    def _pair(self, one: Tree, two: Tree, path: str, was: str) -> Iterator[Difference]:
        """An item and its counterpart; two that have nothing in common are told as a whole."""
        both = isinstance(one, dict) and isinstance(two, dict) and one.keys() != two.keys()
        if both and not similarity(one, two, self._shapes):
            yield _at(path, was, one, two)
        else:
            yield from self.trees(one, two, path, was)


def _order(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """The places in `first` of the items of `second`, if it holds the same in another order; else nothing."""
    if first == second or Counter(first) != Counter(second):
        return ()
    places: dict[int, list[int]] = {}
    for place, number in reversed(tuple(enumerate(first))):
        places.setdefault(number, []).append(place)
    return tuple(places[number].pop() for number in second)


def _side(pair: Pair) -> tuple[bool, bool]:
    return pair[0] is None, pair[1] is None


def _at(path: str, was: str, one: Tree, two: Tree, order: tuple[int, ...] = ()) -> Difference:
    return Difference(path, one, two, "" if was == path else was, order)


def _items(path: str, start: int, size: int) -> str:
    return f"{path}[{start}]" if size == 1 else f"{path}[{start}..{start + size - 1}]"


def _one_or_all(items: list[Tree]) -> Tree:
    return items[0] if len(items) == 1 else items


def _below(path: str, name: str) -> str:
    if not name.replace("-", "_").isidentifier():
        return f"{path}[{json.dumps(name, ensure_ascii=False)}]"
    return f"{path}.{name}" if path else name
