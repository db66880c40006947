"""Settings in, a gateway out: which objects there are, and which there are not."""

import pytest

from gateway.app import compose, faults_of, upstreams
from gateway.dialects import PROVIDERS
from gateway.settings import Config, ConfigError, UpstreamSpec
from recorder.clock import ManualClock


def named(config):
    return {provider.name: provider for provider in upstreams(config)}


def test_in_replay_no_live_upstream_is_made(tmp_path):
    assert compose(Config(mode="replay", cassettes=tmp_path), ManualClock()).live is None


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all", "live"])
def test_in_every_other_mode_there_is_one(mode, tmp_path):
    assert compose(Config(mode=mode, cassettes=tmp_path), ManualClock()).live is not None


def test_composing_opens_nothing(tmp_path):
    app = compose(Config(mode="all", cassettes=tmp_path / "not-there"), ManualClock())
    assert list(app.sessions) == []
    assert list(tmp_path.iterdir()) == []


def test_the_settings_reach_the_sessions(tmp_path):
    config = Config(
        cassettes=tmp_path,
        repeat="never",
        match_ignore=("user",),
        redact=("ticket-[0-9]+",),
        read_on=False,
        read_on_timeout=3.0,
        max_interaction=1000,
        strict_record=True,
        fsync=True,
    )
    rules = compose(config, ManualClock()).sessions.rules
    assert (rules.folder, rules.mode, rules.repeat, rules.fsync) == (tmp_path, "once", "never", True)
    assert rules.matcher.ignore == ("user",)
    assert rules.redactor.patterns[-1].pattern == b"ticket-[0-9]+"
    limits = rules.recording
    assert (limits.max_interaction, limits.read_on, limits.read_on_timeout, limits.strict) == (1000, False, 3.0, True)


def test_without_configuration_the_built_in_providers_are_the_upstreams():
    assert upstreams(Config()) == PROVIDERS


def test_a_configured_url_takes_a_built_in_ones_place_and_keeps_its_dialect():
    provider = named(Config(upstreams=(UpstreamSpec("anthropic", "http://127.0.0.1:9"),)))["anthropic"]
    assert (provider.url, provider.dialect.name) == ("http://127.0.0.1:9", "anthropic")


def test_a_configured_url_keeps_what_sdks_want_after_the_name():
    config = Config(upstreams=(UpstreamSpec("groq", "http://127.0.0.1:9"),))
    groq = next(provider for provider in upstreams(config) if provider.name == "groq")
    assert groq.base_url("http://gateway") == "http://gateway/groq/openai/v1"


def test_an_upstream_of_ones_own_speaks_what_was_said_or_what_most_do():
    found = named(Config(upstreams=(UpstreamSpec("a", "http://a", "gemini"), UpstreamSpec("b", "http://b"))))
    assert (found["a"].dialect.name, found["b"].dialect.name) == ("gemini", "openai-compatible")
    assert list(found)[-2:] == ["a", "b"]


def test_an_unknown_dialect_is_told_which_there_are():
    with pytest.raises(ConfigError, match=r"upstream a: expected a dialect of anthropic, openai.*; got 'klingon'"):
        upstreams(Config(upstreams=(UpstreamSpec("a", "http://a", "klingon"),)))


def test_faults_reach_the_sessions(tmp_path):
    rules = compose(Config(cassettes=tmp_path, faults="cut@frame=4"), ManualClock()).sessions.rules
    assert str(rules.faults) == "cut@frame=4"
    assert not compose(Config(cassettes=tmp_path), ManualClock()).sessions.rules.faults


@pytest.mark.parametrize(
    ("mode", "text", "message"),
    [
        ("replay", "cat", r"^faults: expected a fault \(cut, .*; got 'cat'$"),
        ("live", "cut", "^faults: expected a mode that replays .*; got live, .*: 'cut'$"),
        ("all", "boundaries=frame", "^faults: expected a mode that replays .*; got all, "),
    ],
)
def test_faults_that_cannot_be(mode, text, message):
    with pytest.raises(ConfigError, match=message):
        faults_of(text, mode)


@pytest.mark.parametrize("mode", ["live", "all"])
def test_no_faults_are_right_in_every_mode(mode):
    assert not faults_of("none", mode)
