"""The process that runs tests (a worker of xdist, or the only one): its gateway, and the cassettes that tests use."""

import os
import shlex
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.pytest_plugin.environ import environment
from gateway.pytest_plugin.naming import cassette_name
from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.use import Use
from gateway.pytest_plugin.wanted import Wanted
from gateway.settings import ConfigError, Mode
from recorder.errors import CassetteError, CassetteLocked

if TYPE_CHECKING:
    from gateway.embedded import Gateway, OpenCassette

__all__ = ["MARKER", "WORKER", "Worker", "wanted_by"]

MARKER = "cassette"
_USE = pytest.StashKey[Use]()


class Worker:
    """A plugin of its own: one gateway, started when a cassette is first used, stopped at the end of the session."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self.options = options
        self._config = config
        self._gateway: Gateway | None = None
        self._recorded: set[Path] = set()
        self._outcomes: list[Outcome] = []

    @property
    def gateway(self) -> "Gateway":
        """The gateway, started if need be. In a run that can only replay, it has nothing that could call a provider."""
        if self._gateway is None:
            from gateway.embedded import Gateway  # noqa: PLC0415 - costs what only runs that use a cassette should pay

            mode = "replay" if self.options.only_replays else "once"
            self._gateway = Gateway(folder=self._config.rootpath, mode=mode, pacing="instant").open()
        return self._gateway

    @contextmanager
    def use(self, name: str, folder: Path, wanted: Wanted, test: str, remedy: str | None) -> Iterator[Use]:
        """A cassette in use while the block runs. What it cannot do fails the test, in words."""
        try:
            use = Use(self._opened(name, folder, wanted, remedy), wanted, test, self.options.unplayed)
        except CassetteLocked as error:
            pytest.fail(f"tokentape: {error}. {_SHARED}", pytrace=False)
        except (CassetteError, ConfigError, OSError, ValueError) as error:
            pytest.fail(f"tokentape: {error}", pytrace=False)
        try:
            yield use
        finally:
            outcome = use.close()
            self._outcomes.append(outcome)
            if outcome.recorded and not use.failed:
                self._recorded.add(use.cassette.path)

    def _opened(self, name: str, folder: Path, wanted: Wanted, remedy: str | None) -> "OpenCassette":
        return self.gateway.cassette(
            name,
            folder=folder,
            mode=self._mode(folder, name, wanted),
            pacing=self.options.pacing_for(wanted.pacing),
            match=wanted.match,
            faults=wanted.faults,
            remedy=remedy,
        ).open()

    def _mode(self, folder: Path, name: str, wanted: Wanted) -> Mode:
        """Tests that share a cassette share its first recording: what this run has begun, it goes on with."""
        mode = self.options.mode_for(wanted.mode)
        path = folder / f"{name}.cassette"
        return "new_episodes" if mode in ("once", "all") and path in self._recorded else mode

    @contextmanager
    def use_for(self, item: pytest.Item) -> Iterator[Use]:
        """The cassette of a test, its SDKs pointed to it, while the block runs."""
        try:
            wanted = wanted_by(item)
        except ValueError as error:
            pytest.fail(f"{item.nodeid}: the marker cassette: {error}", pytrace=False)
        folder = item.path.parent / self.options.folder
        name = wanted.name or default_name(item)
        with self.use(name, folder, wanted, item.nodeid, self._remedy(item)) as use:
            item.stash[_USE] = use
            with environment(use.cassette.environment(os.environ)):
                yield use
            if late := use.late_complaint():
                pytest.fail(late, pytrace=False)

    def _remedy(self, item: pytest.Item) -> str:
        group = item.get_closest_marker("xdist_group")
        _, _, rest = item.nodeid.partition("::")
        if group is not None:  # xdist adds it to the id, to tell its scheduler
            rest = rest.removesuffix(f"@{group.kwargs.get('name', group.args[0] if group.args else 'default')}")
        path = os.path.relpath(item.path, self._config.invocation_params.dir)
        return f"pytest {shlex.quote(f'{path}::{rest}')} --cassette-mode new_episodes"

    # Hooks

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """A test that passes although something missed does not pass."""
        yield
        use = item.stash.get(_USE, None)
        # unittest keeps its failures for later; a test that has failed needs no second reason.
        if use is None or getattr(item, "_excinfo", None):
            return
        if complaint := use.complaint():
            pytest.fail(complaint, pytrace=False)
        use.check_unplayed(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell what the misses were where the test failed by itself; send what has been used along with the end."""
        report = yield
        use = item.stash.get(_USE, None)
        if use is not None and report.failed:
            use.failed = True
            if use.cassette.missed and "tokentape: " not in report.longreprtext:
                report.sections.append(("cassette", use.explained()))
        if report.when == "teardown":
            vars(report)["cassettes"] = [outcome.as_json() for outcome in self._outcomes]
            self._outcomes.clear()
        return report

    def pytest_sessionfinish(self) -> None:
        """Stop the gateway: what is being recorded is on file."""
        if self._gateway is not None:
            self._gateway.close()


WORKER = pytest.StashKey[Worker]()

_SHARED = (
    "Two tests in two workers of xdist record it: give each a cassette of its own, or mark both with "
    "@pytest.mark.xdist_group and run with --dist loadgroup"
)


def wanted_by(item: pytest.Item) -> Wanted:
    """What the markers on a test say. Raises ValueError."""
    return Wanted.of((mark.args, mark.kwargs) for mark in item.iter_markers(MARKER))


def default_name(item: pytest.Item) -> str:
    """The name of the cassette of a test that names none."""
    classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
    return cassette_name(item.path.stem, classes, item.name)
