"""Which cassettes the tests of a run use: for what is left over, and for what several tests share.

Only a whole run knows what is left over: one that took in every test below its folders, left none out, and came to its
end. Each worker of xdist has its own inventory, and the process with the terminal adds them up.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway.pytest_plugin.outcome import Outcome
from recorder.naming import SUFFIX

__all__ = ["Inventory", "selects_all"]

# A first recording that was put aside belongs to its test, until that is recorded well.
_ASIDE = f".failed{SUFFIX}"

# What makes a run one of some tests only, by the names that pytest gives them.
_NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly", "pyargs")


def selects_all(config: pytest.Config) -> bool:
    """Whether the command line names whole folders and picks nothing out of them."""
    if any(config.getoption(name, default=None) for name in _NARROWING):
        return False
    return all((config.invocation_params.dir / argument).is_dir() for argument in config.args)


class Inventory:
    """`users` counts the tests of each cassette file, `folders` are those beside the test files."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.users: Counter[str] = Counter()
        self.folders: set[str] = set()

    def add(self, cassette: Path) -> None:
        """One more test uses the file."""
        self.users[str(cassette)] += 1

    def used(self, outcomes: Iterable[Outcome]) -> None:
        """Tests have used these, foreseen or not."""
        for outcome in outcomes:
            self.users.setdefault(outcome.path, 1)

    def knows_alone(self, cassette: Path) -> bool:
        """Whether surely one test alone uses the file."""
        return self.whole and self.users[str(cassette)] == 1

    def as_json(self) -> dict[str, Any]:
        """A dict of what JSON has."""
        return {"whole": self.whole, "users": dict(self.users), "folders": sorted(self.folders)}

    def merge(self, told: Mapping[str, Any]) -> None:
        """Add what another process has told with `as_json`. All of them collect the same tests."""
        self.whole = self.whole and told["whole"]
        self.users |= Counter(told["users"])
        self.folders |= set(told["folders"])

    def orphans(self) -> list[Path]:
        """The cassette files in the folders that no test uses, sorted; none where that cannot be known."""
        if not self.whole:
            return []
        found = {path for folder in self.folders for path in _files(folder) if not path.endswith(_ASIDE)}
        return [Path(path) for path in sorted(found - set(self.users))]


def _files(folder: str) -> Iterable[str]:
    for parent, _, names in os.walk(folder):
        yield from (os.path.join(parent, name) for name in names if name.endswith(SUFFIX) and name[0] != ".")  # noqa: PTH118 - of thousands, Paths would be slow
