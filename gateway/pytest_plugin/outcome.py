"""What became of one cassette in use: told by the process that ran the test to the one that has the terminal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One session on a cassette. Crosses processes as JSON, by `as_json` and `of_json`.

    `path` is the file's, and `shared` says that others may use it too; `expected` says that the misses were. `age` is
    that of the oldest answer, in days; `ttft` the longest time to a first token of what was recorded, in seconds.
    `aside` is where a recording was put that is not to be replayed. `idle`: nothing was asked, where that was to be
    expected.
    """

    test: str
    path: str
    shared: bool = False
    replayed: int = 0
    recorded: int = 0
    missed: int = 0
    expected: bool = False
    unplayed: tuple[int, ...] = ()
    age: float | None = None
    ttft: float | None = None
    aside: str | None = None
    idle: bool = False

    def as_json(self) -> dict[str, Any]:
        """A dict of what JSON has."""
        return asdict(self)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Outcome":
        """What `as_json` has given, on the other side."""
        return cls(**{**value, "unplayed": tuple(value["unplayed"])})
