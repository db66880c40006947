"""Strands: the texts that a stream spreads over its frames, joined, searched, and written back where they came from.

    frames     "Hel" "lo"   0: "sk"  0: "-ant-"  1: "{}"  0: "api03-..."
    strands    Hello        0: sk-ant-api03-...  1: {}

What belongs together is not known here, as no provider is. Values go on in each other if they have one name and the
same numbers (`index`, `output_index`) around them. Of those, parts that come by turns are told apart by what they call
themselves (an id, a type) and by their path; parts that come one after the other are joined, since a block's start, its
deltas and a first chunk with an id do differ in that. And lists of alternatives are read by their places, too.

The joined texts are searched as they stand in the JSON, escapes included, like any body: so places are bytes, and
lengths stay.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from gateway.unfolding.shapes import Rows, Shape, Shapes, Slot, slot_spans
from recorder.edits import Edit, applied
from recorder.secret_search import Search

__all__ = ["without_spread_secrets"]

# So often the same value in frames of one shape, and only that: a model's name, an id. No part of something longer.
_CONSTANT = 4
_MOST_BY_TURNS = 16

Teller = tuple[str, bytes]

_Place = tuple[int, int]
"""The number of a frame, and of a slot in it."""


class _Run(NamedTuple):
    """The values of one slot in those `frames` of one shape whose `indices` and `labels` agree."""

    slot: Slot
    number: int
    indices: tuple[Teller, ...]
    labels: tuple[Teller, ...]
    frames: Sequence[int]
    values: Sequence[bytes]

    @property
    def start(self) -> _Place:
        return self.frames[0], self.number

    @property
    def end(self) -> _Place:
        return self.frames[-1], self.number


def without_spread_secrets(frames: Sequence[bytes], search: Search, shapes: Shapes) -> list[bytes]:
    """The frames, each as long as before, without the secrets that several share. In no frame such a secret shows."""
    strands = list(_strands(_runs(shapes.read(frames))))
    # All at once: mostly there is nothing.
    if not strands or search.is_clean(b"\n".join([_text(runs) for runs in strands])):
        return list(frames)
    changed: dict[_Place, bytes] = {}
    for runs in strands:
        bits = [(place, changed.get(place, value)) for place, value in _in_order(runs)]
        where = ".".join(runs[0].slot.path)
        changed |= _changed(bits, search.edits(b"".join([value for _, value in bits]), where))
    return _written_back(changed, frames)


def _text(runs: Sequence[_Run]) -> bytes:
    """What these runs say together, in the order of the stream."""
    return b"".join(runs[0].values if len(runs) == 1 else [value for _, value in _in_order(runs)])


def _in_order(runs: Sequence[_Run]) -> list[tuple[_Place, bytes]]:
    """The values of these runs with their places, in the order of the stream."""
    return sorted(
        [((frame, run.number), value) for run in runs for frame, value in zip(run.frames, run.values, strict=True)]
    )


def _changed(bits: Sequence[tuple[_Place, bytes]], edits: Sequence[Edit]) -> dict[_Place, bytes]:
    """The values that are others after these edits of their joined text."""
    found: dict[_Place, bytes] = {}
    if not edits:
        return found
    ends = list(accumulate([len(value) for _, value in bits]))
    for edit in edits:
        for index in range(bisect_right(ends, edit.start), len(bits)):
            place, value = bits[index]
            start = ends[index] - len(value)
            if start >= edit.end:
                break
            first, last = max(edit.start, start), min(edit.end, ends[index])
            part = Edit(first - start, last - start, edit.data[first - edit.start : last - edit.start])
            found[place] = applied(found.get(place, value), [part])
    return found


def _written_back(changed: Mapping[_Place, bytes], frames: Sequence[bytes]) -> list[bytes]:
    edits: dict[int, list[Edit]] = {}
    for (frame, number), value in changed.items():
        start, end, is_byte = slot_spans(frames[frame])[number]
        edits.setdefault(frame, []).append(Edit(start, end, _as_number(value[0], end - start) if is_byte else value))
    return [applied(frame, edits[number]) if number in edits else frame for number, frame in enumerate(frames)]


def _runs(rows_of: Mapping[Shape, Rows]) -> Iterator[_Run]:
    """Every slot of every shape with its values, frame after frame."""
    for shape, rows in rows_of.items():
        columns = list(zip(*rows.values, strict=True))
        for number, slot in enumerate(shape.slots):
            if slot.kind != "index":
                yield from _runs_of(shape, number, rows.frames, columns)


def _runs_of(shape: Shape, number: int, frames: Sequence[int], columns: Sequence[Sequence[bytes]]) -> Iterator[_Run]:
    slot, values = shape.slots[number], columns[number]
    if len(values) >= _CONSTANT and len(set(values)) == 1:
        frames, values = frames[:1], values[:1]
    tellers = [*slot.indices, *slot.labels]
    names = [shape.slots[teller].path[-1] for teller in tellers]
    parted: dict[tuple[bytes, ...], tuple[list[int], list[bytes]]] = {}
    if all(len(set(columns[teller])) == 1 for teller in tellers):
        told = tuple([columns[teller][0] for teller in tellers])
        parted[told] = (list(frames), list(values))
    else:
        for frame, value, *told_here in zip(frames, values, *[columns[teller] for teller in tellers], strict=False):
            part = parted.setdefault(tuple(told_here), ([], []))
            part[0].append(frame)
            part[1].append(value)
    for told, (in_frames, these) in parted.items():
        texts = list(map(_as_text, these)) if slot.kind == "byte" else these
        pairs = list(zip(names, told, strict=True))
        count = len(slot.indices)
        yield _Run(slot, number, tuple(pairs[:count]), tuple(pairs[count:]), in_frames, texts)


def _strands(runs: Iterable[_Run]) -> Iterator[list[_Run]]:
    """The runs that together are a text of several parts."""
    alike: dict[object, list[_Run]] = {}
    for run in runs:
        alike.setdefault((run.slot.kind, run.slot.path[-1:], run.indices), []).append(run)
    for group in alike.values():
        for strand in _chained(group):
            yield from _of_several_parts(_by_place(strand))
            yield from _of_several_parts([strand])


def _by_place(strand: Sequence[_Run]) -> list[list[_Run]]:
    """The alternatives in a strand, each for itself; nothing if it has none."""
    places: dict[tuple[tuple[str, ...], int], list[_Run]] = {}
    for run in strand:
        places.setdefault((run.slot.path, run.slot.place), []).append(run)
    return list(places.values()) if len({place for _, place in places}) > 1 else []


def _of_several_parts(strands: Iterable[list[_Run]]) -> Iterator[list[_Run]]:
    return (strand for strand in strands if len(strand) > 1 or len(strand[0].values) > 1)


class _Strand:
    """Runs that go on in each other: where they end, and what they call themselves."""

    def __init__(self, run: _Run) -> None:
        self.runs = [run]
        self.path = run.slot.path
        self.end = run.end
        self.labels = dict(run.labels)

    def takes(self, run: _Run) -> bool:
        """Whether the run is a part of this, though they may come by turns; or comes after it."""
        if run.frames[0] > self.end[0]:
            return True
        return run.slot.path == self.path and all(self.labels.get(name, value) == value for name, value in run.labels)

    def add(self, run: _Run) -> None:
        self.runs.append(run)
        self.end = max(self.end, run.end)
        self.labels.update(run.labels)


def _likelihood(run: _Run, strand: _Strand) -> tuple[bool, bool, _Place]:
    """That the run goes on with this strand, and not with another that it could go on with as well."""
    return run.slot.path == strand.path, strand.labels == dict(run.labels), strand.end


def _chained(runs: Sequence[_Run]) -> list[list[_Run]]:
    strands: list[_Strand] = []
    for run in sorted(runs, key=lambda run: run.start):
        open_ones = [strand for strand in strands[-_MOST_BY_TURNS:] if strand.takes(run)]
        likely = max(open_ones, key=partial(_likelihood, run), default=None)
        if likely is None:
            strands.append(_Strand(run))
        else:
            likely.add(run)
    return [strand.runs for strand in strands]


def _as_text(number: bytes) -> bytes:
    return bytes([int(number)]) if len(number) <= 3 and int(number) < 256 else b"\0"


def _as_number(byte: int, digits: int) -> bytes:
    """The byte as a number of so many digits, or the nearest."""
    return b"%d" % min(max(byte, 10 ** (digits - 1)), 10**digits - 1)
