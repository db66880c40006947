"""One cassette in use, by a test or by a block of code, and the verdict on it."""

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.pytest_plugin.options import Unplayed
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.wanted import Wanted
from recorder.plural import count

if TYPE_CHECKING:
    from gateway.embedded import OpenCassette

__all__ = ["CassetteWarning", "Use", "User", "refusal"]

# An application that asks in a loop gives the same text again and again.
_MISSES_SHOWN = 5

_ASTRAY = (
    "tokentape: nothing was played from {}, or recorded to it. A client that was made before the test, or that has a "
    "base URL of its own, does not ask here."
)


def refusal(text: str) -> BaseException:
    """What fails a test with this text and no traceback. To be raised `from None`: pytest would show what led to it."""
    return pytest.fail.Exception(text, pytrace=False)


class CassetteWarning(pytest.PytestWarning):
    """A cassette holds interactions that the test no longer asks for."""


@dataclass(frozen=True, slots=True)
class User:
    """Who uses a cassette: a test, by its id, or a block of code; `command` runs it again.

    `shared`: others may play what this one leaves, so it alone is not judged by that. `asks`: the cassette was given to
    this test, not to a whole class or module, so a request is to be expected. `base` is where pytest was started; a
    test may go elsewhere.
    """

    name: str
    command: str
    shared: bool = True
    asks: bool = False
    base: Path = field(default_factory=Path.cwd)


class Use:
    """A session that a test has, from its set-up on.

    `failed` once the test has failed, `excused` once it has failed as was expected of it (xfail).
    """

    def __init__(self, cassette: "OpenCassette", wanted: Wanted, user: User, unplayed: Unplayed) -> None:
        self.cassette = cassette
        self.failed = self.excused = False
        self._wanted = wanted
        self._user = user
        self._unplayed = unplayed
        self._judged = 0

    def complaint(self) -> str | None:
        """Why the test fails, although nothing else says so: misses, or a recording that could not be stored."""
        self._judged = missed = self.cassette.missed
        if self.cassette.degraded is not None:
            return f"tokentape: the recording failed: {self.cassette.degraded}"
        return None if self._wanted.allows(missed) else self.explained()

    def late_complaint(self) -> str | None:
        """The same for what has come after a test that has passed, from another fixture's end or a thread."""
        spared = self.failed or self.excused
        return self.complaint() if self.cassette.missed != self._judged and not spared else None

    def remarks(self) -> Iterator[str]:
        """What helps whoever reads why the test has failed."""
        if self.cassette.missed:
            yield self.explained()
        elif self._idle:
            first = "" if self.cassette.offline else " The first run needs the provider's key."
            yield _ASTRAY.format(self._path) + first
        if self._wanted.faults and self.cassette.recorded:
            yield "tokentape: faults are simulated in replays only. What they are done to is recorded now: run it again"

    def explained(self) -> str:
        """The misses, each in full."""
        missed = self.cassette.missed
        expected = "" if self._wanted.allows(missed) or not self._wanted.misses else f"; expected {self._wanted.misses}"
        shown = list(dict.fromkeys(self.cassette.misses))[:_MISSES_SHOWN]
        return "\n\n".join([f"tokentape: {count(missed, 'request')} found no answer on {self._path}{expected}", *shown])

    @property
    def _path(self) -> str:
        """The file as it is seen from where pytest was started."""
        return os.path.relpath(self.cassette.path, self._user.base)

    def check_unplayed(self, item: pytest.Item) -> None:
        """Warn of, or fail for, interactions that a test which has passed did not ask for."""
        left = self._left()
        if not left or self._user.shared:
            return
        numbers = ", ".join(map(str, left))
        text = (
            f"tokentape: {self._path}: interaction {numbers} was not played: the test no longer asks for it. "
            f"To record what it does ask for: {self._user.command} --cassette-mode all"
        )
        if self._unplayed == "fail":
            raise refusal(text)
        try:
            _, line, _ = item.reportinfo()
            warnings.warn_explicit(CassetteWarning(text), None, str(item.path), (line or 0) + 1)
        except CassetteWarning:  # warnings are errors here; without our traceback
            raise refusal(text) from None

    @property
    def _idle(self) -> bool:
        """Whether nothing is known to have been asked."""
        return self.cassette.mode != "live" and not (self.cassette.interactions or self.cassette.missed)

    def _left(self) -> tuple[int, ...]:
        """What was on file and not played; nothing where playing was not what the session was for."""
        plays = self.cassette.mode not in ("all", "live")
        return self.cassette.unplayed if plays and self._unplayed != "ignore" else ()

    def close(self) -> Outcome:
        """End the session, and say what became of it."""
        cassette = self.cassette
        # Faults are for replays: recorded without them, the test may well fail, and its recording is good.
        cassette.close(failed=self.failed and not self._wanted.faults)
        return Outcome(
            test=self._user.name,
            path=str(cassette.path),
            shared=self._user.shared,
            replayed=cassette.replayed,
            recorded=cassette.recorded,
            missed=cassette.missed,
            expected=self._wanted.allows(cassette.missed),
            unplayed=() if self.failed or self.excused else self._left(),
            idle=self._user.asks and self._idle and not (self.failed or cassette.offline),
            age=cassette.age,
            # Reading streams takes time: only where a provider has taken much more of it.
            ttft=max(filter(None, cassette.ttfts), default=None) if cassette.recorded else None,
            aside=None if cassette.aside is None else str(cassette.aside),
        )
