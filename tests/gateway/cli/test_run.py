"""`tokentape run`: whose exit code, which keys, what is told."""

import sys

import pytest

from gateway.cli.program import outcome

SAYS_KEY = "import os, sys; sys.exit(os.environ.get('OPENAI_API_KEY') == 'tokentape-replay-needs-no-key')"


def run(*arguments, script=None):
    return outcome(["run", *arguments, "--", sys.executable, "-c", script])


def test_it_serves_on_a_free_port_while_the_command_runs(server, capfd):
    script = "import os; print(os.environ['ANTHROPIC_BASE_URL'], os.environ['OPENAI_BASE_URL'])"
    server.reports(recorded=1)
    assert run(script=script) == 0
    assert server.config.port == 0
    assert capfd.readouterr() == (
        "http://127.0.0.1:5/anthropic http://127.0.0.1:5/openai/v1\n",
        (
            "tokentape: mode once (default), cassette cassettes/default.cassette\n"
            "tokentape: recorded 1, replayed 0, missed 0 in cassettes/default.cassette\n"
        ),
    )


def test_options_of_the_command_are_its_own(server):
    assert outcome(["run", sys.executable, "-c", "import sys; sys.exit(len(sys.argv))", "--mode", "x"]) == 3


@pytest.mark.parametrize("mode", ["replay", "once"])
def test_a_miss_is_4(server, mode, capfd):
    server.reports(missed=1, misses=("nothing matches",))
    assert run("--mode", mode, script="") == 4
    assert "tokentape: missed: nothing matches\n" in capfd.readouterr().err


def test_the_commands_own_failure_comes_first(server):
    server.reports(missed=1)
    assert run("--mode", "replay", script="raise SystemExit(7)") == 7


def test_recording_that_stopped_is_3(server):
    server.reports(degraded="the disk is full")
    assert run(script="") == 3


def test_dummy_keys_where_nothing_is_recorded(server, monkeypatch, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert run("--mode", "replay", script=SAYS_KEY) == 1
    assert run("--mode", "all", script=SAYS_KEY) == 0
    assert run("--mode", "once", script=SAYS_KEY) == 0
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "cassettes" / "default.cassette").touch()
    assert run("--mode", "once", script=SAYS_KEY) == 1
