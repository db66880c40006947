"""Which stored request is nearest to one that matches none.

    all candidates ── cheap look at the bytes ──> a few ── leaves in common ──> nearest

Works on the trees that fingerprints are made of. The work is bounded: among a thousand large requests the nearest is
found at once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from recorder.canonical import CallId, Tree, canonical_text
from recorder.interaction import COMPLETE, End, Request
from recorder.matching import Matcher
from recorder.overlap import likeness

__all__ = ["Stored", "nearest"]

# Compared leaf by leaf; of more, those whose bytes look least alike are left out.
_CANDIDATES = 16
# Enough for a long conversation with many tools; what lies beyond does not change which one is nearest.
_LEAVES = 20_000


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored request that might have matched: its number, how its recording ended, whether it has been played."""

    index: int
    request: Request
    end: End = COMPLETE
    played: bool = False


def nearest(request: Request, stored: Sequence[Stored], matcher: Matcher) -> Stored | None:
    """The most similar of `stored`, which are redacted like `request`; of equals one not yet played. None of none."""
    if not stored:
        return None
    pieces = _pieces(request.body)
    likely = sorted(stored, key=lambda candidate: _likeness(request, pieces, candidate.request), reverse=True)
    leaves = _leaves(matcher.tree(request))

    def similarity(candidate: Stored) -> tuple[float, bool]:
        others = _leaves(matcher.tree(candidate.request))
        return 2 * (leaves & others).total() / (leaves.total() + others.total()), not candidate.played

    return max(likely[:_CANDIDATES], key=similarity)


def _likeness(request: Request, pieces: frozenset[bytes], other: Request) -> float:
    """From the bytes alone: how much lies before and after all differences, and how many pieces are in both."""
    same = (request.path == other.path) + (request.upstream == other.upstream) + (request.method == other.method)
    others = _pieces(other.body)
    common = 2 * len(pieces & others) / (len(pieces) + len(others))
    return same / 4 + likeness(request.body, other.body) + common


def _pieces(body: bytes) -> frozenset[bytes]:
    """What stands between quotation marks: the names and texts of JSON, wherever they are."""
    return frozenset(body.split(b'"', _LEAVES))


_Leaves = Counter[tuple[str, str]]


def _leaves(tree: Tree) -> _Leaves:
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
        yield path, "" if isinstance(tree, CallId) else canonical_text(tree)
