"""Frames of one shape: the same JSON but for its values. Learned from the first, the others are read in one match.

    data: {"index":0,"delta":{"text":"Hel"}}       walked: a shape with two slots, and its values  0  Hel
    data: {"index":0,"delta":{"text":"lo"}}        matched by that shape's pattern: the values     0  lo

A stream of ten thousand frames has some ten shapes. To walk each frame's JSON costs ten times what its match does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from gateway.unfolding.documents import as_document
from recorder.json_walk import Leaf, Path, leaves

__all__ = ["Rows", "Shape", "Shapes", "Slot", "slot_spans"]

# Of a frame with more, or a larger one, no secret begins or ends there: it repeats a whole answer.
_MOST_LEAVES = 2048
_LARGEST = 1 << 20
# Each is tried on a frame that is not as the one before.
_MOST_PATTERNS = 32
_LONGEST_PATTERN = 16 << 10
_MOST_KNOWN = 512
_MOST_TELLERS = 8  # in one object

# No control character is in a JSON string, so no match reaches over the end of a line, nor of a frame.
_STRING = rb'([^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+)*+)'
_NUMBER = rb"([0-9]++)"
_DIGITS = re.compile(rb"[0-9]+")
_OTHER = rb"[^\s\"\[\]{},:]++"

# What tells parallel parts of an answer apart: their numbers, in whatever spelling, and what they call themselves.
_INDEX = re.compile(r"index|.+_index|.+Index")
_LABEL = re.compile(r"id|.+_id|type|event")
# Where the bytes of a token are listed one by one.
_BYTES = "bytes"


class Slot(NamedTuple):
    """Where a shape's frames differ: a `text`, the number of an answer's part (`index`), or one `byte` of a text.

    `path` has no indices; `place` is the innermost of them, or -1. `indices` and `labels` are the numbers of the slots
    around it that tell parallel parts apart.
    """

    kind: Literal["text", "index", "byte"]
    path: tuple[str, ...]
    place: int
    indices: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The JSON that several frames have in common, by what differs in it."""

    slots: tuple[Slot, ...]


_NOTHING = re.compile(rb"(?!)")


@dataclass(slots=True)
class Rows:
    """The values in the slots of a shape, for each frame of that shape, with the frames' numbers."""

    frames: list[int] = field(default_factory=list)
    values: list[tuple[bytes, ...]] = field(default_factory=list)


class Shapes:
    """The shapes of frames, remembered from stream to stream: those of one provider are always the same."""

    def __init__(self) -> None:
        self._known: dict[bytes, Shape] = {}
        self._patterns: dict[Shape, re.Pattern[bytes]] = {}

    def read(self, frames: Sequence[bytes]) -> dict[Shape, Rows]:
        """The values in a stream's frames. One in which nothing can go on in another has none."""
        found: dict[Shape, Rows] = {}
        pattern, rows = _NOTHING, Rows()
        for number, frame in enumerate(frames):
            if (match := pattern.fullmatch(frame)) is not None:  # as the one before: most are
                rows.frames.append(number)
                rows.values.append(match.groups())
            elif (read := self._read(frame)) is not None:
                shape, values = read
                pattern, rows = self._patterns.get(shape, _NOTHING), found.setdefault(shape, Rows())
                rows.frames.append(number)
                rows.values.append(values)
        return found

    def _read(self, frame: bytes) -> tuple[Shape, tuple[bytes, ...]] | None:
        for shape, pattern in tuple(self._patterns.items()):  # another thread may add to it
            if match := pattern.fullmatch(frame):
                return shape, match.groups()
        found = _slot_leaves(frame)
        if not any(map(_kind, found)):
            return None
        shape = self._shape(frame, found)
        return shape, tuple([frame[leaf.start : leaf.end] for leaf in found if _kind(leaf)])

    def _shape(self, frame: bytes, found: Sequence[Leaf]) -> Shape:
        """The frame's shape. What is seen again gets a pattern; old ones are forgotten, all at once."""
        skeleton = _skeleton(frame, found)
        shape = self._known.get(skeleton)
        if shape is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            shape = self._known[skeleton] = Shape(_slots(found))
        elif len(skeleton) <= _LONGEST_PATTERN:
            if len(self._patterns) >= _MOST_PATTERNS:
                self._patterns.clear()
            self._patterns[shape] = re.compile(skeleton)
        return shape


def _slot_leaves(piece: bytes) -> list[Leaf]:
    """The leaves of a frame's JSON; none of one that is too large."""
    if len(piece) > _LARGEST:
        return []
    found = list(islice(leaves(as_document(piece)), _MOST_LEAVES + 1))
    return found if len(found) <= _MOST_LEAVES and all(leaf.path for leaf in found) else []


def slot_spans(frame: bytes) -> list[tuple[int, int, bool]]:
    """Where the values of a frame's slots stand, in the order of its shape's slots, and which are one `byte` each."""
    return [(leaf.start, leaf.end, kind == "byte") for leaf in _slot_leaves(frame) if (kind := _kind(leaf))]


def _kind(leaf: Leaf) -> Literal["text", "index", "byte"] | None:
    name = leaf.path[-1]
    if leaf.is_string:
        return "text"
    if isinstance(name, str):
        return "index" if _INDEX.fullmatch(name) else None
    return "byte" if len(leaf.path) > 1 and leaf.path[-2] == _BYTES else None


def _skeleton(piece: bytes, found: Sequence[Leaf]) -> bytes:
    """The pattern of all frames that differ from `piece` in nothing but values."""
    parts: list[bytes] = []
    end = 0
    for leaf in found:
        between = re.escape(piece[end : leaf.start])
        parts.append(between if end else _DIGITS.sub(_DIGITS.pattern + b"+", between))  # an event may have a number
        parts.append(_STRING if leaf.is_string else _NUMBER if _kind(leaf) else _OTHER)
        end = leaf.end
    return b"".join([*parts, re.escape(piece[end:])])


def _slots(found: Sequence[Leaf]) -> tuple[Slot, ...]:
    return tuple(_described([leaf for leaf in found if _kind(leaf)]))


def _described(found: Sequence[Leaf]) -> Iterator[Slot]:
    tellers: dict[Path, list[tuple[int, Leaf]]] = {}
    for number, leaf in enumerate(found):
        if _tells_apart(leaf):
            tellers.setdefault(leaf.path[:-1], []).append((number, leaf))
    for leaf in found:
        around = [
            teller
            for depth in range(len(leaf.path))
            for teller in tellers.get(leaf.path[:depth], ())[:_MOST_TELLERS]
            if teller[1] is not leaf
        ]
        kind = _kind(leaf)
        places = [step for step in leaf.path[: -1 if kind == "byte" else None] if isinstance(step, int)]
        yield Slot(
            kind or "text",
            tuple([step for step in leaf.path if isinstance(step, str)]),
            places[-1] if places else -1,
            tuple([number for number, teller in around if not teller.is_string]),
            tuple([number for number, teller in around if teller.is_string]),
        )


def _tells_apart(leaf: Leaf) -> bool:
    name = leaf.path[-1]
    return isinstance(name, str) and (_LABEL if leaf.is_string else _INDEX).fullmatch(name) is not None
