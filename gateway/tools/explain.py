"""Why a request does or does not match what is on a cassette: what `tokentape cassette explain` prints.

Everything is judged as in a replay that has just begun: by the same rules, with all answers still to give.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from recorder.cassette import Cassette, Repeat
from recorder.difference import Difference, Nothing
from recorder.excerpt import excerpts, printable, shown
from recorder.interaction import Request
from recorder.matching import Matcher
from recorder.mismatch import Mismatch, differences_of
from recorder.remark import remark
from recorder.store import Entry

__all__ = ["Verdict", "each_line", "verdict_json", "verdict_lines", "verdict_of"]

_PATHS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a replay would do with a request: the interactions that answer it in turn, or the miss in words.

    `request` is as it is compared, redacted. `mismatch` is None for a match, and of an empty cassette.
    """

    cassette: str
    request: Request
    turns: tuple[Entry, ...]
    mismatch: Mismatch | None = None
    explanation: str = ""

    @property
    def matches(self) -> bool:
        """Whether there is an answer."""
        return bool(self.turns)


def verdict_of(cassette: Cassette, request: Request) -> Verdict:
    """Ask `cassette` for `request`, without taking an answer."""
    asked = cassette.compared(request)
    turns = tuple(cassette.playable(request))
    if turns:
        return Verdict(cassette.name, asked, turns)
    return Verdict(cassette.name, asked, (), *cassette.explain(request))


def verdict_lines(verdict: Verdict, repeat: Repeat) -> Iterator[str]:
    """The verdict for people; nothing in it that a terminal would obey."""
    if not verdict.matches:
        yield from verdict.explanation.split("\n")
        return
    first, *others = verdict.turns
    yield f"{shown(verdict.request)} matches interaction {first.index} of the cassette {verdict.cassette!r}."
    if others:
        order = ", ".join(str(entry.index) for entry in verdict.turns)
        yield f"It is stored {len(verdict.turns)} times; the answers come in this order: {order}."
    yield (
        "After that it is a miss (repeat = never)."
        if repeat == "never"
        else ("Asked again after that, the last answer is given again (repeat = last).")
    )


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """The verdict for programs; values are shortened around their difference."""
    nearest = verdict.mismatch
    return {
        "cassette": verdict.cassette,
        "matches": verdict.matches,
        "turns": [entry.index for entry in verdict.turns],
        "explanation": verdict.explanation or None,
        "nearest": nearest and {
            "index": nearest.stored.index,
            "differences": [_difference_json(difference) for difference in nearest.differences],
        },
    }  # fmt: skip


def _difference_json(difference: Difference) -> dict[str, object]:
    one, two = excerpts(difference.one, difference.two)
    return {
        "path": difference.path,
        "stored_path": difference.was or None,
        "stored": None if isinstance(difference.one, Nothing) else one,
        "request": None if isinstance(difference.two, Nothing) else two,
        "order": list(difference.order) or None,
        "remark": remark(difference) or None,
    }


def each_line(verdict: Verdict, stored: Sequence[tuple[Entry, Request]], matcher: Matcher) -> Iterator[str]:
    """A short line for each interaction: that it matches, or where it differs."""
    turns = [entry.index for entry in verdict.turns]
    for entry, request in stored:
        what = f"#{entry.index}  {shown(request)}: "
        paths = [
            difference.path for difference in islice(differences_of(request, verdict.request, matcher), _PATHS + 1)
        ]
        more = ", ..." if len(paths) > _PATHS else ""
        if paths:
            yield f"{what}differs in {', '.join(printable(path)[:100] for path in paths[:_PATHS])}{more}"
        elif entry.index in turns:
            yield f"{what}matches, turn {turns.index(entry.index) + 1} of {len(turns)}"
        else:
            yield f"{what}the same request, but its recording did not end complete ({entry.end.kind})"
