"""A prompt put to each provider: what the simulated one, and a reader of ours, understand as a stream."""

import json

import pytest

from gateway.dialects import DIALECTS, PROVIDERS, Provider
from gateway.dialects.apis import api_of
from gateway.dialects.asking import asked, key_headers

TARGETS = {
    "anthropic": "/v1/messages",
    "openai": "/v1/chat/completions",
    "gemini": "/v1beta/models/a%2Fb:streamGenerateContent?alt=sse",
    "ollama": "/api/chat",
    "mistral": "/v1/chat/completions",
    "cohere": "/v2/chat",
    "groq": "/openai/v1/chat/completions",
    "openrouter": "/api/v1/chat/completions",
    "deepseek": "/v1/chat/completions",
    "xai": "/v1/chat/completions",
}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_provider_can_be_asked_by_an_api_that_is_known(provider):
    request = asked(provider, "say “hi”", "a/b", 50)
    assert request.target == TARGETS[provider.name]
    assert api_of(request.path).name != "unknown"
    body = json.loads(request.body)
    assert "say “hi”" in request.body.decode()
    assert body.get("stream") is True or "streamGenerateContent" in request.target
    assert "50" in json.dumps(body)
    carried = key_headers(provider, "K")
    assert bool(carried) == (provider.name != "ollama")
    assert all(name in provider.dialect.credentials for name, _ in carried)
    assert key_headers(provider, "") == ()


def test_usage_is_asked_for_where_it_must_be_and_nowhere_else():
    bodies = {provider.name: json.loads(asked(provider, "x", "m", 5).body) for provider in PROVIDERS}
    asking = {name for name, body in bodies.items() if "stream_options" in body}
    assert asking == {"openai", "groq", "openrouter", "deepseek", "xai"}


def test_an_upstream_of_the_user_s_own_speaks_its_dialect():
    own = Provider("own", "http://127.0.0.1:9", DIALECTS["openai-compatible"])
    assert asked(own, "x", "m", 5).target == "/v1/chat/completions"
