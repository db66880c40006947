"""JSON paths as people write them in settings: `metadata.user_id`, `messages.*.id`, `**.cache_control`.

A name or an index per step, shell globs in a step, `**` for any number of steps (none included). The spelling that
messages use is understood too: `body.messages[2].id`. A name that itself holds a dot is reached by a glob.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

__all__ = ["Paths"]

_INDEX = re.compile(r"\[(\d+|\*)\]")


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths that can still be met from one place in a document; empty (and false) when none can."""

    open: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Paths":
        """The paths as seen from the root. Empty steps are skipped, so that no text is an error."""
        return cls(tuple(steps for text in texts if (steps := _steps(text))))

    def __bool__(self) -> bool:
        return bool(self.open)

    def step(self, name: str) -> tuple[bool, "Paths"]:
        """Go down to the member or item `name`: whether a path ends there, and the paths that go on."""
        return _step(self, name)


def _steps(text: str) -> tuple[str, ...]:
    steps = [step for step in _INDEX.sub(r".\1", text).split(".") if step]
    if steps[:1] == ["body"]:
        del steps[0]
    if steps[-1:] == ["**"]:
        steps.append("*")
    return tuple(steps)


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
