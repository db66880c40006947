"""The comparison for programs: whole values, and only what JSON can say."""

import json
from dataclasses import replace

from gateway.tools.diff import diff_json
from tests.gateway.tools.diff.test_comparison import WEATHER, compared
from tests.gateway.tools.samples import interaction


def differences(one, two, part="request"):
    plain = json.loads(json.dumps(diff_json(compared([one], [two])), allow_nan=False))
    return plain["interactions"][0][part]


def test_everything_is_said():
    plain = diff_json(compared([interaction("a", "x")], [interaction("a", "x", tempo=2), interaction("b", "y")]))
    side = {"index": 0, "upstream": "anthropic", "method": "POST", "target": "/v1/messages"}
    assert plain["one"], plain["two"] == ("one", "two")
    assert plain["same"] is False
    assert plain["interactions"][0] == {
        "kind": "same",
        "moved": False,
        "one": {**side, "timing": {"ttft": 300.0, "end_at": 601_000, "chunks": 6}},
        "two": {**side, "timing": {"ttft": 600.0, "end_at": 1_201_000, "chunks": 6}},
        "request": [],
        "answer": [],
    }
    assert plain["interactions"][1]["kind"] == "added"
    assert "one" not in plain["interactions"][1]


def test_values_are_whole_and_what_is_missing_is_absent():
    long = "word " * 1000
    assert differences(interaction("a", "x", system=long, top_k=1), interaction("a", "x", system=long + "!", n=2)) == [
        {"path": "body.system", "one": long, "two": long + "!"},
        {"path": "body.top_k", "one": 1},
        {"path": "body.n", "two": 2},
    ]


def test_order_and_remarks():
    one, two = (interaction("a", "x", tools=[{"name": name} for name in names]) for names in ("tu", "ut"))
    (found,) = differences(one, two)
    assert found["order"] == [1, 0]
    (found,) = differences(interaction("a", "x", n=1), interaction("a", "x", n=1.0))
    assert "number" in found["remark"]


def test_a_tool_call_is_told_by_its_number():
    (found,) = differences(interaction("a", "x"), interaction("a", "x", WEATHER), "answer")
    assert found["two"]["id"] == "tool call 1"


def test_what_json_cannot_say_is_text():
    def with_body(body):
        return replace(interaction("a", "x"), request=replace(interaction("a", "x").request, body=body))

    (found,) = differences(with_body(b'{"n": 1e400}'), with_body(b'{"n": 1}'))
    assert (found["one"], found["two"]) == ("1e400", 1)
    (found,) = differences(with_body(b"\xff"), with_body(b"text"))
    assert (found["one"], found["two"]) == ({"base64": "/w=="}, "text")
