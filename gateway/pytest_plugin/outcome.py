"""What became of one cassette in use: told by the process that ran the test to the one that has the terminal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One session on a cassette. Crosses processes as JSON, by `as_json` and `of_json`.

    `path` is the file's; `expected` says that the misses were. `oldest` is when the oldest answer that was played had
    been recorded (ISO 8601), `ttft` the longest time to a first token of what was recorded, in seconds.
    """

    test: str
    path: str
    replayed: int = 0
    recorded: int = 0
    missed: int = 0
    expected: bool = False
    unplayed: tuple[int, ...] = ()
    oldest: str | None = None
    ttft: float | None = None
    aside: str | None = None

    def as_json(self) -> dict[str, Any]:
        """A dict of what JSON has."""
        return asdict(self)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Outcome":
        """What `as_json` has given, on the other side."""
        return cls(**{**value, "unplayed": tuple(value["unplayed"])})
