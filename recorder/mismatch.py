"""Explaining a miss: which stored request is nearest, where it differs first, and what to do about it.

    all stored ── cheap look at the bytes ──> a few ── leaves in common ──> nearest ── walk both trees ──> Mismatch

Works on the trees that fingerprints are made of, so what is shown is always what decided. The work is bounded: a miss
on a cassette of a thousand large requests is still answered at once. The text is what a developer sees as the SDK's
error, on one line or several, so it has to be enough to fix the test.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from recorder.canonical import Tree, canonical_text
from recorder.difference import differences, excerpts, printable
from recorder.interaction import Request
from recorder.matching import Matcher

__all__ = ["Mismatch", "explain", "nearest"]

# Compared leaf by leaf; of more, those whose bytes look least alike are left out.
_CANDIDATES = 16
# Enough for a long conversation with many tools; what lies beyond does not change which one is nearest.
_LEAVES = 20_000
_OTHERS = 3
_PATH_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The nearest stored request and the first place where it differs; an empty `path` if it does not.

    `expected` is the stored value and `got` the request's, escaped and shortened around the difference. `others` are
    the next few paths that differ. With `only_order` both hold the same values, in another order.
    """

    index: int
    stored: Request
    path: str
    expected: str
    got: str
    others: tuple[str, ...] = ()
    only_order: bool = False


def nearest(request: Request, stored: Sequence[tuple[int, Request]], matcher: Matcher) -> Mismatch | None:
    """How the most similar of `stored` (index and request, redacted like `request`) differs; None without any."""
    if not stored:
        return None
    tree = matcher.tree(request)
    leaves = _leaves(tree)
    likely = sorted(stored, key=lambda candidate: _likeness(request, candidate[1]), reverse=True)[:_CANDIDATES]
    trees = [(index, other, matcher.tree(other)) for index, other in likely]
    index, other, other_tree = max(trees, key=lambda candidate: _similarity(leaves, _leaves(candidate[2])))
    found = list(islice(differences(other_tree, tree), 1 + _OTHERS))
    if not found:
        return Mismatch(index, other, "", "", "")
    path, *others = [_shortened(printable(path)) for path, _, _ in found]
    expected, got = excerpts(*found[0][1:])
    return Mismatch(index, other, path, expected, got, tuple(others), only_order=leaves == _leaves(other_tree))


def _likeness(request: Request, other: Request) -> float:
    """From the bytes alone: the share of the body before the first and after the last difference, then the rest."""
    same = (request.path == other.path) + (request.upstream == other.upstream) + (request.method == other.method)
    one, two = request.body, other.body
    before = _common(one, two)
    after = _common(one[before:][::-1], two[before:][::-1])
    return same / 4 + (before + after + 1) / (max(len(one), len(two)) + 1)


def _common(one: bytes, two: bytes) -> int:
    """How many bytes both begin with, by bisection: comparing slices is quick."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


Leaves = Counter[tuple[str, str]]


def _leaves(tree: Tree) -> Leaves:
    """The values with the names above them. Places in arrays do not count: something inserted moves all the rest."""
    return Counter(islice(_walk(tree, ""), _LEAVES))


def _walk(tree: Tree, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict) and tree:
        for name, value in tree.items():
            yield from _walk(value, f"{path}.{name}")
    elif isinstance(tree, list) and tree:
        for item in tree:
            yield from _walk(item, f"{path}[]")
    else:
        yield path, canonical_text(tree)


def _similarity(one: Leaves, two: Leaves) -> float:
    return 2 * (one & two).total() / (one.total() + two.total())


def explain(request: Request, mismatch: Mismatch | None, *, cassette: str, count: int, hint: str) -> str:
    """The text of a miss. `count` is how many interactions the cassette holds, `hint` the command that would record."""
    return "\n".join(_lines(request, mismatch, cassette, count, hint))


def _lines(request: Request, mismatch: Mismatch | None, cassette: str, count: int, hint: str) -> Iterator[str]:
    if mismatch is None or not count:
        yield f'No stored answer for {_shown(request)}: cassette "{cassette}" is empty, or there is no such file.'
        yield f"To record one: {hint}"
        return
    interactions = "1 interaction" if count == 1 else f"{count:,} interactions"
    yield f'No stored answer for {_shown(request)} on cassette "{cassette}" ({interactions}).'
    if not mismatch.path:
        yield (
            f"Interaction {mismatch.index} is the same request, but has no answer left to give: either each was given "
            "once already (repeat = never), or its recording did not end complete. "
            f"See: tokentape cassette show {cassette}"
        )
    else:
        yield f"The nearest is interaction {mismatch.index}, {_shown(mismatch.stored)}. Differs at {mismatch.path}:"
        yield f"  stored:  {mismatch.expected}"
        yield f"  request: {mismatch.got}"
        if mismatch.only_order:
            yield "Both hold the same values, in another order."
        elif mismatch.others:
            yield f"Also different: {', '.join(mismatch.others)}"
    yield f"To record this request: {hint}"


def _shown(request: Request) -> str:
    target = printable(request.target)
    return f"{printable(request.method)} {_shortened(target)} (upstream {printable(request.upstream)})"


def _shortened(text: str) -> str:
    return text if len(text) <= _PATH_LENGTH else text[: _PATH_LENGTH - 1] + "…"
