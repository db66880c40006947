"""Where the SDKs of a test ask, and what each test takes."""

import json
import os
import time
from pathlib import Path

import pytest

# Environments of SDKs, by name; the plugin makes its own.
WAYS = json.loads(os.environ.get("WAYS", '{"plugin": {}}'))
COSTS = []


@pytest.fixture
def way(request, monkeypatch):
    """One of WAYS, in the environment while the test runs."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setenv(name, value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Seconds that pass, and of CPU in this process, its threads included, with all of pytest's steps for the test."""
    at, used = time.perf_counter(), time.process_time()
    result = yield
    params = item.callspec.params
    COSTS.append((params["way"], params["model"], time.perf_counter() - at, time.process_time() - used))
    return result


def pytest_sessionfinish():
    """Write it down, where somebody wants to know."""
    if "COSTS" in os.environ:
        Path(os.environ["COSTS"]).write_text(json.dumps(COSTS))
