"""What each test takes, all of pytest's steps for it together: into the file that COSTS names, where it is set."""

import json
import os
import time
from pathlib import Path

import pytest

COSTS = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Seconds that passed, and of CPU in this process, its threads included."""
    at, used = time.perf_counter(), time.process_time()
    result = yield
    COSTS.append((time.perf_counter() - at, time.process_time() - used))
    return result


def pytest_sessionfinish():
    if "COSTS" in os.environ:
        Path(os.environ["COSTS"]).write_text(json.dumps(COSTS))
