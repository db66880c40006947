"""Whom a run drives, and who gets a key."""

import pytest

from gateway.bench.target import key_for, target_of
from gateway.dialects import PROVIDERS
from gateway.settings import ConfigError


@pytest.mark.parametrize(
    ("text", "api", "name", "url", "own"),
    [
        ("anthropic", None, "anthropic", "https://api.anthropic.com", True),
        ("https://api.openai.com/v1", None, "openai", "https://api.openai.com", True),
        ("http://127.0.0.1:8077/openai/v1", None, "openai", "http://127.0.0.1:8077/openai", False),
        ("http://127.0.0.1:8077/openai", None, "openai", "http://127.0.0.1:8077/openai", False),
        ("http://127.0.0.1:8077/@issue-42/gemini/", None, "gemini", "http://127.0.0.1:8077/@issue-42/gemini", False),
        ("http://127.0.0.1:8077/groq/openai/v1", None, "groq", "http://127.0.0.1:8077/groq", False),
        ("http://10.0.0.5:8000/v1", "openai", "openai", "http://10.0.0.5:8000", False),
    ],
)
def test_targets(text, api, name, url, own):
    target = target_of(text, api, PROVIDERS)
    assert (target.provider.name, target.url, target.own) == (name, url, own)


@pytest.mark.parametrize(
    ("text", "api", "says"),
    [
        ("antropic", None, "expected a URL or one of anthropic, openai"),
        ("ftp://x", None, "TARGET: expected http://"),
        ("http://127.0.0.1:8078", None, "add --api NAME"),
        ("http://127.0.0.1:8078", "acme", "--api: expected one of"),
        (
            "127.0.0.1:8078",
            "openai",
            "expected a URL or one of .*; got '127.0.0.1:8078'; did you mean 'http://127.0.0.1:8078'",
        ),
        ("http://127.0.0.1:99999", "openai", "expected a port from 0 to 65535; got 'http://127.0.0.1:99999'"),
    ],
)
def test_what_is_no_target_is_told(text, api, says):
    with pytest.raises(ConfigError, match=says):
        target_of(text, api, PROVIDERS)


def test_a_password_in_a_url_is_not_told():
    with pytest.raises(ConfigError, match="expected a URL without user, query and fragment") as refused:
        target_of("https://me:hunter2@127.0.0.1/x?key=hunter2", "openai", PROVIDERS)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ConfigError, match=r"did you mean 'http://127\.0\.0\.1'") as refused:
        target_of("me:hunter2@127.0.0.1", "openai", PROVIDERS)
    assert "hunter2" not in str(refused.value)


ENVIRON = {"OPENAI_API_KEY": "sk-mine", "VLLM_KEY": "local", "GOOGLE_API_KEY": "g"}


@pytest.mark.parametrize(
    ("text", "api", "variable", "found"),
    [
        ("openai", None, None, ("sk-mine", "OPENAI_API_KEY")),
        ("gemini", None, None, ("g", "GOOGLE_API_KEY")),
        ("http://localhost:8077/openai", None, None, ("sk-mine", "OPENAI_API_KEY")),
        ("http://[::1]:8077/openai", None, None, ("sk-mine", "OPENAI_API_KEY")),
        ("http://10.0.0.5:8000", "openai", None, ("", "")),  # not its own, and not here
        ("http://10.0.0.5:8000", "openai", "VLLM_KEY", ("local", "VLLM_KEY")),
        ("http://127.0.0.1:1/anthropic", None, None, ("", "")),
        ("ollama", None, None, ("", "")),
    ],
)
def test_a_key_goes_to_its_provider_and_to_this_machine_only(text, api, variable, found):
    assert key_for(target_of(text, api, PROVIDERS), ENVIRON, variable) == found


def test_a_key_that_is_missing_is_told_before_anything_is_sent():
    with pytest.raises(ConfigError, match="anthropic wants a key: export ANTHROPIC_API_KEY"):
        key_for(target_of("anthropic", None, PROVIDERS), ENVIRON, None)
    with pytest.raises(ConfigError, match="--key-env: the environment has no MINE"):
        key_for(target_of("openai", None, PROVIDERS), ENVIRON, "MINE")
