"""A walk over a JSON text by positions: which leaf stands where.

Nothing is parsed into values and nothing raises: a text that is cut off, or is no JSON, gives what can be told of it.
Time is linear. Redaction needs the places and not the values, since what it overwrites has to keep its length.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["Leaf", "Path", "leaves", "path_text", "paths_at"]

Path = tuple[str | int, ...]
"""Names and indices from the root."""

# A string that is cut off counts too: looking for its end again and again would take quadratic time.
_TOKEN = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"?|[\[\]{},]|[^\s"\[\]{},:]++', re.DOTALL)
# Deeper leaves have the path of what they are in: no text makes paths long.
_DEEPEST = 64
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Leaf(NamedTuple):
    """A string (what is between its quotes), number or constant, and where it stands."""

    path: Path
    start: int
    end: int
    is_string: bool


class _Level:
    """Where we are in one open object or array. `path` is that of the object or array itself."""

    __slots__ = ("index", "is_object", "name", "path")

    def __init__(self, path: Path, *, is_object: bool) -> None:
        self.path = path
        self.is_object = is_object
        self.name: str | None = None
        self.index = 0

    def here(self) -> Path:
        """The path of the present member or item."""
        if len(self.path) >= _DEEPEST:
            return self.path
        return (*self.path, self.index if self.name is None else self.name)

    def next(self) -> None:
        self.index += 1
        self.name = None


def leaves(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Leaf]:
    """The leaves of the JSON value in `data[start:end]`, in order; names of members are none."""
    stack: list[_Level] = []
    for token in _TOKEN.finditer(data, start, len(data) if end is None else end):
        mark = token[0][:1]
        if mark in b"{[":
            stack.append(_Level(stack[-1].here() if stack else (), is_object=mark == b"{"))
        elif not stack:
            yield _leaf((), token)
            return
        elif mark in b"}]":
            stack.pop()
            if not stack:
                return
        elif mark == b",":
            stack[-1].next()
        elif stack[-1].is_object and stack[-1].name is None:
            stack[-1].name = _name(token[0] if token[1] is None else token[1])
        else:
            yield _leaf(stack[-1].here(), token)


def _leaf(path: Path, token: re.Match[bytes]) -> Leaf:
    is_string = token[1] is not None
    return Leaf(path, *token.span(1 if is_string else 0), is_string)


def _name(inside: bytes) -> str:
    if b"\\" not in inside:
        return inside.decode("utf-8", "replace")
    try:
        return str(json.loads(b'"' + inside + b'"'))
    except ValueError:
        return inside.decode("latin-1")


def paths_at(data: bytes, places: Iterable[int]) -> Iterator[str]:
    """For each of these places of a text, in order: the path of the JSON leaf it is in or before, else its byte."""
    walk = leaves(data) if data.lstrip()[:1] in (b"{", b"[") else iter(())
    leaf = next(walk, None)
    for place in sorted(places):
        while leaf is not None and leaf.end <= place:
            leaf = next(walk, None)
        yield path_text(leaf.path) if leaf is not None else f"byte {place:,}"


def path_text(path: Path) -> str:
    """`messages[2].content`, as messages about misses write it."""
    text = "".join([f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in path])
    return text.removeprefix(".") or "the whole"


def _shown(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name)
