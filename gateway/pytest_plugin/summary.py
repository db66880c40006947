"""What a run says of its cassettes at its end: one line if all is well, else a section with a line for each finding."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.escaping import escaped
from gateway.pytest_plugin.inventory import Inventory, selects_all
from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.worker import WORKER
from recorder.plural import count

__all__ = ["Summary", "findings", "totals"]

# Of each kind of finding; -v shows all.
_SHOWN = 10


class Summary:
    """A plugin of its own, in the process that has the terminal: gathers what tests and workers say, and tells."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config = config
        self._options = options
        self._outcomes: list[Outcome] = []
        self._inventory = Inventory(whole=selects_all(config))

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep what a test says of its cassettes; from a worker it has come with the report."""
        self._outcomes += [Outcome.of_json(value) for value in getattr(report, "cassettes", ())]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of xdist has ended. One that was lost leaves us without its inventory."""
        told = getattr(node, "workeroutput", {}).get("tokentape")
        if told is None or error:
            self._inventory.whole = False
        else:
            self._inventory.merge(told)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """See whether the run came to its end."""
        ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if not ended or session.shouldstop or session.shouldfail:
            self._inventory.whole = False
        self._inventory.merge(self._config.stash[WORKER].inventory.as_json())

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell: nothing where no cassette was used, one line where all was replayed."""
        verbose = self._config.get_verbosity()
        found = findings(self._outcomes, self._inventory, self._options.max_age, self._config.invocation_params.dir)
        if not found and (not self._outcomes or verbose < 0):
            return
        line = totals(self._outcomes)
        if not found:
            terminalreporter.write_line(f"tokentape: {line}")
            return
        terminalreporter.write_sep("=", "tokentape")
        if self._outcomes:
            terminalreporter.write_line(line)
        for kind, texts in found.items():
            for text in _limited(texts, None if verbose > 0 else _SHOWN):
                terminalreporter.write_line(f"{kind:9} {escaped(text, limit=1000)}")


def totals(outcomes: Sequence[Outcome]) -> str:
    """What was done, in one line."""
    files = len({outcome.path for outcome in outcomes})
    counts = {
        "replayed": sum(outcome.replayed for outcome in outcomes),
        "recorded": sum(outcome.recorded for outcome in outcomes),
        "missed": sum(outcome.missed for outcome in outcomes if not outcome.expected),
    }
    done = ", ".join(f"{number} {what}" for what, number in counts.items() if number or what == "replayed")
    return f"{done} on {count(files, 'cassette')}"


def findings(outcomes: Sequence[Outcome], inventory: Inventory, max_age: float, base: Path) -> dict[str, list[str]]:
    """What somebody should look at, by kind; kinds without any are left out. Paths are shown as seen from `base`.

    `max_age` is in days; 0 is none.
    """

    def shown(path: object) -> str:
        return os.path.relpath(str(path), base)

    missed = [outcome for outcome in outcomes if outcome.missed and not outcome.expected]
    kinds = {
        "missed": [f"{each.test}: {count(each.missed, 'request')}" for each in missed],
        "unplayed": [f"{shown(path)}: interaction {numbers}" for path, numbers in _unplayed(outcomes, inventory)],
        "recorded": [_recorded(each, shown(each.path)) for each in outcomes if each.recorded and each.aside is None],
        "put aside": [f"{shown(aside)}: the test failed while it was recorded" for aside in _aside(outcomes)],
        "idle": [f"{each.test}: nothing was asked of its cassette" for each in outcomes if each.idle],
        "stale": [f"{shown(path)}: recorded {age:.0f} days ago" for path, age in _stale(outcomes, max_age)],
        "orphan": [f"{shown(path)}: no test uses it" for path in inventory.orphans()],
    }
    return {kind: list(dict.fromkeys(texts)) for kind, texts in kinds.items() if texts}


def _recorded(outcome: Outcome, path: str) -> str:
    first = "" if outcome.ttft is None else f", slowest first token after {outcome.ttft:.2f} s"
    return f"{path}: {count(outcome.recorded, 'interaction')}{first}"


def _aside(outcomes: Iterable[Outcome]) -> Iterable[str]:
    """What is still put aside: a good recording, as when a test is run again, ends it."""
    aside: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.aside is not None:
            aside[outcome.path] = outcome.aside
        elif outcome.recorded:
            aside.pop(outcome.path, None)
    return aside.values()


def _unplayed(outcomes: Iterable[Outcome], inventory: Inventory) -> Iterator[tuple[str, str]]:
    """What no test has played, by file. Of one that several share, only a whole run can say that."""
    left: dict[str, set[int]] = {}
    for outcome in outcomes:
        if not outcome.shared or inventory.whole:
            left[outcome.path] = left.get(outcome.path, set(outcome.unplayed)) & set(outcome.unplayed)
    for path, numbers in sorted(left.items()):
        if numbers:
            yield path, ", ".join(map(str, sorted(numbers)))


def _stale(outcomes: Iterable[Outcome], max_age: float) -> Iterator[tuple[str, float]]:
    """Files and the age of their oldest answer that was played, in days; the oldest first."""
    ages: dict[str, float] = {}
    for outcome in outcomes:
        if max_age and outcome.age is not None and outcome.age > max_age:
            ages[outcome.path] = max(outcome.age, ages.get(outcome.path, 0.0))
    yield from sorted(ages.items(), key=lambda item: (-item[1], item[0]))


def _limited(texts: list[str], most: int | None) -> list[str]:
    if most is None or len(texts) <= most:
        return texts
    return [*texts[:most], f"... and {len(texts) - most} more (-v shows all)"]
