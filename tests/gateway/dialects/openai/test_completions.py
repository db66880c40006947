"""Text completions: text by text, and no roles."""

import typing

from openai.types.completion_choice import CompletionChoice

from tests.gateway.dialects.kinds.openai_completions import HEAD, KINDS, LOGPROBS, PATH, text
from tests.gateway.dialects.openai.conversation import DONE, named, told, told_of_document


def test_every_finish_reason_of_the_sdk_is_among_the_kinds():
    reasons = typing.get_args(CompletionChoice.model_fields["finish_reason"].annotation)
    assert {f"finish_reason {reason}" for reason in reasons} <= KINDS.keys()


def test_a_stream():
    events = told(text("  is"), text("", logprobs=LOGPROBS), text("", "length"), DONE, path=PATH)

    assert events == [
        {"type": "message.start", "choice": 0, "id": "cmpl-1", "model": "gpt-3.5-turbo-instruct"},
        {"type": "block.start", "index": 0, "kind": "text"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "  is"},
        {"type": "block.delta", "index": 0, "kind": "logprobs", "logprobs": LOGPROBS},
        {"type": "block.stop", "index": 0, "synthesized": True},
        {"type": "message.stop", "choice": 0, "reason": "length", "provider_reason": "length"},
        {"type": "stream.end", "outcome": "complete"},
    ]


def test_several_choices_in_one_piece():
    choices = [*text(" a", "stop")["choices"], *text(" b", "stop", index=1)["choices"]]
    events = told_of_document({**HEAD, "choices": choices}, path=PATH)

    assert [event["text"] for event in named(events, "block.delta")] == [" a", " b"]
    assert [event["choice"] for event in named(events, "message.stop")] == [0, 1]


def test_writers_stream_has_no_word_for_its_end():
    events = told({"value": "Sure"}, {"value": ", here"}, path=PATH)

    assert [event["text"] for event in named(events, "block.delta")] == ["Sure", ", here"]
    assert events[-1]["outcome"] == "truncated"
