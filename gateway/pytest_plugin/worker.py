"""The process that runs tests (a worker of xdist, or the only one): which cassette each test has, and the verdict."""

import os
import shlex
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gateway.pytest_plugin.environ import environment
from gateway.pytest_plugin.inventory import Inventory, selects_all
from gateway.pytest_plugin.lazy_gateway import LazyGateway, file_of
from gateway.pytest_plugin.naming import cassette_name
from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.use import Use, User, refusal
from gateway.pytest_plugin.wanted import Wanted

__all__ = ["MARKER", "WORKER", "Worker", "has_cassette"]

MARKER = "cassette"
_USE = pytest.StashKey[Use]()


def has_cassette(item: pytest.Item) -> bool:
    """Whether a test uses the marker, or the fixture of the same name."""
    return MARKER in getattr(item, "fixturenames", ()) or item.get_closest_marker(MARKER) is not None


class Worker:
    """A plugin of its own."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self.folder = options.folder
        self.gateway = LazyGateway(options, config.rootpath)
        self.inventory = Inventory(whole=selects_all(config))
        self._config = config
        self._item: pytest.Item | None = None

    @contextmanager
    def use_for(self, item: pytest.Item) -> Iterator[Use]:
        """The cassette of a test, its SDKs pointed to it, while the block runs."""
        try:
            wanted = _wanted(item)
        except ValueError as error:
            raise refusal(f"{item.nodeid}: the marker cassette: {error}") from None
        folder, name = self._place(item, wanted)
        shared = wanted.name is not None and not self.inventory.knows_alone(file_of(folder, name))
        asks = any(mark.name == MARKER for mark in item.own_markers)
        user = User(item.nodeid, self.command(), shared, asks, self._config.invocation_params.dir)
        with self.gateway.use(name, folder, wanted, user) as use:
            item.stash[_USE] = use
            with environment(use.cassette.environment(os.environ)):
                yield use
            if late := use.late_complaint():
                raise refusal(late)

    def _place(self, item: pytest.Item, wanted: Wanted) -> tuple[Path, str]:
        """The folder and the name of a test's cassette."""
        classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
        name = wanted.name or cassette_name(item.path.stem, classes, item.name)
        return item.path.parent / self.folder, name

    def command(self) -> str:
        """The command that runs the test alone that is under way."""
        item = self._item
        if item is None:
            return "pytest TESTS"
        _, _, rest = item.nodeid.partition("::")
        group = item.get_closest_marker("xdist_group")
        if group is not None:  # xdist adds it to the id, for its scheduler
            rest = rest.removesuffix(f"@{group.kwargs.get('name', group.args[0] if group.args else 'default')}")
        path = os.path.relpath(item.path, self._config.invocation_params.dir)
        return f"pytest {shlex.quote(f'{path}::{rest}')}"

    # Hooks

    def pytest_deselected(self) -> None:
        """Some tests are left out: this run cannot say what no test uses."""
        self.inventory.whole = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that was skipped or broken has tests that nobody has seen."""
        if not report.passed:
            self.inventory.whole = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which cassettes the tests of this run will use."""
        for item in session.items:
            self.inventory.folders.add(str(item.path.parent / self.folder))
            if has_cassette(item):
                with suppress(ValueError):  # the test itself will say so
                    self.inventory.add(file_of(*self._place(item, _wanted(item))))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Know which test is under way, also in the fixtures of a wider scope that come with it."""
        self._item = item

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """A test that passes although something missed does not pass."""
        use = item.stash.get(_USE, None)
        try:
            yield
        except (KeyboardInterrupt, pytest.exit.Exception):  # there will be no report
            if use is not None:
                use.failed = True
            raise
        # unittest keeps its failures for later; a test that has failed needs no second reason.
        if use is None or getattr(item, "_excinfo", None):
            return
        if complaint := use.complaint():
            raise refusal(complaint)
        use.check_unplayed(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell what the misses were where the test failed by itself; send what was used along with the last report."""
        report = yield
        use = item.stash.get(_USE, None)
        _in_a_line(report, item)
        if use is not None:
            use.excused |= report.skipped and hasattr(report, "wasxfail")
        if use is not None and report.failed:
            use.failed = True
            remarks = [remark for remark in use.remarks() if remark not in report.longreprtext]
            report.sections += [("cassette", remark) for remark in remarks]
        if report.when == "teardown":
            if use is not None:
                del item.stash[_USE]  # with all that was played
            vars(report)["cassettes"] = [outcome.as_json() for outcome in self.gateway.outcomes]
            self.inventory.used(self.gateway.outcomes)
            self.gateway.outcomes.clear()
        return report

    def pytest_sessionfinish(self) -> None:
        """Stop the gateway: what is being recorded is on file. A worker of xdist hands in its inventory."""
        self.gateway.close()
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["tokentape"] = self.inventory.as_json()


WORKER = pytest.StashKey[Worker]()


def _in_a_line(report: pytest.TestReport, item: pytest.Item) -> None:
    """What we say has its first line and the test's place where pytest has one line for a failure.

    Under CI the short summary would have all of it again, and --tb=line a line of ours.
    """
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None and crash.message.startswith("Failed: tokentape: "):
        crash.message = crash.message.partition("\n")[0]
        _, line, _ = item.reportinfo()
        crash.path, crash.lineno = str(item.path), (line or 0) + 1


def _wanted(item: pytest.Item) -> Wanted:
    """What the markers on a test say. Raises ValueError."""
    return Wanted.of((mark.args, mark.kwargs) for mark in item.iter_markers(MARKER))
