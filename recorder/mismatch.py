"""A mismatch: which stored request is nearest to one that matches none, and where the two differ.

The trees are those that fingerprints are made of, so what is shown is always what decided. recorder/explanation.py puts
it into words.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from recorder.canonical import Tree
from recorder.difference import Difference, differences
from recorder.interaction import Request
from recorder.matching import Matcher
from recorder.multipart import field_name
from recorder.nearest import Stored, nearest

__all__ = ["COUNTED", "Mismatch", "differences_of", "mismatch_of"]

COUNTED = 100
"""So many differences are looked for; nobody would read to the end of them."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The nearest stored request and where it differs, up to `COUNTED` places.

    Without a difference it is the same request, which could not be played; `same` are all stored ones that are.
    """

    stored: Stored
    differences: tuple[Difference, ...]
    same: tuple[Stored, ...] = ()


def mismatch_of(request: Request, stored: Sequence[Stored], matcher: Matcher) -> Mismatch | None:
    """How the most similar of `stored` (redacted like `request`) differs; None without any."""
    found = nearest(request, stored, matcher)
    if found is None:
        return None
    different = tuple(islice(differences_of(found.request, request, matcher), COUNTED))
    if different:
        return Mismatch(found, different)
    fingerprint = matcher.fingerprint(request)
    same = tuple(each for each in stored if matcher.fingerprint(each.request) == fingerprint)
    return Mismatch(found, (), same)


def differences_of(stored: Request, request: Request, matcher: Matcher) -> Iterator[Difference]:
    """Where two requests differ by the rules of `matcher`; nowhere exactly if their fingerprints are equal."""
    one, two = matcher.tree(stored), matcher.tree(request)
    counts = Counter(_names(one)) | Counter(_names(two))
    named = _by_name(one, counts), _by_name(two, counts)
    if named[0] == named[1]:  # then the parts of a form, if anything, stand in another order
        named = one, two
    yield from differences(*named)


def _names(tree: dict[str, Tree]) -> list[str]:
    """The names of the fields of a form, or their places."""
    parts = tree.get("parts")
    found = []
    for place, part in enumerate(parts if isinstance(parts, list) else ()):
        headers = part.get("headers") if isinstance(part, dict) else None
        disposition = headers.get("content-disposition") if isinstance(headers, dict) else None
        found.append((field_name(disposition) if isinstance(disposition, str) else "") or str(place))
    return found


def _by_name(tree: dict[str, Tree], counts: Mapping[str, int]) -> dict[str, Tree]:
    """A form with its parts by the names of their fields, which say more than their places; else as it is."""
    parts = tree.get("parts")
    if not isinstance(parts, list):
        return tree
    named: dict[str, list[Tree]] = {}
    for name, part in zip(_names(tree), parts, strict=True):
        named.setdefault(name, []).append(part)
    return {**tree, "parts": {name: [*several] if counts[name] > 1 else several[0] for name, several in named.items()}}
