from gateway.environment import DUMMY_KEY
from gateway.rules import matcher_of, redactor_of
from gateway.settings import Config
from recorder.interaction import Request
from recorder.matching import Matcher


def test_what_is_configured_decides():
    config = Config(
        match_ignore=("id",), match_headers=("anthropic-beta",), match_tool_call_ids="exact", match_key=True
    )
    assert matcher_of(config) == Matcher(ignore=("id",), headers=("anthropic-beta",), tool_call_ids="exact", key=True)
    assert matcher_of(config).stand_in == DUMMY_KEY
    assert matcher_of(Config()) == Matcher()


def test_what_is_configured_is_redacted():
    redactor = redactor_of(Config(redact=(r"ticket \d+",), redact_paths=("user",)))
    body = redactor.request(Request("acme", "POST", "/", (), b'{"user":"Ann Example","text":"ticket 4711"}')).body
    assert body == b'{"user":"REDACTED-RE","text":"REDACTED-RE"}'
