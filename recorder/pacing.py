"""How recorded times are reproduced: a pure function from recorded offsets to replayed ones.

    recorded     as they were
    instant      all at once
    scaled=X     every offset times X: 0.5 plays twice as fast, 2 half as fast
    capped=MS    no gap longer than MS milliseconds, the wait for the head included

Offsets are absolute (from the request's arrival), so errors of single sleeps never add up.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Pacing", "PacingKind"]

PacingKind = Literal["recorded", "instant", "scaled", "capped"]

_EXPECTED = "recorded, instant, scaled=X (X > 0, such as 0.5) or capped=MS (milliseconds, such as 50)"


@dataclass(frozen=True, slots=True)
class Pacing:
    """One of the four ways; `value` is the factor of `scaled` or the milliseconds of `capped`, else 0."""

    kind: PacingKind
    value: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Pacing":
        """Read `recorded`, `instant`, `scaled=X` or `capped=MS`. Raises ValueError that says what was expected."""
        kind, _, number = text.strip().partition("=")
        match kind:
            case "recorded" | "instant" if not number:
                return cls(kind)
            case "scaled" | "capped":
                return cls(kind, _positive(number, text))
        raise ValueError(f"expected {_EXPECTED}; got {text!r}")

    def __str__(self) -> str:
        return f"{self.kind}={self.value:g}" if self.kind in ("scaled", "capped") else self.kind

    def offsets(self, recorded: Iterable[int]) -> Iterator[int]:
        """Replay offsets (µs) for recorded ones (µs, never falling), one for one."""
        if self.kind == "capped":
            return _capped(recorded, round(self.value * 1000))
        factor = {"recorded": 1.0, "instant": 0.0}.get(self.kind, self.value)
        return (round(at * factor) for at in recorded)


def _positive(number: str, text: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"expected {_EXPECTED}; got {text!r}")
    return value


def _capped(recorded: Iterable[int], longest: int) -> Iterator[int]:
    before = now = 0
    for at in recorded:
        now += min(at - before, longest)
        before = at
        yield now
