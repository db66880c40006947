"""What two recordings of the same have in common, and what makes them differ."""

import gzip
from dataclasses import replace

import pytest

from gateway.tools.said import answer_of, request_of
from recorder.canonical import CallId, Number
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.matching import Matcher
from tests.gateway.tools.samples import interaction

WEATHER = ("weather", {"city": "Paris", "id": 7})


def test_ids_and_times_do_not_count():
    one = interaction("hi", "hello", WEATHER, WEATHER)
    two = interaction("hi", "hello", WEATHER, WEATHER, tempo=3, tag="other", recorded="2027-01-01")
    assert answer_of(one) == answer_of(two)


def test_what_was_said():
    assert answer_of(interaction("hi", "hello", WEATHER, stop="tool_use")) == {
        "status": Number(200),
        "headers": {"content-type": "text/event-stream"},
        "choices": [
            {
                "role": "assistant",
                "model": "sim",
                "blocks": [
                    {"kind": "text", "text": "hello"},
                    {
                        "kind": "tool_call",
                        "name": "weather",
                        "by": "client",
                        "provider_type": "tool_use",
                        "id": CallId(0),
                        "arguments": {"city": "Paris", "id": Number("7")},
                    },
                ],
                "reason": "tool_calls",
                "provider_reason": "tool_use",
            }
        ],
        "usage": {"output": Number("5")},
        "outcome": "complete",
    }


@pytest.mark.parametrize(
    "other",
    [
        interaction("hi", "hullo"),
        interaction("hi", "hello", WEATHER),
        interaction("hi", "hello", status=201),
        replace(interaction("hi", "hello"), chunks=interaction("hi", "hello").chunks[:-2]),
    ],
    ids=["text", "call", "status", "cut"],
)
def test_what_counts(other):
    assert answer_of(interaction("hi", "hello")) != answer_of(other)


def plain(kind, body):
    request = Request("openai", "GET", "/v1/models")
    return Interaction(request, Response(200, (("Content-Type", kind),)), 1, (Chunk(1, body),), COMPLETE, 2)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", b'{"data": [1.0]}', {"data": [Number("1.0")]}),
        ("image/png", b"\x89PNG", b"\x89PNG"),
    ],
)
def test_an_answer_in_which_nobody_speaks_is_its_body(kind, body, expected):
    assert answer_of(plain(kind, body)) == {
        "status": Number(200),
        "headers": {"content-type": kind},
        "body": expected,
        "outcome": "complete",
    }


@pytest.mark.parametrize(
    ("coding", "stored", "expected"),
    [
        ("gzip", gzip.compress(b'{"data": []}'), {"data": []}),
        ("gzip", b'{"data": []}', {"data": []}),
        ("br", b"\x0b", b"\x0b"),
    ],
    ids=["gzip", "it is not", "unknown"],
)
def test_a_compressed_body_is_read(coding, stored, expected):
    reply = replace(plain("application/json", stored), response=Response(200, (("Content-Encoding", coding),)))
    assert answer_of(reply)["body"] == expected


def test_a_bomb_does_not_go_off():
    bomb = gzip.compress(b"0" * (20 << 20), 1)
    reply = replace(plain("text/plain", bomb), response=Response(200, (("Content-Encoding", "gzip"),)))
    assert len(answer_of(reply)["body"]) == 16 << 20


def test_versions_and_betas_of_the_api_count_and_the_sdk_does_not():
    names = ("Anthropic-Beta", "anthropic-version", "x-stainless-package-version", "user-agent")
    request = Request("anthropic", "POST", "/v1/messages?key=1&a=2", tuple((name, "1") for name in names), b"{}")
    tree = request_of(request, Matcher(ignore=("id",)))
    assert list(tree["headers"]) == ["anthropic-beta", "anthropic-version"]
    assert tree["query"] == {"a": "2"}
