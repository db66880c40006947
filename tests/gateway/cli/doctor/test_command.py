"""`tokentape doctor`: what it prints, and its exit code. Never a key."""

import json

import pytest

from gateway.cli.program import outcome
from tests.gateway.cli.doctor.test_facts import KEY, place

__all__ = ["place"]


@pytest.fixture(autouse=True)
def with_keys(monkeypatch):
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, KEY)


def test_all_is_well(capsys):
    assert outcome(["doctor"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    assert lines[0] == "ok       settings    understood"
    assert lines[-1].startswith("0 problems, ")
    assert KEY not in shown.out


def test_a_problem_is_the_exit_code(monkeypatch, capsys):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://{KEY}@127.0.0.1/anthropic/v1?key={KEY}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{KEY}@proxy:3128")
    monkeypatch.setenv("OPENAI_API_KEY", f"'{KEY}'")
    assert outcome(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert '-> export ANTHROPIC_BASE_URL="${ANTHROPIC_BASE_URL%/v1*}"' in shown
    assert KEY not in shown


def test_json(monkeypatch, capsys):
    monkeypatch.setenv("OPENAI_BASE_URL", "nonsense://")
    assert outcome(["doctor", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["problems"] == 1
    assert {"level", "topic", "text", "remedy"} == set(shown["diagnoses"][0])


def test_settings_come_from_the_usual_places(capsys, tmp_path):
    assert outcome(["doctor", "--cassettes", "elsewhere"]) == 0
    assert "elsewhere is not there yet" in capsys.readouterr().out
    assert outcome(["doctor", "--config", "missing.toml"]) == 1
    assert "missing.toml: expected a configuration file" in capsys.readouterr().out
