"""Events as JSON and as Server-Sent Events."""

from dataclasses import FrozenInstanceError

import pytest

from gateway.events import BlockDelta, BlockStart, Ping, Provider, bears_tokens, event_json, event_sse


def test_a_field_with_nothing_to_say_is_absent():
    block = BlockStart(seq=3, t=12.5, src=2, index=0, kind="text")
    assert event_json(block) == {"type": "block.start", "seq": 3, "t": 12.5, "src": 2, "index": 0, "kind": "text"}


def test_zero_false_and_empty_say_something():
    event = Provider(seq=0, t=0.0, src=0, name="", data={"a": None, "b": [], "c": 0})
    assert event_json(event)["data"] == {"a": None, "b": [], "c": 0}
    assert event_json(event)["t"] == 0.0
    assert event_json(Provider(seq=0, t=0.0, name="n", data=False))["data"] is False


def test_a_deltas_payload_stands_beside_its_kind():
    delta = BlockDelta(seq=1, t=1.0, index=0, kind="json_patch", payload={"path": "$.a", "value": None, "more": True})
    assert list(event_json(delta)) == ["type", "seq", "t", "index", "kind", "path", "value", "more"]


@pytest.mark.parametrize(
    ("block", "delta", "payload", "bears"),
    [
        ("text", "text", {"text": " "}, True),
        ("thinking", "text", {"text": "a"}, True),
        ("refusal", "text", {"text": "a"}, True),
        ("tool_call", "json", {"text": "{"}, True),
        ("tool_call", "text", {"text": "print()"}, True),
        ("tool_call", "json_patch", {"path": "$.a", "value": "", "more": True}, True),
        ("text", "text", {"text": ""}, False),
        ("tool_result", "text", {"text": "a"}, False),
        ("other", "text", {"text": "a"}, False),
        ("audio", "transcript", {"text": "a"}, False),
        ("image", "data", {"base64": "AAE="}, False),
        ("thinking", "signature", {"value": "a"}, False),
        ("text", "citation", {"citation": {"text": "a"}}, False),
    ],
)
def test_a_token_is_what_the_model_wrote_to_be_read(block, delta, payload, bears):
    assert bears_tokens(block, delta, payload) is bears


def test_raw_stands_last():
    event = Provider(seq=0, t=0.0, src=0, raw={"event": None, "data": "{}"}, name="n", data={})
    assert list(event_json(event))[-1] == "raw"


def test_an_event_is_two_lines_of_utf8_and_an_empty_one():
    event = Provider(seq=0, t=1.5, src=0, name="é", data={"a": "\n\u2028😀"})
    assert (
        event_sse(event)
        == (
            "event: provider\n"
            'data: {"type":"provider","seq":0,"t":1.5,"src":0,"name":"é","data":{"a":"\\n\u2028😀"}}\n\n'
        ).encode()
    )


def test_half_of_a_surrogate_pair_is_written_as_an_escape():
    event = Provider(seq=0, t=1.5, name="n", data="é\ud83d")
    assert event_sse(event).splitlines()[1].endswith(rb'"data":"\u00e9\ud83d"}')


def test_events_are_values():
    assert Ping(seq=0, t=1.0) == Ping(seq=0, t=1.0)
    with pytest.raises(FrozenInstanceError):
        Ping(seq=0, t=1.0).seq = 1
