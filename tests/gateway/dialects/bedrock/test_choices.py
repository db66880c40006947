"""Models that speak OpenAI's way on Bedrock; their whole streams are in test_bedrock_invoke.py."""

import pytest

from gateway.dialects.bedrock.choices import ChatChoices, TextChoices, choices_of
from gateway.dialects.composer import Composer
from gateway.events import event_json
from gateway.wire import Frame


def told(*values):
    out = Composer()
    api = choices_of(values[0])(out)
    for value in values:
        api.frame(Frame(0, 0, 0, 0, "data"), value)
    api.end()
    return [event_json(event) for event in out.take()]


@pytest.mark.parametrize(
    ("choice", "model"),
    [({"message": {}}, ChatChoices), ({"delta": {}}, ChatChoices), ({"text": "Hi"}, TextChoices)],
)
def test_a_text_tells_them_apart(choice, model):
    assert choices_of({"choices": [choice]}) is model


def test_stop_reason_is_why_it_ends():
    events = told(
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "stop_reason": None}]},
        {"choices": [{"index": 0, "message": {"content": ""}, "stop_reason": "length"}]},
    )
    assert [(event["reason"], event["provider_reason"]) for event in events if event["type"] == "message.stop"] == [
        ("length", "length")
    ]
    assert "provider" not in [event["type"] for event in events]


def test_beside_a_finish_reason_it_is_a_stop_sequence():
    """As vLLM has it."""
    events = told({"choices": [{"text": "Hi", "finish_reason": "stop", "stop_reason": "\n"}]})
    [stop] = [event for event in events if event["type"] == "message.stop"]
    assert (stop["provider_reason"], stop["stop_sequence"]) == ("stop", "\n")


def test_mistrals_tool_calls():
    call = {"id": "call_1", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
    events = told({"choices": [{"message": {"content": "", "tool_calls": [call]}, "stop_reason": "tool_calls"}]})
    [start] = [event for event in events if event["type"] == "block.start"]
    assert (start["kind"], start["name"]) == ("tool_call", "look")


def test_without_a_reason_it_is_not_whole():
    assert "message.stop" not in [event["type"] for event in told({"choices": [{"text": "Hi", "stop_reason": None}]})]
