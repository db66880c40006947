"""An interaction as JSON: nothing is lost, and what is no interaction is refused."""

import copy
import json

import pytest
from hypothesis import given

from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.interaction_json import interaction_from, interaction_json
from tests.gateway.exchange.interactions import ANY, BROKEN, STREAM


@pytest.mark.parametrize("interaction", [STREAM, BROKEN])
def test_there_and_back(interaction):
    assert interaction_from(Cursor(interaction_json(interaction), "x")) == interaction


@given(ANY)
def test_whatever_can_be_stored_comes_back(interaction):
    back = interaction_from(Cursor(json.loads(json.dumps(interaction_json(interaction))), "x"))
    assert back == interaction
    assert {name: type(value) for name, value in back.facts.items()} == {
        name: type(value) for name, value in interaction.facts.items()
    }


def test_bytes_are_text_where_they_are_utf_8():
    chunks = interaction_json(STREAM)["chunks"]
    assert [chunk["data"] for chunk in chunks] == [
        {"base64": "ZXZlbnQ6IHBpbmcKZGF0YTogeyJhIjogIuS4"},
        {"base64": "liJ9Cgo="},
        {"base64": "/w=="},
    ]
    assert interaction_json(STREAM)["request"]["body"] == '{"stream": true}'


def test_what_show_adds_is_no_obstacle():
    shown = {"index": 3, **interaction_json(STREAM), "outcome": "ok"}
    assert interaction_from(Cursor(shown, "x")) == STREAM


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("request", 3, "request: expected an object; got 3"),
        ("request.upstream", None, "request.upstream: expected text; got None"),
        ("request.target", ["/"], "request.target: expected text; got a list of 1"),
        ("request.headers", {}, "request.headers: expected a list; got an object of 0"),
        ("request.headers", [["a"]], "request.headers[0]: expected a list of name and value; got a list of 1"),
        ("request.headers", [["a", 1]], "request.headers[0][1]: expected text; got 1"),
        ("request.body", {"base64": "?"}, "request.body.base64: expected base64; got '?'"),
        ("request.body", {"base64": "é"}, "request.body.base64: expected base64; got 'é'"),
        ("request.body", {"base65": ""}, "request.body: expected only base64; got 'base65'"),
        ("request.body", "\ud800", "request.body: expected text without halves of surrogate pairs; got '\\ud800'"),
        ("request.extra", 1, "request: expected only upstream, method, target, headers, body; got 'extra'"),
        ("response.status", "200", "response.status: expected a whole number; got '200'"),
        ("head_at", 1.5, "head_at: expected a whole number; got 1.5"),
        ("head_at", True, "head_at: expected a whole number; got True"),
        ("chunks", [{"at": 1}], "chunks[0].data: expected text; got nothing"),
        ("chunks", [7], "chunks[0]: expected an object; got 7"),
        (
            "end.kind",
            "done",
            "end.kind: expected one of complete, upstream_error, client_closed, gateway_closed; got 'done'",
        ),
        ("facts", [], "facts: expected an object; got a list of 0"),
        ("facts.a", 1.5, "facts.a: expected text, a whole number, true or false; got 1.5"),
        ("new", 1, "expected only request, response, head_at, chunks, end, facts, index, outcome; got 'new'"),
    ],
)
def test_what_is_no_interaction_is_refused_by_name(path, value, message):
    wrong = copy.deepcopy(interaction_json(STREAM))
    *parents, name = path.split(".")
    inner = wrong
    for parent in parents:
        inner = inner[parent]
    inner[name] = value
    with pytest.raises(Refused) as refused:
        interaction_from(Cursor(wrong, "line 2"))
    assert str(refused.value) == f"line 2: {message}"
