"""What a program under `tokentape run` finds in its environment."""

import pytest

from gateway.environment import DUMMY_KEY, child_environment

URL = "http://127.0.0.1:5"


def child(environ=None, *, dummy_keys=False):
    return child_environment(environ or {}, URL, dummy_keys=dummy_keys)


def test_every_sdk_is_pointed_at_the_gateway():
    assert child() == {
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:5/anthropic",
        "ANTHROPIC_API_URL": "http://127.0.0.1:5/anthropic",
        "OPENAI_BASE_URL": "http://127.0.0.1:5/openai/v1",
        "OPENAI_API_BASE": "http://127.0.0.1:5/openai/v1",
        "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:5/gemini",
        "OLLAMA_HOST": "http://127.0.0.1:5/ollama",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def test_the_gateway_wins_over_what_was_set_and_the_rest_stays():
    environ = child({"OPENAI_BASE_URL": "https://elsewhere.example", "HOME": "/home/me"})
    assert environ["OPENAI_BASE_URL"] == "http://127.0.0.1:5/openai/v1"
    assert environ["HOME"] == "/home/me"


def test_a_proxy_of_the_machine_is_not_asked_for_the_gateway():
    environ = child({"NO_PROXY": "a.example, b.example", "no_proxy": "localhost,c.example", "HTTP_PROXY": "http://p"})
    assert environ["NO_PROXY"] == environ["no_proxy"] == "a.example,b.example,localhost,c.example,127.0.0.1"
    assert environ["HTTP_PROXY"] == "http://p"


def test_replay_needs_no_key():
    environ = child({"OPENAI_API_KEY": "mine", "ANTHROPIC_API_KEY": ""}, dummy_keys=True)
    assert environ["OPENAI_API_KEY"] == "mine"
    assert environ["ANTHROPIC_API_KEY"] == environ["GEMINI_API_KEY"] == environ["GOOGLE_API_KEY"] == DUMMY_KEY


@pytest.mark.parametrize(
    ("there", "other"), [("GEMINI_API_KEY", "GOOGLE_API_KEY"), ("GOOGLE_API_KEY", "GEMINI_API_KEY")]
)
def test_one_key_of_a_group_is_enough(there, other):
    environ = child({there: "mine"}, dummy_keys=True)
    assert environ[there] == "mine"
    assert other not in environ


def test_while_recording_no_key_is_made_up():
    assert not any("KEY" in name for name in child())
