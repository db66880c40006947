"""A comparison for people: what changed, a line or two for each place, then the times. Harmless to a terminal."""

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice

from gateway.escaping import escaped
from gateway.listing import columns, duration
from gateway.tools.diff.comparison import Compared, Comparison, Kind, Side, Timing
from gateway.tools.outline import outline, text_lines
from recorder.canonical import Tree
from recorder.difference import Difference, Nothing
from recorder.excerpt import excerpt, excerpts, is_text, printable
from recorder.remark import remark

__all__ = ["changes", "diff_lines", "summary", "timing_lines", "title"]

_KINDS: tuple[Kind, ...] = ("changed", "added", "removed")
# A longer text is not worth a page: the whole is in --json.
_MOST_LINES = 40
_MOST_ALONE = 20
# Beyond, comparing line by line takes long.
_LONGEST = 50_000


def diff_lines(comparison: Comparison) -> Iterator[str]:
    """The comparison, line by line."""
    yield summary(comparison)
    for compared in comparison.interactions:
        if compared.kind != "same" or compared.moved:
            yield from ["", title(compared), *(f"  {line}" for line in changes(compared))]
    timing = list(timing_lines(comparison))
    if timing:
        yield from ["", "times (they do not count):", *(f"  {line}" for line in timing)]


def summary(comparison: Comparison) -> str:
    """The verdict on one line: `1 changed, 2 added, 5 the same`."""
    counts = [f"{count} {kind}" for kind in _KINDS if (count := len(comparison.of(kind)))]
    places = sum(compared.moved for compared in comparison.interactions)
    order = [f"{places} at another place"] if places else []
    same = len(comparison.of("same"))
    rest = [f"{same} the same"] if same or not counts else []
    names = f"{escaped(comparison.one)} -> {escaped(comparison.two)}"
    return f"{names}: {', '.join([*counts, *order, *rest])}"


def title(compared: Compared) -> str:
    """What happened to which interaction."""
    numbers = " -> ".join(f"#{side.index}" for side in (compared.one, compared.two) if side)
    kind = "moved" if compared.kind == "same" else compared.kind + (" and moved" if compared.moved else "")
    side = compared.two or compared.one
    return f"{kind} {numbers}  {_target(side)}" if side else kind


def _target(side: Side) -> str:
    request = side.request
    return f"{escaped(request.method)} {escaped(request.target)} ({escaped(request.upstream)})"


def changes(compared: Compared) -> Iterator[str]:
    """Where request and answer differ; of an interaction without counterpart what it asks."""
    for mark, side in (("- ", compared.one), ("+ ", compared.two)):
        if side and compared.kind in ("added", "removed"):
            yield from (mark + line for line in _whole(side.asked.get("body") or side.asked.get("parts")))
    for name, found in (("request", compared.request), ("answer", compared.answer)):
        for difference in found:
            yield from _difference(name, difference)


def _difference(name: str, difference: Difference) -> Iterator[str]:
    said = remark(difference)
    place = f"{name} {printable(difference.path)}" + (f", was {printable(difference.was)}" if difference.was else "")
    yield f"{place}  ({said})" if said else place
    if difference.order:
        yield f"  the same items in another order; by their old places: {', '.join(map(str, difference.order[:40]))}"
    else:
        yield from (f"  {line}" for line in _values(difference))


def _values(difference: Difference) -> Iterator[str]:
    one, two = difference.one, difference.two
    if is_text(one) and is_text(two) and len(one) + len(two) < _LONGEST:
        first, second = list(text_lines(one)), list(text_lines(two))
        if len(first) > 1 or len(second) > 1:
            yield from _text_difference(first, second)
            return
    if isinstance(one, Nothing) or isinstance(two, Nothing):
        yield from [] if isinstance(one, Nothing) else [f"- {line}" for line in _whole(one)]
        yield from [] if isinstance(two, Nothing) else [f"+ {line}" for line in _whole(two)]
    else:
        first_shown, second_shown = excerpts(one, two)
        yield from (f"- {first_shown}", f"+ {second_shown}")


def _whole(tree: Tree) -> Iterator[str]:
    """What has no counterpart: on one line, or its outline, of which the beginning will do."""
    lines = [*islice(outline("", tree), 2 + _MOST_ALONE)]
    if len(lines) < 2 or not isinstance(tree, dict | list):
        yield excerpt(tree)
        return
    yield from (line[2:] for line in lines[1 : 1 + _MOST_ALONE])
    yield from ["..."] if len(lines) > 1 + _MOST_ALONE else []


def _text_difference(one: list[str], two: list[str]) -> Iterator[str]:
    """The lines and sentences that differ, each with one of its neighbours."""
    lines = [*unified_diff(one, two, n=1, lineterm="")][2:]
    for line in lines[1:_MOST_LINES]:
        yield "..." if line.startswith("@@") else f"{line[0]} {line[1:]}".rstrip()
    if len(lines) > _MOST_LINES:
        yield f"... and {len(lines) - _MOST_LINES} more lines (--json has all)"


def timing_lines(comparison: Comparison) -> Iterator[str]:
    """The times of what both cassettes have, in columns."""
    both = [(each.one, each.two) for each in comparison.interactions if each.one and each.two]
    rows = [(_numbers(one, two), *map(" -> ".join, _times(one.timing, two.timing))) for one, two in both]
    table = [("", "first token", "end", "chunks"), *rows] if rows else []
    yield from columns(table, gap=3)


def _numbers(one: Side, two: Side) -> str:
    return f"#{two.index}" if one.index == two.index else f"#{one.index} -> #{two.index}"


def _times(one: Timing, two: Timing) -> Iterator[tuple[str, str]]:
    yield _first_token(one), _first_token(two)
    yield duration(one.end_at), duration(two.end_at)
    yield str(one.chunks), str(two.chunks)


def _first_token(timing: Timing) -> str:
    return "none" if timing.ttft is None else duration(round(timing.ttft * 1000))
