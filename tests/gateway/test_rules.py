"""The rules that settings make, for whoever compares requests or stores them."""

from gateway.environment import DUMMY_KEY
from gateway.rules import matcher_of, redactor_of
from gateway.settings import Config
from recorder.matching import Matcher


def test_without_settings_the_rules_are_those_of_stored_fingerprints():
    assert matcher_of(Config()) == Matcher()


def test_settings_of_matching():
    config = Config(match_ignore=("a.*",), match_headers=("b",), match_tool_call_ids="exact", match_key=True)
    assert matcher_of(config) == Matcher(("a.*",), ("b",), "exact", key=True)
    assert matcher_of(config).stand_in == DUMMY_KEY


def test_settings_of_redaction():
    redactor = redactor_of(Config(redact=("ticket-[0-9]+",), redact_paths=("user",)))
    assert redactor.patterns[-1].pattern == b"ticket-[0-9]+"
    assert redactor.paths == ("user",)
