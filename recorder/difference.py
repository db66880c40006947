"""Where two canonical trees differ, and how to show two values so that a person sees it.

Both values are cut around the first character that differs, and everything that a terminal would obey is escaped.
"""

import json
from collections.abc import Iterator
from enum import Enum
from itertools import zip_longest

from recorder.canonical import CallId, Number, Tree, canonical_text

__all__ = ["Difference", "Nothing", "differences", "excerpts", "printable"]

# How much of a value is shown before and after the first difference, in characters.
_BEFORE = 40
_AFTER = 80


class Nothing(Enum):
    """What stands in place of a member or item that only the other side has."""

    NOTHING = "nothing"


Difference = tuple[str, Tree | Nothing, Tree | Nothing]
"""The path, and what stands there on the first and on the second side."""


def differences(one: Tree, two: Tree, path: str = "") -> Iterator[Difference]:
    """The smallest differing parts of two trees, from the top down."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in dict.fromkeys([*one, *two]):
            yield from _inside(one.get(name, _NOTHING), two.get(name, _NOTHING), _member(path, name))
    elif isinstance(one, list) and isinstance(two, list):
        for index, (first, second) in enumerate(zip_longest(one, two, fillvalue=_NOTHING)):
            yield from _inside(first, second, f"{path}[{index}]")
    elif type(one) is not type(two) or one != two:
        yield path, one, two


_NOTHING = Nothing.NOTHING


def _inside(one: Tree | Nothing, two: Tree | Nothing, path: str) -> Iterator[Difference]:
    if isinstance(one, Nothing) or isinstance(two, Nothing):
        yield path, one, two
    else:
        yield from differences(one, two, path)


def _member(path: str, name: str) -> str:
    if not name.replace("-", "_").isidentifier():
        return f"{path}[{json.dumps(name, ensure_ascii=False)}]"
    return f"{path}.{name}" if path else name


def excerpts(one: Tree | Nothing, two: Tree | Nothing) -> tuple[str, str]:
    """Both values on one line each, shortened around their first difference."""
    first, second = _text(one), _text(two)
    at = next((index for index, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    at = min(len(first), len(second)) if at is None else at
    return _around(first, at), _around(second, at)


def _text(value: Tree | Nothing) -> str:
    """As JSON, without escapes where a person can do without them."""
    if isinstance(value, Nothing):
        return value.value
    if isinstance(value, CallId):
        return f"tool call {value + 1}"
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if isinstance(value, str) and not isinstance(value, Number):
        return _quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(name)}: {_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    return canonical_text(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _around(text: str, at: int) -> str:
    start = at - _BEFORE if at > _BEFORE + 1 else 0
    end = at + _AFTER if len(text) > at + _AFTER + 1 else len(text)
    return ("…" if start else "") + printable(text[start:end]) + ("…" if end < len(text) else "")


def printable(text: str) -> str:
    """`text` with control, format and surrogate characters as JSON escapes: nothing that a terminal obeys."""
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in text])
