"""A path -> which upstream, what goes up, which cassette; and what whoever took a wrong path is told."""

import pytest

from gateway.dialects import DIALECTS, PROVIDERS, Provider
from gateway.errors import NotRouted
from gateway.routes import Routes

OWN = Provider("my-vllm", "http://10.0.0.1:8000", DIALECTS["openai-compatible"])
ROUTES = Routes((*PROVIDERS, OWN))
GATEWAY = "http://127.0.0.1:8077"


def found(target):
    route = ROUTES.find(target, GATEWAY)
    return route.upstream.name, route.target, route.cassette


def refused(target):
    with pytest.raises(NotRouted) as caught:
        ROUTES.find(target, GATEWAY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/anthropic/v1/messages?beta=true", ("anthropic", "/v1/messages?beta=true", None)),
        ("/openai/v1/chat/completions", ("openai", "/v1/chat/completions", None)),
        ("/groq/openai/v1/models", ("groq", "/openai/v1/models", None)),
        ("/my-vllm/v1/models", ("my-vllm", "/v1/models", None)),
        ("/ollama", ("ollama", "/", None)),
        ("/ollama?x=1", ("ollama", "/?x=1", None)),
        ("/@demo/anthropic/v1/messages", ("anthropic", "/v1/messages", "demo")),
        ("/@suite%2Ftest_one/openai/v1/responses", ("openai", "/v1/responses", "suite/test_one")),
        ("/@demo/v1/messages", ("anthropic", "/v1/messages", "demo")),
    ],
)
def test_by_name(target, expected):
    assert found(target) == expected


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/v1/messages", "anthropic"),
        ("/v1/messages/count_tokens?beta=true", "anthropic"),
        ("/v1/chat/completions", "openai"),
        ("/v1/responses/resp_1/cancel", "openai"),
        ("/v1/completions", "openai"),
        ("/v1beta/models/gemini-3:streamGenerateContent?alt=sse", "gemini"),
        ("/v1/models/gemini-3:generateContent", "gemini"),
        ("/api/chat", "ollama"),
        ("/api/generate", "ollama"),
        ("/v2/chat", "cohere"),
    ],
)
def test_by_a_path_that_only_one_api_has(target, name):
    assert found(target) == (name, target, None)


@pytest.mark.parametrize("rest", ["/a%2Fb/%2e%2e/%41", "/x?key=%20&q=a+b?c", "/a//b/../c", "/ü"])
def test_the_rest_is_never_encoded_anew(rest):
    assert found(f"/openai{rest}")[1] == rest


@pytest.mark.parametrize("target", ["/", "/v1/models", "/v1/messagesx", "/unknown/v1", "/Anthropic/v1", "/@demo"])
def test_everything_else_is_told_the_base_urls(target):
    message = refused(target)
    assert message.startswith(f"no upstream fits the path {target!r}; give the SDK one of these base URLs:\n")
    assert "  anthropic   http://127.0.0.1:8077/anthropic\n" in message
    assert "  openai      http://127.0.0.1:8077/openai/v1\n" in message
    assert "  groq        http://127.0.0.1:8077/groq/openai/v1\n" in message
    assert "  my-vllm     http://127.0.0.1:8077/my-vllm/v1\n" in message
    assert message.endswith("with a cassette of its own: http://127.0.0.1:8077/@<cassette>/<name>...")


@pytest.mark.parametrize("target", ["/v1/v1/messages", "/anthropic/v1/v1/messages", "/@demo/openai/v1/v1/responses"])
def test_a_doubled_v1_has_its_own_hint(target):
    assert "has /v1 twice: this SDK adds /v1 by itself, so leave it out of the base URL" in refused(target)


def test_a_query_is_not_repeated_in_the_message_since_it_may_hold_a_key():
    assert "secret" not in refused("/nowhere?key=secret")
    assert "secret" not in refused("/v1/v1/messages?key=secret")


def test_an_upstream_of_ones_own_takes_the_place_of_a_built_in_one():
    own = Provider("anthropic", "http://127.0.0.1:1", DIALECTS["anthropic"])
    assert Routes((own,)).find("/v1/messages", GATEWAY).upstream == own
