"""What pytest knows of us from its start on, and what that costs."""

import subprocess
import sys

import pytest

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def test_an_ini_key_that_cannot_be_used_ends_the_run(project):
    project.ini("cassette_unplayed = shout")
    project.tests(test_none="def test_none(): pass")
    result = project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: cassette_unplayed: expected one of ignore, warn, fail; got 'shout'"])


def test_flag_ini_keys_and_marker_are_known(project):
    helped = project.run("--help").stdout
    helped.fnmatch_lines(["tokentape: recorded and replayed streams of LLM APIs:", "*--cassette-mode=*"])
    helped.fnmatch_lines([f"*cassette_{key} (string):*" for key in ("mode", "pacing", "dir", "unplayed", "max_age")])
    project.run("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.cassette(name, *, mode, pacing, match, faults, misses):*"]
    )


def test_nothing_heavy_is_imported_before_a_cassette_is_used():
    heavy = {"aiohttp", "asyncio", "click", "gateway.embedded", "gateway.server", "httptools", "msgpack", "uvloop"}
    program = (
        "import sys, pytest; before = set(sys.modules); import gateway.pytest_plugin; print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "gateway.pytest_plugin.worker" in loaded
    assert {
        name
        for name in loaded
        if name in heavy or name.partition(".")[0] not in sys.stdlib_module_names | {"gateway", "recorder"}
    } == set()
