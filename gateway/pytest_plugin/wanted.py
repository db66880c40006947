"""What a test wants of its cassette: the marker's arguments, read and checked. Pure.

    @pytest.mark.cassette("name", mode="once", pacing="instant", match={"ignore": ["metadata.*"]}, faults="", misses=0)

Markers on module, class and test add up: the nearest one that says something says it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Literal

from gateway.pytest_plugin.options import MODES
from gateway.settings import Mode
from recorder.pacing import Pacing

__all__ = ["Wanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a cassette; None is what the run's options say.

    `misses` is how many requests are to find nothing: a number, or "any". Other than 0, the mode is `replay`.
    """

    name: str | None = None
    mode: Mode | None = None
    pacing: str | None = None
    match: Mapping[str, Any] | None = None
    faults: str = ""
    misses: int | Literal["any"] = 0

    def __post_init__(self) -> None:
        """Refuse what makes no sense, with a sentence that says what would."""
        for name, good, expected in (
            ("name", self.name is None or isinstance(self.name, str), "a text"),
            ("mode", self.mode is None or self.mode in MODES, f"one of {', '.join(MODES)}"),
            ("match", self.match is None or isinstance(self.match, Mapping), "a dict of rules, such as {'ignore': []}"),
            ("faults", isinstance(self.faults, str), "a text"),
            ("misses", self.misses == "any" or _is_count(self.misses), "a number of requests, or 'any'"),
        ):
            if not good:
                raise ValueError(f"{name}: expected {expected}; got {getattr(self, name)!r}")
        if self.pacing is not None:
            Pacing.parse(str(self.pacing))

    @classmethod
    def of(cls, markers: Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> "Wanted":
        """From the arguments (positional, keyword) of all markers on a test, the nearest first. Raises ValueError."""
        said: dict[str, Any] = {}
        for positional, keywords in markers:
            for name, value in {**_named(positional, keywords), **keywords}.items():
                said.setdefault(name, value)
        return cls(**said)

    def allows(self, missed: int) -> bool:
        """Whether so many misses are as many as were expected."""
        return self.misses in ("any", missed)


_KEYWORDS = [field.name for field in fields(Wanted)]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _named(positional: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
    if len(positional) > 1 or (positional and "name" in keywords):
        raise ValueError(f"expected one name, the others by keyword ({', '.join(_KEYWORDS[1:])}); got {positional!r}")
    for name in keywords:
        if name not in _KEYWORDS:
            near = get_close_matches(name, _KEYWORDS, n=1, cutoff=0.0)[0]
            raise ValueError(f"unknown keyword {name!r}; the nearest is {near!r} (known: {', '.join(_KEYWORDS)})")
    return {"name": positional[0]} if positional else {}
