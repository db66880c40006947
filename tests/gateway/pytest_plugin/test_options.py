"""What a run is told, and which source wins."""

import pytest

from gateway.pytest_plugin.options import Options

INI = {
    "cassette_mode": "once",
    "cassette_pacing": "instant",
    "cassette_dir": "cassettes",
    "cassette_unplayed": "warn",
    "cassette_max_age": "0",
}


def options(flag=None, environ=None, **ini):
    return Options.of(flag, {**INI, **ini}, environ or {})


def test_nothing_said():
    assert options() == Options()


@pytest.mark.parametrize(
    ("flag", "environ", "ini", "marked", "mode"),
    [
        (None, {}, "once", None, "once"),
        (None, {}, "new_episodes", None, "new_episodes"),
        (None, {}, "new_episodes", "live", "live"),
        (None, {"TOKENTAPE_MODE": "all"}, "new_episodes", "live", "all"),
        (None, {"TOKENTAPE_MODE": ""}, "once", "live", "live"),
        (None, {"CI": "true", "TOKENTAPE_MODE": "all"}, "once", "live", "replay"),
        (None, {"CI": "false"}, "once", "live", "live"),
        ("new_episodes", {"CI": "true", "TOKENTAPE_MODE": "all"}, "once", "live", "new_episodes"),
    ],
    ids=["default", "ini", "marker", "variable", "empty variable", "CI", "no CI", "flag"],
)
def test_the_mode(flag, environ, ini, marked, mode):
    found = options(flag, environ, cassette_mode=ini)
    assert found.mode_for(marked) == mode
    assert found.only_replays is (mode == "replay")


@pytest.mark.parametrize(
    ("environ", "marked", "pacing"),
    [({}, None, "capped=5"), ({}, "recorded", "recorded"), ({"TOKENTAPE_PACING": "scaled=2"}, "recorded", "scaled=2")],
    ids=["ini", "marker", "variable"],
)
def test_the_pacing(environ, marked, pacing):
    assert options(None, environ, cassette_pacing="capped=5").pacing_for(marked) == pacing


@pytest.mark.parametrize(
    ("environ", "ini", "complaint"),
    [
        ({}, {"cassette_mode": "x"}, "cassette_mode: expected one of replay, .*; got 'x'"),
        ({"TOKENTAPE_MODE": "x"}, {}, "TOKENTAPE_MODE: expected one of replay, .*; got 'x'"),
        ({}, {"cassette_pacing": "x"}, "cassette_pacing: expected recorded, .*; got 'x'"),
        ({"TOKENTAPE_PACING": "x"}, {}, "TOKENTAPE_PACING: expected recorded, .*; got 'x'"),
        ({}, {"cassette_unplayed": "x"}, "cassette_unplayed: expected one of ignore, warn, fail; got 'x'"),
        ({}, {"cassette_max_age": "old"}, "cassette_max_age: expected a number of days, or 0; got 'old'"),
        ({}, {"cassette_max_age": "-1"}, "cassette_max_age: .*; got '-1'"),
        ({}, {"cassette_dir": "/tmp"}, "cassette_dir: expected a folder below .*; got '/tmp'"),
        ({}, {"cassette_dir": "../up"}, "cassette_dir: .*; got '../up'"),
        ({}, {"cassette_dir": ""}, "cassette_dir: .*; got ''"),
    ],
)
def test_what_cannot_be_used_is_named(environ, ini, complaint):
    with pytest.raises(ValueError, match=complaint):
        options(None, environ, **ini)
