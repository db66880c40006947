"""One cassette in use, by a test or by a block of code, and the verdict on it."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from gateway.pytest_plugin.options import Unplayed
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.wanted import Wanted

if TYPE_CHECKING:
    from gateway.embedded import OpenCassette

__all__ = ["CassetteWarning", "Use"]

# An application that asks in a loop gives the same text again and again.
_MISSES_SHOWN = 5


class CassetteWarning(pytest.PytestWarning):
    """A cassette holds interactions that the test no longer asks for."""


class Use:
    """A session that a test has, from its set-up on; `failed` once the test has failed."""

    def __init__(self, cassette: "OpenCassette", wanted: Wanted, test: str, unplayed: Unplayed) -> None:
        self.cassette = cassette
        self.failed = False
        self._wanted = wanted
        self._test = test
        self._unplayed = unplayed
        self._judged = 0

    def complaint(self) -> str | None:
        """Why the test fails, although nothing else says so: misses, or a recording that could not be stored."""
        missed = self.cassette.missed
        self._judged = missed
        if self.cassette.degraded is not None:
            return f"tokentape: the recording failed: {self.cassette.degraded}"
        return None if self._wanted.allows(missed) else self.explained()

    def late_complaint(self) -> str | None:
        """The same for what has come since the test itself has ended."""
        return self.complaint() if self.cassette.missed != self._judged else None

    def explained(self) -> str:
        """The misses, each in full."""
        missed, path = self.cassette.missed, self.cassette.path
        expected = f"; expected {self._wanted.misses}" if self._wanted.misses else ""
        requests = "1 request" if missed == 1 else f"{missed} requests"
        shown = list(dict.fromkeys(self.cassette.misses))[:_MISSES_SHOWN]
        return "\n\n".join([f"tokentape: {requests} found no answer on {path}{expected}", *shown])

    def check_unplayed(self, item: pytest.Item) -> None:
        """Warn of, or fail for, interactions that a test which has passed did not ask for."""
        left = self._left()
        if not left or self._unplayed == "ignore":
            return
        numbers = ", ".join(map(str, left))
        text = (
            f"tokentape: {self.cassette.path}: interaction {numbers} was not played: the test no longer asks for it. "
            "Record anew with --cassette-mode all, or take it out with `tokentape cassette prune`"
        )
        if self._unplayed == "fail":
            pytest.fail(text, pytrace=False)
        try:
            _, line, _ = item.reportinfo()
            warnings.warn_explicit(CassetteWarning(text), None, str(item.path), (line or 0) + 1)
        except CassetteWarning:  # warnings are errors here; without our traceback
            pytest.fail(text, pytrace=False)

    def _left(self) -> tuple[int, ...]:
        """What was on file and not played; nothing where playing was not what the session was for."""
        plays = self.cassette.mode not in ("all", "live")
        return self.cassette.unplayed if plays else ()

    def close(self) -> Outcome:
        """End the session."""
        self.cassette.close(failed=self.failed)
        cassette = self.cassette
        return Outcome(
            test=self._test,
            path=str(cassette.path),
            replayed=cassette.replayed,
            recorded=cassette.recorded,
            missed=cassette.missed,
            expected=self._wanted.allows(cassette.missed),
            unplayed=() if self.failed else self._left(),
            oldest=min(self._recorded_at(), default=None),
            ttft=self._slowest(),
            aside=None if cassette.aside is None else str(cassette.aside),
        )

    def _recorded_at(self) -> Iterator[str]:
        for interaction in self.cassette.interactions:
            at = interaction.facts.get("recorded_at")
            if isinstance(at, str):
                yield at

    def _slowest(self) -> float | None:
        """The longest time to a first token, where something was recorded: then it may take the time to read it."""
        if not self.cassette.recorded:
            return None
        with suppress(LookupError):
            return self.cassette.ttft
        return None
