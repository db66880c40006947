"""A miss in words: the nearest interaction, where it differs, which rule decided, and the command that records.

It is what a developer sees as the SDK's error, so it has to be enough to fix the test: one string of short lines, in
which nothing is left that a terminal would obey. docs/misses.md says how to read each line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recorder.difference import Difference, Nothing
from recorder.excerpt import excerpt, excerpts, printable, shortened, shown
from recorder.interaction import Request
from recorder.matching import Matcher, function_name
from recorder.mismatch import COUNTED, Mismatch
from recorder.nearest import Stored
from recorder.plural import count
from recorder.remark import remark
from recorder.ruling import rulings

__all__ = ["Asked", "explain"]

# Told with their values; of more only the places, and of more still only the number.
_TOLD = 6
_NAMED = 6
_PLACES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of which cassette: its name, how many interactions it holds, its file if there is none.

    `remedy` is the command that would record the request.
    """

    request: Request
    matcher: Matcher
    cassette: str
    count: int
    remedy: str
    missing: str = ""


def explain(asked: Asked, mismatch: Mismatch | None) -> str:
    """The text of a miss, without a line break at its end."""
    return "\n".join(_lines(asked, mismatch))


def _lines(asked: Asked, mismatch: Mismatch | None) -> Iterator[str]:
    what = f"No stored answer for {shown(asked.request)}"
    if mismatch is None:
        why = f"does not exist ({printable(asked.missing)})" if asked.missing else "is empty"
        yield f'{what}: the cassette "{asked.cassette}" {why}.'
    else:
        yield f'{what} on the cassette "{asked.cassette}" ({count(asked.count, "interaction")}).'
        yield from _difference_lines(mismatch, asked.matcher) if mismatch.differences else _spent_lines(mismatch)
    yield f"To record this request: {asked.remedy}"


def _spent_lines(mismatch: Mismatch) -> Iterator[str]:
    """Why an interaction with the same request was not played."""
    whole = [stored for stored in mismatch.same if stored.end.kind == "complete"]
    if whole:
        given = "its answer has been" if len(whole) == 1 else f"their {len(whole):,} answers have all been"
        yield f"{_numbers(whole)} the same request, but {given} given, and none is given twice (repeat = never)."
    for stored in [stored for stored in mismatch.same if stored.end.kind != "complete"][:_TOLD]:
        reason = f", {printable(stored.end.reason)}" if stored.end.reason else ""
        yield (
            f"Interaction {stored.index} is the same request, but its recording did not end complete "
            f"({stored.end.kind}{reason}), so it is never played."
        )


def _numbers(several: Sequence[Stored]) -> str:
    numbers = [str(stored.index) for stored in several]
    if len(numbers) == 1:
        return f"Interaction {numbers[0]} is"
    more = f" and {len(numbers) - _PLACES:,} more" if len(numbers) > _PLACES else ""
    return f"Interactions {', '.join(numbers[:_PLACES])}{more} are"


def _difference_lines(mismatch: Mismatch, matcher: Matcher) -> Iterator[str]:
    found, stored = mismatch.differences, mismatch.stored
    played = ", which has been played already" if stored.played else ""
    many = f"{COUNTED} places or more" if len(found) >= COUNTED else count(len(found), "place")
    yield f"The nearest is interaction {stored.index}, {shown(stored.request)}{played}. It differs in {many}:"
    for difference in found[:_TOLD]:
        yield from _one_difference(difference)
    if rest := found[_TOLD:]:
        more = ", ..." if len(rest) > _NAMED else ""
        yield f"  and in: {', '.join(shortened(difference.path) for difference in rest[:_NAMED])}{more}"
    if matcher.function is not None:
        yield f"Both were compared as the match function {function_name(matcher.function)} made them."
    yield from rulings(found)


def _one_difference(difference: Difference) -> Iterator[str]:
    one, two, path = difference.one, difference.two, shortened(difference.path)
    said = f" ({said})" if (said := remark(difference)) else ""
    was = f" ({shortened(difference.was)} of the stored request)" if difference.was else ""
    if difference.path == "key":
        yield from _key_lines(one, two)
    elif difference.order:
        places = ", ".join(f"[{place}]" for place in difference.order[:_PLACES])
        more = ", ..." if len(difference.order) > _PLACES else ""
        yield f"  {path}{was}: only the order differs; the request has the stored items as {places}{more}"
    elif isinstance(one, Nothing):
        yield f"  {path}: only in the request"
        yield f"    request: {excerpt(two)}"
    elif isinstance(two, Nothing):
        yield f"  {path}: only in the stored request"
        yield f"    stored:  {excerpt(one)}"
    else:
        first, second = excerpts(one, two)
        yield f"  {path}{was}{said}:"
        yield f"    stored:  {first}"
        yield f"    request: {second}"


def _key_lines(one: object, two: object) -> Iterator[str]:
    """Nothing of a key is shown, not even its token."""
    if isinstance(one, str) and isinstance(two, str):
        yield "  key: the request came with another key than the stored one"
    elif isinstance(two, str):
        yield "  key: the request came with a key, the stored one without (or it was recorded without match_key)"
    else:
        yield "  key: the request came without a key, the stored one with one"
