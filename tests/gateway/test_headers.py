"""Which headers travel: everything end to end, nothing of the hop, and to each provider its own key only."""

import pytest

from gateway.headers import CREDENTIALS, request_headers, response_headers

NONE = frozenset()


def names(headers):
    return [name.lower() for name, _ in headers]


@pytest.mark.parametrize(
    "name",
    [
        "anthropic-beta",
        "openai-organization",
        "openai-project",
        "idempotency-key",
        "traceparent",
        "user-agent",
        "content-type",
        "X-Stainless-Retry-Count",
    ],
)
def test_end_to_end_headers_go_up_as_they_are(name):
    assert request_headers([(name.encode(), b"a, b")], NONE) == ((name, "a, b"),)


@pytest.mark.parametrize(
    "name",
    [
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Proxy-Authorization",
        "Host",
        "Content-Length",
        "Accept-Encoding",
        "Expect",
        "Cookie",
        "X-Tokentape-Cassette",
    ],
)
def test_what_belongs_to_the_hop_to_framing_or_to_us_does_not(name):
    assert request_headers([(name.encode(), b"x"), (b"x-kept", b"y")], CREDENTIALS) == (("x-kept", "y"),)


def test_each_upstream_is_sent_its_own_credentials_only():
    raw = [(name.encode(), b"key") for name in sorted(CREDENTIALS)]
    assert names(request_headers(raw, frozenset({"x-api-key", "authorization"}))) == ["authorization", "x-api-key"]
    assert request_headers(raw, NONE) == ()


def test_what_connection_names_is_of_the_hop_but_it_cannot_take_the_framing_away():
    raw = [(b"Connection", b"close, X-Hop"), (b"x-hop", b"1"), (b"content-length", b"5"), (b"content-type", b"t")]
    assert names(response_headers(raw)) == ["content-length", "content-type"]
    assert names(request_headers([*raw, (b"connection", b"x-other"), (b"X-Other", b"2")], NONE)) == ["content-type"]


@pytest.mark.parametrize(
    "name", ["retry-after", "retry-after-ms", "x-should-retry", "request-id", "set-cookie", "content-encoding", "Date"]
)
def test_the_upstreams_headers_go_to_the_client(name):
    assert response_headers([(name.encode(), b"1")]) == ((name, "1"),)


def test_repeated_headers_keep_their_order_spelling_and_bytes():
    raw = [(b"Set-Cookie", b"a=1"), (b"X", b"\xff\xe9"), (b"set-cookie", b"b=2")]
    kept = response_headers(raw)
    assert [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept] == raw
