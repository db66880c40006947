"""How an answer is played when it has been directed: the cues of its recording, cut and moved. Pure.

reads      |--head--|----a----|--------b--------|--c--|        as they were recorded and paced
pieces     |--head--|--|--|--|--|--|--|--|--|--|--|--|        divided anew; each is due with its last byte
pauses     |--head--|--|--|      ...      |--|--|--|--|        all that follows is later
stop       |--head--|--|--|      ...      |--|x                and the end that was asked for
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from gateway.faults.places import START
from recorder.interaction import End, Response
from recorder.staging import Cue

__all__ = ["Directions", "Trickle", "perform"]


class Trickle(NamedTuple):
    """From `start` on, `size` bytes and then a pause of `pause` µs."""

    start: int
    size: int
    pause: int


@dataclass(frozen=True, slots=True)
class Directions:
    """What to do with an answer whose head is `head`. Places are offsets in its body, START is before the head.

    `ends`: where pieces end, None: as they were recorded. `pauses`: place and µs. `stop`: the body's end, after which
    `added` is sent and the reply ends with `end`, as soon as that has been played; None: as it was recorded.
    """

    head: Response
    ends: Sequence[int] | None = None
    trickle: Trickle | None = None
    pauses: tuple[tuple[int, int], ...] = ()
    stop: int | None = None
    added: bytes = b""
    end: End | None = None


class _Piece(NamedTuple):
    start: int
    due: int
    at: int
    data: bytes


def perform(cues: Iterable[Cue], directions: Directions) -> Iterator[Cue]:
    """The cues of a recording, played as directed."""
    if directions.stop == START:
        waits = sum(pause for _, pause in directions.pauses)
        return iter([Cue(waits, 0, None, b"", directions.end)])  # there is no head before the start
    reads = list(cues)
    pieces = [_delayed(piece, directions) for piece in _pieces(reads, directions)]
    head = _head(reads[0], pieces, directions)
    said = [Cue(piece.due, piece.at, None, piece.data, None) for piece in pieces]
    latest = said[-1] if said else head
    if directions.added:
        said.append(latest._replace(head=None, data=directions.added))
    return iter(_joined([head, *said, _ending(reads[-1], latest, directions)]))


def _pieces(reads: list[Cue], directions: Directions) -> Iterator[_Piece]:
    """The body up to its stop, divided as directed. A piece is due when the read is that brought its last byte."""
    body = b"".join(read.data for read in reads)
    stop = len(body) if directions.stop is None else directions.stop
    brought = [read for read in reads if read.data]
    read_ends = list(accumulate(len(read.data) for read in brought))
    ends = read_ends if directions.ends is None else directions.ends
    marks = {stop, *(place for place, _ in directions.pauses)}
    trickle = directions.trickle
    if trickle is not None:
        ends = [end for end in ends if end <= trickle.start]
        marks.update(range(trickle.start, stop, trickle.size))
    start = due = 0
    for end in sorted(mark for mark in {*ends, *marks} if 0 < mark <= stop):
        read = brought[bisect_left(read_ends, end)]
        waits = trickle.pause if trickle is not None and start > trickle.start else 0
        due = max(read.due, due + waits)
        yield _Piece(start, due, read.at, body[start:end])
        start = end


def _delayed(piece: _Piece, directions: Directions) -> _Piece:
    waits = sum(pause for place, pause in directions.pauses if place <= piece.start)
    return piece._replace(due=piece.due + waits)


def _head(read: Cue, pieces: list[_Piece], directions: Directions) -> Cue:
    """The head; it waits for the body where that comes in one piece."""
    if directions.ends == () and pieces and not any(place == 0 for place, _ in directions.pauses):
        return Cue(pieces[0].due, pieces[0].at, directions.head, b"", None)
    waits = sum(pause for place, pause in directions.pauses if place == START)
    return Cue(read.due + waits, read.at, directions.head, b"", None)


def _ending(read: Cue, latest: Cue, directions: Directions) -> Cue:
    """The end: the one that was recorded, as much later as all before it, or the one that was directed."""
    if directions.end is None:
        due = read.due + sum(pause for _, pause in directions.pauses)
        return Cue(max(due, latest.due), read.at, None, b"", read.end)
    waits = sum(pause for place, pause in directions.pauses if place == directions.stop)
    return Cue(latest.due + waits, latest.at, None, b"", directions.end)


def _joined(cues: list[Cue]) -> list[Cue]:
    """What was read at once is given at once: the head with the first bytes, the end with the last."""
    joined = cues[:1]
    for cue in cues[1:]:
        before = joined[-1]
        if (before.due, before.at) == (cue.due, cue.at) and not (before.data and cue.data):
            joined[-1] = before._replace(data=before.data + cue.data, end=cue.end)
        else:
            joined.append(cue)
    return joined
