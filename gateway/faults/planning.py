"""What is asked for, made into directions for one answer. Pure: the same answer and faults give the same directions.

What cannot be done to an answer (a place beyond its end, an error in a body that has no frames) is left out, and the
report says so: a test that waits for a fault must be able to see that there was none.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from gateway.dialects.apis import api_of
from gateway.dialects.failing import failure_frames
from gateway.faults.performance import Directions, Trickle
from gateway.faults.places import START, Beyond, Places
from gateway.faults.spec import Boundaries, Fault, duration
from gateway.wire.writing import written
from recorder.interaction import End, Interaction, Response
from recorder.staging import StagedEnd

__all__ = ["FOREVER", "NOT_APPLIED", "Plan", "plan"]

FOREVER = 365 * 24 * 3600 * 1_000_000
"""µs that no client waits."""

NOT_APPLIED = "not applied: "

# The largest piece of `split`: small enough to divide most characters and line ends, large enough to be quick.
_LARGEST_PIECE = 12


class Plan(NamedTuple):
    """Directions, and what they do in words, one text a fault. `breaks_off`: the answer does not come to its end."""

    directions: Directions
    reports: tuple[str, ...]
    breaks_off: bool


def plan(interaction: Interaction, faults: Iterable[Fault], boundaries: Boundaries, seed: int) -> Plan:
    """Directions for an answer whose body is not compressed."""
    places = Places(interaction)
    directions = Directions(interaction.response, ends=_ends(places, boundaries))
    reports = [] if boundaries == Boundaries() else [f"boundaries {boundaries}"]
    breaks_off = False
    for fault in sorted(faults, key=lambda fault: not fault.breaks_off):  # first: the others must lie before its place
        try:
            offset, where = _where(fault, places, Random(f"{seed} {fault}"))
            directions = _directed(directions, fault, offset, places, f"{fault.kind} {where}")
        except Beyond as missing:
            where = f" at {fault.place.words}" if fault.place else ""
            reports.append(f"{NOT_APPLIED}{_words(fault)}{where}: {missing}")
        else:
            breaks_off = breaks_off or fault.breaks_off
            reports.append(f"{_words(fault)} {where}")
    return Plan(replace(directions, head=_framed(directions, places.body)), tuple(reports), breaks_off)


def _where(fault: Fault, places: Places, random: Random) -> tuple[int, str]:
    """The offset of a fault, and where that is in words. Raises Beyond."""
    if fault.place is not None:
        return places.offset(fault.place), f"at {fault.place.words}"
    if fault.kind == "trickle":
        return 0, "from the beginning"
    # What ends well, or goes on with a frame, does so between frames: else it would be seen at once.
    between = places.frame_ends[:-1] if fault.kind in ("end", "error") else []
    if not between and len(places.body) < 2:
        raise Beyond("the answer has no body to choose a place in")
    offset = random.choice(between) if between else random.randrange(1, len(places.body))
    return offset, f"at byte {offset} (chosen by the seed)"


def _directed(directions: Directions, fault: Fault, offset: int, places: Places, report: str) -> Directions:
    """The directions with one more fault. Raises Beyond if the answer has no room for it."""
    if directions.stop is not None and offset > directions.stop:
        raise Beyond("the answer has been broken off before")
    match fault.kind:
        case "trickle":
            return replace(directions, trickle=Trickle(max(offset, 0), fault.size, (fault.wait or 0) * 1000))
        case "stall":
            wait = FOREVER if fault.wait is None else fault.wait * 1000
            paused = replace(directions, pauses=(*directions.pauses, (offset, wait)))
            return paused if fault.wait is not None else _stopped(paused, offset, report)
        case "error":
            return _failed(directions, fault, offset, places, report)
        case "end" if offset == len(places.body):
            raise Beyond("the answer ends there by itself")
        case "end" if offset == START:
            raise Beyond("an answer cannot end well before its head")
    return _stopped(directions, offset, report, reset=fault.kind == "reset", well=fault.kind == "end")


def _stopped(
    directions: Directions, offset: int, report: str, *, reset: bool = False, well: bool = False
) -> Directions:
    end: End = StagedEnd("complete" if well else "upstream_error", report, reset=reset)
    return replace(directions, stop=offset, end=end)


def _failed(directions: Directions, fault: Fault, offset: int, places: Places, report: str) -> Directions:
    """An error of the provider's between two frames: the next place that lies so."""
    ends = [0, *(frame.end for frame in places.frames)]
    between = ends[min(bisect_left(ends, offset), len(ends) - 1)]
    first, last = places.values(between)
    frames = failure_frames(api_of(places.interaction.request.path), fault.failure, first, last)
    if not frames:
        raise Beyond("no error in mid-stream is known of this API")
    added = written(frames, places.decoder, places.body[:between])
    if added is None or not places.frames:
        raise Beyond("the answer is no stream; use status=500")
    return replace(_stopped(directions, between, report, well=True), added=added)


def _ends(places: Places, boundaries: Boundaries) -> Sequence[int] | None:
    match boundaries.kind:
        case "recorded":
            return None
        case "coalesced":
            return ()
        case "frame":
            return [frame.end for frame in places.frames]
        case "split":
            return _split(len(places.body), Random(boundaries.seed))


def _split(size: int, random: Random) -> list[int]:
    ends, end = [], 0
    while end < size:
        end += random.randint(1, _LARGEST_PIECE)
        ends.append(end)
    return ends


def _framed(directions: Directions, body: bytes) -> Response:
    """The head, without a length that would no longer be true, or that would show no end before it."""
    head, end = directions.head, directions.end
    if end is None or (end.kind != "complete" and directions.stop != len(body)):
        return head
    headers = tuple(pair for pair in head.headers if pair[0].lower() != "content-length")
    return Response(head.status, headers)


def _words(fault: Fault) -> str:
    """What a fault does, for a report."""
    match fault.kind:
        case "error":
            return f"error {fault.failure}"
        case "stall":
            return "stall" if fault.wait is None else f"stall of {duration(fault.wait)}"
        case "trickle":
            return f"trickle of {fault.size} bytes every {duration(fault.wait or 0)}"
    return fault.kind
