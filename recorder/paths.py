"""JSON paths as people write them in settings: `metadata.user_id`, `messages.*.id`, `**.cache_control`.

A name or an index per step, shell globs in a step, `**` for any number of steps (none included). The spelling that
messages use is understood too: `body.messages[2].id`, and `body["a.b"]` for a name that is not plain. Beside the body
a request has other sections: `query.beta` is a parameter of its URL, `parts.file.content` belongs to a form.
"""

import glob
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

__all__ = ["Paths"]

_INDEX = re.compile(r"\[(\d+|\*)\]")
_QUOTED = re.compile(r'\[("(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths that can still be met from one place in a document; empty (and false) when none can."""

    open: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Paths":
        """The paths as seen from the root of a body. Empty steps are skipped, so that no text is an error."""
        return cls(tuple(steps for text in texts if (steps := _in_body(_steps(text)))))

    @classmethod
    def below(cls, section: str, texts: Iterable[str]) -> "Paths":
        """Those that begin with the name of a section other than the body, as seen from there.

        Members there have names and no places: `parts.image[1].content` is every part `image`.
        """
        found = (
            [steps[0], *(step for step in steps[1:] if not step.isdecimal())]
            for text in texts
            if (steps := _steps(text))
        )
        return cls(tuple(tuple(steps[1:]) for steps in found if len(steps) > 1 and steps[0] == section))

    def __bool__(self) -> bool:
        return bool(self.open)

    def step(self, name: str) -> tuple[bool, "Paths"]:
        """Go down to the member or item `name`: whether a path ends there, and the paths that go on."""
        return _step(self, name)


def _steps(text: str) -> tuple[str, ...]:
    steps = []
    for number, piece in enumerate(_QUOTED.split(text)):
        if number % 2:
            steps.append(glob.escape(_unquoted(piece)))
        else:
            steps += [step for step in _INDEX.sub(r".\1", piece).split(".") if step]
    if steps[-1:] == ["**"]:
        steps.append("*")
    return tuple(steps)


def _unquoted(piece: str) -> str:
    try:
        return str(json.loads(piece, strict=False))
    except ValueError:
        return piece[1:-1]


def _in_body(steps: tuple[str, ...]) -> tuple[str, ...]:
    return steps[1:] if steps[:1] == ("body",) else steps


# A body repeats its names: every message has a role and a content.
@lru_cache(maxsize=4096)
def _step(paths: Paths, name: str) -> tuple[bool, Paths]:
    left = dict.fromkeys(rest for path in paths.open for rest in _after(path, name))
    return () in left, Paths(tuple(rest for rest in left if rest))


def _after(path: tuple[str, ...], name: str) -> Iterator[tuple[str, ...]]:
    if path[0] == "**":
        yield path
        yield from _after(path[1:], name)
    elif fnmatchcase(name, path[0]):
        yield path[1:]
