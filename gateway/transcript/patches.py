"""Arguments that come piece by piece, each with its place: `$.user.tags[0]`, a value, and whether more of it follows.

    $.city "Par" more,  $.city "is",  $.days[0] 3   ->   {"city": "Paris", "days": [3]}

Pure. A piece that does not fit what is there raises ValueError.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

__all__ = ["patched"]

_STEP = re.compile(r"""\.([^.\[\]'"]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]""")
_ESCAPE = re.compile(r"\\(.)")

Step = str | int


def patched(patches: Iterable[Mapping[str, Any]], start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The object that the patches build, in their order. A string that had `more` is continued, else replaced."""
    root: dict[str, Any] = {**start} if start else {}
    unfinished: set[str] = set()
    for patch in patches:
        path = str(patch.get("path", ""))
        _put(root, path, patch.get("value"), path in unfinished)
        (unfinished.add if patch.get("more") else unfinished.discard)(path)
    return root


def _put(root: dict[str, Any], path: str, value: Any, continued: bool) -> None:
    steps = _steps(path)
    place: Any = root
    for step, following in pairwise(steps):
        if not _holds(place, step, path):
            _set(place, step, [] if isinstance(following, int) else {})
        place = place[step]
    last = steps[-1]
    before = place[last] if _holds(place, last, path) else None
    if continued and isinstance(before, str) and isinstance(value, str):
        value = before + value
    if not continued or value is not None:  # the end of a string may come without a piece of it
        _set(place, last, value)


def _steps(path: str) -> list[Step]:
    """`$.a['b c'][0]` as `["a", "b c", 0]`."""
    steps: list[Step] = []
    position = 1
    while found := _STEP.match(path, position):
        name, index, single, double = found.groups()
        steps.append(int(index) if index else name or _ESCAPE.sub(r"\1", single or double or ""))
        position = found.end()
    if not path.startswith("$") or position != len(path) or not steps:
        raise ValueError(f"expected a path like $.user.tags[0], got {path!r}")
    return steps


def _holds(place: Any, step: Step, path: str) -> bool:
    """Whether `place` has something at `step`. Raises ValueError if nothing can be put there either."""
    if isinstance(step, str) and isinstance(place, dict):
        return step in place
    if isinstance(step, int) and isinstance(place, list) and step <= len(place):
        return step < len(place)
    raise ValueError(f"{path}: there is no place for {step!r} in {type(place).__name__}")


def _set(place: Any, step: Step, value: Any) -> None:
    if isinstance(step, int) and step == len(place):
        place.append(value)
    else:
        place[step] = value
