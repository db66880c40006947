"""A path -> which upstream, what goes up, which cassette; and what whoever took a wrong path is told."""

import pytest

from gateway.dialects import DIALECTS, PROVIDERS, Provider
from gateway.errors import BadRequest, NotRouted
from gateway.routes import Routes, asks_for_normalized, in_format

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
    assert "\nwith a cassette of its own: http://127.0.0.1:8077/@<cassette>/<name>...\n" in message
    assert message.endswith("every provider's stream in one format: http://127.0.0.1:8077/normalized/<name>...")


@pytest.mark.parametrize("target", ["/v1/v1/messages", "/anthropic/v1/v1/messages", "/@demo/openai/v1/v1/responses"])
def test_a_doubled_v1_has_its_own_hint(target):
    assert "has /v1 twice: this SDK adds /v1 by itself, so leave it out of the base URL" in refused(target)


def test_a_query_is_not_repeated_in_the_message_since_it_may_hold_a_key():
    assert "secret" not in refused("/nowhere?key=secret")
    assert "secret" not in refused("/v1/v1/messages?key=secret")


def test_an_upstream_of_ones_own_takes_the_place_of_a_built_in_one():
    own = Provider("anthropic", "http://127.0.0.1:1", DIALECTS["anthropic"])
    assert Routes((own,)).find("/v1/messages", GATEWAY).upstream == own


# The one format

BY_HEADER = {"x-tokentape-format": "normalized"}


def formatted(target, **headers):
    """What goes up, and whether normalized and with raw."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    route = in_format(ROUTES.find(target, GATEWAY), named)
    return route.target, route.normalized, route.raw


def contradicted(target, **headers):
    with pytest.raises(BadRequest) as caught:
        formatted(target, **headers)
    return str(caught.value)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/normalized/anthropic/v1/messages?beta=true", ("anthropic", "/v1/messages?beta=true", None)),
        ("/@demo/normalized/groq/openai/v1/chat/completions", ("groq", "/openai/v1/chat/completions", "demo")),
        ("/normalized/v1/chat/completions", ("openai", "/v1/chat/completions", None)),
        ("/@demo/normalized/api/chat", ("ollama", "/api/chat", "demo")),
        ("/normalized/my-vllm", ("my-vllm", "/", None)),
        ("/normalized/openai/a%2Fb//%2e%2e?q=a+b?c&&key=%20", ("openai", "/a%2Fb//%2e%2e?q=a+b?c&&key=%20", None)),
    ],
)
def test_below_normalized_the_same_request_goes_up(target, expected):
    assert found(target) == expected
    assert ROUTES.find(target, GATEWAY).normalized


@pytest.mark.parametrize("target", ["/anthropic/v1/messages", "/v1/messages", "/openai/normalized/v1"])
def test_elsewhere_the_native_bytes_are_wanted(target):
    assert not ROUTES.find(target, GATEWAY).normalized
    assert formatted(target) == (target.removeprefix("/anthropic").removeprefix("/openai"), False, False)


@pytest.mark.parametrize("target", ["/normalized", "/normalized/", "/normalizedx/openai", "/normalized/@demo/openai"])
def test_normalized_alone_leads_nowhere(target):
    assert f"no upstream fits the path {target!r}" in refused(target)


def test_whoever_goes_wrong_below_normalized_is_told_base_urls_there():
    message = refused("/@demo/normalized/nowhere")
    assert "  openai      http://127.0.0.1:8077/normalized/openai/v1\n" in message
    assert message.endswith("with a cassette of its own: http://127.0.0.1:8077/@<cassette>/normalized/<name>...")


def test_below_normalized_too_a_doubled_v1_has_its_hint():
    assert "has /v1 twice" in refused("/normalized/v1/v1/messages")


def test_path_or_header_either_asks_for_it():
    assert formatted("/anthropic/v1/messages", x_tokentape_format="normalized") == ("/v1/messages", True, False)
    assert formatted("/normalized/v1/messages", x_tokentape_format="normalized") == ("/v1/messages", True, False)
    assert formatted("/v1/messages", x_tokentape_format="native") == ("/v1/messages", False, False)


@pytest.mark.parametrize(
    ("query", "goes_up", "raw"),
    [
        ("", "", False),
        ("?raw=all", "", True),
        ("?raw=all&beta=true", "?beta=true", True),
        ("?alt=sse&raw=all&key=%20+", "?alt=sse&key=%20+", True),
        ("?a=1&&raw=all&b", "?a=1&&b", True),
        ("?draw=all&rawness=1&a=raw=all", "?draw=all&rawness=1&a=raw=all", False),
    ],
)
def test_raw_is_ours_and_the_rest_of_the_query_is_the_providers(query, goes_up, raw):
    assert formatted(f"/normalized/v1/messages{query}") == (f"/v1/messages{goes_up}", True, raw)


def test_raw_can_be_asked_for_by_a_header_and_is_not_ours_where_native_bytes_are_wanted():
    assert formatted("/normalized/v1/messages", x_tokentape_raw="all") == ("/v1/messages", True, True)
    assert formatted("/v1/messages?raw=all") == ("/v1/messages?raw=all", False, False)
    assert formatted("/v1/messages?raw=all", x_tokentape_format="native") == ("/v1/messages?raw=all", False, False)


@pytest.mark.parametrize(
    ("target", "headers", "told"),
    [
        ("/v1/messages", {"x_tokentape_format": "sse"}, "x-tokentape-format: expected normalized or native; got 'sse'"),
        ("/normalized/v1/messages", {"x_tokentape_format": "native"}, "the path asks for the normalized format, and"),
        ("/normalized/v1/messages", {"x_tokentape_raw": "1"}, "x-tokentape-raw: expected all; got '1'"),
        ("/normalized/v1/messages?raw=1", {}, "the query's raw: expected raw=all, or no raw at all"),
        ("/normalized/v1/messages?raw", {}, "the query's raw: expected raw=all"),
        ("/v1/messages", {"x_tokentape_raw": "all"}, "x-tokentape-raw is for the normalized format; ask for that with"),
    ],
)
def test_what_makes_no_sense_is_said(target, headers, told):
    assert contradicted(target, **headers).startswith(told)


def test_who_reads_the_one_format_is_known_even_if_nothing_else_of_the_request_is_right():
    assert asks_for_normalized("/normalized/nowhere?x", {})
    assert asks_for_normalized("/@demo/normalized", {})
    assert asks_for_normalized("nonsense", BY_HEADER)
    assert not asks_for_normalized("/normalizednot/v1", {})
    assert not asks_for_normalized("/v1/messages", {"x-tokentape-format": "native"})
