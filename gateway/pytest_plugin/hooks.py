"""What pytest calls at its start."""

import os

import pytest

from gateway.pytest_plugin.options import Options, add_options
from gateway.pytest_plugin.summary import Summary
from gateway.pytest_plugin.worker import MARKER, WORKER, Worker

__all__ = ["pytest_addoption", "pytest_configure"]

_MARKER_HELP = (
    f"{MARKER}(name, *, mode, pacing, match, faults, misses): replay the test's LLM streams from a cassette, or record "
    "them (tokentape)"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make our flags and ini keys known."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and the parts of this process: a worker, and the summary where the terminal is."""
    config.addinivalue_line("markers", _MARKER_HELP)
    options = Options.of_run(config, os.environ)
    worker = config.stash[WORKER] = Worker(config, options)
    config.pluginmanager.register(worker, "tokentape-worker")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(config, options), "tokentape-summary")
