"""Gemini generateContent: conversations that the provider had or might have, told as events."""

import json

import pytest
from google.genai import types

from gateway.dialects.apis import api_of
from gateway.dialects.gemini.generate_content import GeminiGenerate
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.gateway.bodies import conversation
from tests.gateway.dialects.kinds import gemini_generate as kinds
from tests.gateway.dialects.kinds.gemini_generate import ERROR, HEAD, HELLO, KINDS, USAGE, frame
from tests.gateway.dialects.telling import document, only, told
from tests.gateway.stream_rules import broken, problems

STOP = frame(finishReason="STOP")
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "No."}, **HEAD}


def outcome(events):
    return only(events, "stream.end")[0]["outcome"]


@pytest.mark.parametrize("values", KINDS.values(), ids=KINDS)
def test_every_kind_keeps_the_rules_and_can_be_read(values):
    interaction = conversation(kinds, values)
    assert broken(interaction) == []
    assert problems(read(interaction)) == []


def test_every_block_reason_has_its_kind():
    labels = {label.removeprefix("promptFeedback.blockReason ") for label in KINDS}
    assert {reason.value for reason in types.BlockedReason} <= labels


def test_every_field_of_the_usage_is_counted_or_kept():
    model = types.GenerateContentResponseUsageMetadata
    assert {field.alias or name for name, field in model.model_fields.items()} == USAGE.keys()


@pytest.mark.parametrize(
    "path",
    [
        "/v1beta/models/gemini-3-flash:streamGenerateContent",
        "/v1/models/gemini-3-flash:generateContent",
        "/v1beta1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent",
        "/v1beta/tunedModels/mine:generateContent",
    ],
)
def test_is_found_by_its_path(path):
    assert api_of(path) is GeminiGenerate


def test_a_stream_from_its_start_to_its_end():
    usage = {"promptTokenCount": 4, "candidatesTokenCount": 2, "totalTokenCount": 6}
    values = (
        frame({"text": "Hel"}),
        {**frame({"text": "lo"}), "usageMetadata": usage},
        {**frame({"text": ""}, finishReason="STOP"), "usageMetadata": usage},
    )
    assert told(kinds, *values) == [
        {"type": "message.start", "choice": 0, "role": "model", "id": "r-1", "model": "gemini-3-flash"},
        {"type": "block.start", "index": 0, "kind": "text"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Hel"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "lo"},
        {"type": "usage", "input": 4, "output": 2, "total": 6, "provider": usage},
        {"type": "provider", "name": "GenerateContentResponse"},
        {"type": "block.stop", "index": 0, "synthesized": True},
        {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "STOP"},
        {
            "type": "stream.end",
            "outcome": "complete",
            "frames": 3,
            "bytes": sum(len(json.dumps(value)) + len("data: \n\n") for value in values),
            "ttft": 100.0,
        },
    ]


def test_an_answer_in_one_piece_says_what_its_stream_would_have():
    whole = {**frame({"text": "Hello"}, finishReason="STOP"), "usageMetadata": USAGE}
    assert document(kinds, whole)[:-1] == told(kinds, whole)[:-1]


def test_a_stream_in_the_form_of_an_array_says_the_same():
    values = [HELLO, frame(kinds.PARTS["functionCall"]), {**STOP, "usageMetadata": USAGE}]
    body = json.dumps(values, indent=2).encode()
    response = Response(200, (("content-type", "application/json; charset=UTF-8"),))
    request = Request("gemini", "POST", kinds.PATH)
    array = read(Interaction(request, response, 1000, (Chunk(2000, body),), COMPLETE, 3000))
    stream = read(conversation(kinds, values))
    assert [event.type for event in array] == [event.type for event in stream]


class TestCandidates:
    def test_may_come_side_by_side(self):
        def both(*texts, **fields):
            parts = [{"content": {"parts": [{"text": text}]}, "index": index} for index, text in enumerate(texts)]
            return {"candidates": [{**candidate, **fields} for candidate in parts], **HEAD}

        events = told(kinds, both("A", "B"), both("a", "b", finishReason="STOP"))
        assert [start["choice"] for start in only(events, "message.start", "message.stop")] == [0, 1, 0, 1]
        assert [(delta["index"], delta["text"]) for delta in only(events, "block.delta")] == [
            (0, "A"),
            (1, "B"),
            (0, "a"),
            (1, "b"),
        ]

    def test_each_need_their_reason(self):
        second = {**HELLO["candidates"][0], "index": 1}
        assert outcome(told(kinds, HELLO, {"candidates": [second]}, STOP)) == "truncated"

    def test_without_an_index_are_the_first(self):
        events = told(kinds, {"candidates": [{"content": {"parts": [{"text": "A"}]}, "finishReason": "STOP"}]})
        assert only(events, "message.start") == [{"choice": 0}]
        assert outcome(events) == "complete"


class TestTheEnd:
    def test_is_not_there_without_a_reason(self):
        events = told(kinds, HELLO)
        assert only(events, "message.stop") == []
        assert only(events, "stream.error")[0]["kind"] == "ended_early"

    def test_is_not_there_if_the_connection_is_lost_after_the_reason(self):
        events = told(kinds, HELLO, STOP, end=End("upstream_error", "reset"))
        assert only(events, "message.stop") == []
        assert outcome(events) == "truncated"

    def test_is_not_there_if_nothing_came(self):
        assert outcome(told(kinds)) == "truncated"
        assert outcome(told(kinds, {"candidates": None, "usageMetadata": None, **HEAD})) == "truncated"


class TestAPromptThatIsBlocked:
    def test_is_answered_with_nothing_and_a_reason(self):
        assert told(kinds, BLOCKED)[:2] == [
            {"type": "message.start", "choice": 0, "id": "r-1", "model": "gemini-3-flash"},
            {
                "type": "message.stop",
                "choice": 0,
                "reason": "content_filter",
                "provider_reason": "SAFETY",
                "details": {"blockReasonMessage": "No."},
            },
        ]
        assert outcome(told(kinds, BLOCKED)) == "complete"

    def test_may_be_said_to_be_twice(self):
        events = told(kinds, BLOCKED, {**BLOCKED, "responseId": "r-2"})
        assert {"name": "response", "data": {"responseId": "r-2"}} in only(events, "provider")
        assert len(only(events, "message.stop")) == 1

    def test_may_have_been_answered_in_part(self):
        events = told(kinds, HELLO, BLOCKED)
        assert [stop["reason"] for stop in only(events, "message.stop")] == ["content_filter"]


class TestUsage:
    def test_adds_up_to_the_total(self):
        [usage] = only(told(kinds, {**STOP, "usageMetadata": USAGE}), "usage")
        assert usage == {
            "input": 427 + 771,
            "output": 122 + 447,
            "total": 1767,
            "cache_read": 300,
            "reasoning": 447,
            "provider": USAGE,
        }

    def test_that_is_not_there_is_not_zero(self):
        [usage] = only(told(kinds, {**STOP, "usageMetadata": {"promptTokenCount": 7}}), "usage")
        assert usage == {"input": 7, "provider": {"promptTokenCount": 7}}

    def test_may_come_before_any_candidate(self):
        events = told(kinds, {"usageMetadata": {"promptTokenCount": 7}, **HEAD}, HELLO, STOP)
        assert [event["type"] for event in events[:3]] == ["usage", "provider", "message.start"]
        assert outcome(events) == "complete"

    def test_is_never_added_up_over_frames(self):
        counts = [{"promptTokenCount": 7, "candidatesTokenCount": count} for count in (1, 5, 9)]
        events = told(kinds, *({**HELLO, "usageMetadata": count} for count in counts), STOP)
        assert [usage["output"] for usage in only(events, "usage")] == [1, 5, 9]


class TestAnError:
    def test_ends_the_stream_with_its_blocks_open(self):
        events = told(kinds, HELLO, ERROR)
        assert only(events, "stream.error") == [
            {
                "source": "provider",
                "kind": "UNAVAILABLE",
                "message": "The model is overloaded.",
                "status": 503,
                "provider": ERROR,
            }
        ]
        assert only(events, "block.stop", "message.stop") == []
        assert outcome(events) == "error"

    def test_needs_not_be_the_first_field(self):
        late = {"responseId": "r-1", **ERROR}
        assert only(told(kinds, HELLO, late), "stream.error")[0]["kind"] == "UNAVAILABLE"

    def test_in_an_answer_of_one_piece_is_one(self):
        assert only(document(kinds, ERROR), "stream.error")[0]["message"] == "The model is overloaded."

    def test_without_an_object_is_one(self):
        assert only(told(kinds, {"error": "overloaded"}), "stream.error")[0]["message"] == "overloaded"


def test_a_frame_of_another_shape_is_reported_and_reading_goes_on():
    events = told(kinds, HELLO, {"candidates": [7]}, STOP)
    [strange] = [event for event in only(events, "provider") if "problem" in event]
    assert strange["data"] == {"candidates": [7]}
    assert outcome(events) == "complete"


def test_an_id_that_changes_is_said():
    events = told(kinds, HELLO, {**STOP, "responseId": "r-2"})
    assert {"name": "response", "data": {"responseId": "r-2"}} in only(events, "provider")
