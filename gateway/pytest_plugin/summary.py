"""What the run says of its cassettes at its end."""

from typing import Any

import pytest

from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.outcome import Outcome

__all__ = ["Summary"]


class Summary:
    """A plugin of its own, in the process that has the terminal: gathers outcomes and tells."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config = config
        self._options = options
        self._outcomes: list[Outcome] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep what a test says of its cassettes; from a worker it has come with the report."""
        self._outcomes += [Outcome.of_json(value) for value in getattr(report, "cassettes", ())]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell."""
        if self._outcomes:
            replayed = sum(outcome.replayed for outcome in self._outcomes)
            recorded = sum(outcome.recorded for outcome in self._outcomes)
            terminalreporter.write_line(f"tokentape: {replayed} replayed, {recorded} recorded")
