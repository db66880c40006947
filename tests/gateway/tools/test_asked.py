"""Requests as people have them at hand: from `show --json`, from HTTP, or only a body."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.cursor import Refused
from gateway.exchange.interaction_json import interaction_json
from gateway.tools.asked import Incomplete, Partial, completed, overridden, partial_from
from recorder.interaction import Request
from tests.recorder.interactions import STREAM

BODY = b'{"model":"m","target":"x"}'


@pytest.mark.parametrize(
    ("data", "partial"),
    [
        (BODY, Partial(body=BODY)),
        (b"", Partial(body=b"")),
        (b"\xff\x00", Partial(body=b"\xff\x00")),
        (b"POST the letter\n\n", Partial(body=b"POST the letter\n\n")),
        (
            b"POST /v1/chat?a=1 HTTP/1.1\r\nContent-Type: application/json\r\nx:\r\n\r\n" + BODY,
            Partial(None, "POST", "/v1/chat?a=1", (("Content-Type", "application/json"), ("x", "")), BODY),
        ),
        (b"GET /v1/models\n", Partial(None, "GET", "/v1/models")),
        (b"POST /v1/chat\n\n{}\n", Partial(None, "POST", "/v1/chat", (), b"{}\n")),
        (
            b'{"method":"POST","target":"/v1/chat","body":{"base64":"/w=="},"headers":[["a","b"]]}',
            Partial(None, "POST", "/v1/chat", (("a", "b"),), b"\xff"),
        ),
        (b'{"method":"GET","target":"/","upstream":"acme"}', Partial("acme", "GET", "/")),
    ],
)
def test_what_a_file_says(data, partial):
    assert partial_from(data, "file") == partial


def test_what_show_prints_is_understood_whole_or_in_part():
    shown = interaction_json(STREAM)
    for value in (shown, shown["request"]):
        assert completed(partial_from(json.dumps(value).encode(), "file"), []) == STREAM.request


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"method":1,"target":"/"}', "ask.json: method: expected text; got 1"),
        (b'{"method":"GET","target":"/","headers":[["a"]]}', "ask.json: headers[0]: expected a list of name and value"),
        (b'{"method":"GET","target":"/","url":"x"}', "ask.json: expected only upstream, method, target, headers, body"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(data, message):
    with pytest.raises(Refused) as refused:
        partial_from(data, "ask.json")
    assert str(refused.value).startswith(message)


def ask(upstream="acme", method="POST", target="/v1/chat"):
    return Request(upstream, method, target)


def test_what_is_missing_is_what_all_have_in_common():
    assert completed(Partial(body=BODY), [ask(), ask()]) == Request("acme", "POST", "/v1/chat", (), BODY)
    several = [ask(), ask("apex", "GET", "/v1/models")]
    assert completed(overridden(Partial(), "apex", None, None), several) == ask("apex", "GET", "/v1/models")
    assert completed(overridden(Partial(), "acme", None, "/v2"), several) == ask("acme", "POST", "/v2")


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ([], "the request says no upstream; expected --upstream, since the cassette is empty"),
        (
            [ask(), ask("apex")],
            "the request says no upstream; expected --upstream, since the cassette has acme, apex",
        ),
        (
            [ask(), ask(target="/v2")],
            "the request says no path; expected --path, since the cassette has /v1/chat, /v2",
        ),
        (
            [ask(), ask(method="GET")],
            "the request says no method; expected --method, since the cassette has GET, POST",
        ),
    ],
)
def test_what_is_missing_and_not_common_is_asked_for(stored, message):
    with pytest.raises(Incomplete) as missing:
        completed(Partial(), stored)
    assert str(missing.value) == message


def test_flags_count_more_than_the_file():
    assert overridden(Partial("a", "GET", "/"), None, "PUT", None) == Partial("a", "PUT", "/")


@given(st.binary())
def test_no_bytes_are_an_error(data):
    assert partial_from(data, "file").body in (data, data[-len(data) :], b"")
