"""Which rule of matching decided that two requests are not the same, and which setting would have it otherwise.

section of a request     rule
──────────────────────────────────────────────────────────────────────
upstream, method, path   always count
query                    as a whole, but for match_ignore = ["query.NAME"]
key                      with match_key
headers                  those in match_headers
body                     all of the JSON, but for match_ignore = ["a.b"]; or its bytes
parts                    all parts of a form, but for match_ignore = ["parts.NAME"]
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from recorder.difference import Difference, Nothing
from recorder.excerpt import printable

__all__ = ["rulings"]

# More paths than these would be a list, not a hint; nor is an endless name one.
_HINTED = 3
_LONGEST = 100
_PLACE = re.compile(r"\[\d+\]$")
_SECTION = re.compile(r"\w+")
# Beginnings of a path that lead elsewhere, or are skipped, when they stand first.
_TAKEN = re.compile(r"(?:body|parts|query)\b")


def rulings(differences: Sequence[Difference]) -> Iterator[str]:
    """One sentence for each section of a request in which something differs."""
    sections: dict[str, list[Difference]] = {}
    for difference in differences:
        found = _SECTION.match(difference.path)
        sections.setdefault(found[0] if found else "", []).append(difference)
    for section, found_there in sections.items():
        if section in _RULINGS:
            yield f"Decided by {_RULINGS[section](found_there)}."


def _always(name: str) -> Callable[[Sequence[Difference]], str]:
    return lambda _: f"the {name}, which always counts"


def _key(_: Sequence[Difference]) -> str:
    return "the key, which counts since match_key is on"


def _headers(differences: Sequence[Difference]) -> str:
    names = dict.fromkeys(printable(difference.path.partition(".")[2].partition("[")[0]) for difference in differences)
    several = "s" if len(names) > 1 else ""
    return f"the header{several} {', '.join(names)}, which count{'' if several else 's'} because of match_headers"


def _query(differences: Sequence[Difference]) -> str:
    return f"the query, which counts as a whole{_hint(differences)}"


def _parts(differences: Sequence[Difference]) -> str:
    return f"the parts of the form, which all count{_hint(differences)}"


def _body(differences: Sequence[Difference]) -> str:
    first = differences[0]
    if first.path == "body" and isinstance(first.one, bytes) and isinstance(first.two, bytes):
        sizes = f"{len(first.one):,} stored, {len(first.two):,} in the request"
        return f"the bytes of the body, which all count since it is no plain JSON ({sizes})"
    return f"the JSON body, which counts as a whole{_hint(differences)}"


_RULINGS: Mapping[str, Callable[[Sequence[Difference]], str]] = {
    "upstream": _always("upstream"),
    "method": _always("method"),
    "path": _always("path"),
    "query": _query,
    "key": _key,
    "headers": _headers,
    "body": _body,
    "parts": _parts,
}


def _hint(differences: Sequence[Difference]) -> str:
    """The setting that would leave all of these out, where there is one; whether that is wise, a person knows."""
    if len(differences) > _HINTED or not all(map(_can_be_ignored, differences)):
        return ""
    paths = [printable(json.dumps(_spelled(difference.path), ensure_ascii=False)) for difference in differences]
    return f"; if harmless: match_ignore = [{', '.join(paths)}]"


def _can_be_ignored(difference: Difference) -> bool:
    """Whether the path leads to one place on both sides: items of arrays that only one side has move the others."""
    one_sided = isinstance(difference.one, Nothing) or isinstance(difference.two, Nothing)
    if difference.was or difference.path == "body" or len(difference.path) > _LONGEST:
        return False
    return not (one_sided and _PLACE.search(difference.path)) and ".." not in difference.path


def _spelled(path: str) -> str:
    """The path as people write it in settings: without the body, unless it is needed to be understood."""
    rest = path.removeprefix("body.")
    return path if _TAKEN.match(rest) else rest
