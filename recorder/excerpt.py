"""How to show requests and their parts: one short line each, of two values so that a person sees where they differ.

Texts are cut around their first difference, and everything that a terminal would obey is escaped. Only what is shown
is ever made into text: a value may be an image of many megabytes.
"""

import json
from collections.abc import Iterator
from itertools import chain
from typing import TypeGuard

from recorder.canonical import CallId, Number, Tree, canonical_text
from recorder.difference import Nothing
from recorder.interaction import Request
from recorder.overlap import beginning

__all__ = ["excerpt", "excerpts", "is_text", "printable", "shortened", "shown"]

# How much of a text is shown before and after the first difference, in characters; after it also of anything else.
_BEFORE = 40
_AFTER = 80
_LONGEST = _BEFORE + _AFTER
# Of a path or a target.
_PATH_LENGTH = 200


def excerpts(one: Tree | Nothing, two: Tree | Nothing) -> tuple[str, str]:
    """Both values on one line each, shortened around their first difference."""
    if isinstance(one, bytes) and isinstance(two, bytes):
        at = beginning(one, two)
        return _around(one, at), _around(two, at)
    if is_text(one) and is_text(two):
        at = beginning(one, two)
        return _around(one, at), _around(two, at)
    return excerpt(one), excerpt(two)


def excerpt(value: Tree | Nothing) -> str:
    """A value on one line; of a long one its beginning."""
    shown = ""
    for piece in _pieces(value):
        shown += piece
        if len(shown) > _LONGEST:
            return printable(shown[:_LONGEST]) + "…"
    return printable(shown)


def is_text(value: Tree | Nothing) -> TypeGuard[str]:
    """Whether a value is text, and no number as it was written."""
    return isinstance(value, str) and not isinstance(value, Number)


def _pieces(value: Tree | Nothing) -> Iterator[str]:
    """The value as JSON, without escapes where a person can do without them; of a long text no more than is shown."""
    if isinstance(value, Nothing):
        yield value.value
    elif isinstance(value, CallId):
        yield f"the id of tool call {value + 1}"
    elif isinstance(value, bytes) or is_text(value):
        yield f'"{_inside(value[: _LONGEST + 1])}"'
    elif isinstance(value, dict):
        # What kind of thing it is comes first: "image" says more than the beginning of its bytes.
        first = ["type"] if "type" in value else []
        for number, name in enumerate(chain(first, (name for name in value if name != "type"))):
            yield f'{", " if number else "{"}"{_inside(name)}": '
            yield from _pieces(value[name])
        yield "}" if value else "{}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield ", " if number else "["
            yield from _pieces(item)
        yield "]" if value else "[]"
    else:
        yield canonical_text(value)


def _inside(text: str | bytes) -> str:
    """What stands between the quotation marks of a JSON string."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _around(text: str | bytes, at: int) -> str:
    start = at - _BEFORE if at > _BEFORE else 0
    end = min(len(text), at + _AFTER)
    return ("…" if start else '"') + printable(_inside(text[start:end])) + ("…" if end < len(text) else '"')


def shown(request: Request) -> str:
    """A request in a few words: method, target, upstream."""
    return f"{printable(request.method)} {shortened(request.target)} (upstream {printable(request.upstream)})"


def shortened(text: str) -> str:
    """A path or a target, printable, and of a long one its beginning."""
    text = printable(text)
    return text if len(text) <= _PATH_LENGTH else text[: _PATH_LENGTH - 1] + "…"


def printable(text: str) -> str:
    """`text` with control, format and surrogate characters as JSON escapes: nothing that a terminal obeys."""
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in text])
