"""Cohere's chat, version 2: conversations that it had or might have, told as events."""

from typing import get_args

import pytest
from cohere.types import ChatFinishReason, CitationType
from cohere.v2.types import V2ChatStreamResponse

from gateway.dialects.apis import api_of
from gateway.dialects.cohere.chat import REASONS
from recorder.interaction import End
from tests.gateway.dialects.bedrock.conversation import named, of_document, of_sse
from tests.gateway.dialects.kinds.cohere_chat import (
    DOCUMENT,
    KINDS,
    LOGPROBS,
    PATH,
    PLAN,
    START,
    TEXT,
    THINKING,
    TOOL,
    USAGE,
    argues,
    begins,
    calls,
    cites,
    ends,
    more,
    over,
    says,
)


def told(*values, **how):
    return of_sse(PATH, *values, **how)


class TestAConversation:
    def test_that_thinks_and_answers_with_a_citation(self):
        assert told(
            START,
            THINKING,
            more(thinking="A greeting."),
            over(),
            begins("text", 1, text=""),
            more(1, text="Hello"),
            cites("TEXT_CONTENT", DOCUMENT, content_index=1),
            says("citation-end", 0),
            more(1, text=" there"),
            over(1),
            ends("COMPLETE", usage=USAGE),
        ) == [
            {"type": "message.start", "choice": 0, "role": "assistant", "id": START["id"]},
            {"type": "block.start", "index": 0, "kind": "thinking"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "A greeting."},
            {"type": "block.stop", "index": 0},
            {"type": "block.start", "index": 1, "kind": "text"},
            {"type": "block.delta", "index": 1, "kind": "text", "text": "Hello"},
            {
                "type": "block.delta",
                "index": 1,
                "kind": "citation",
                "citation": {
                    "text": "Hello",
                    "start": 0,
                    "end": 5,
                    "provider": {"sources": [DOCUMENT], "type": "TEXT_CONTENT", "content_index": 1},
                },
            },
            {"type": "provider", "name": "citation-end"},
            {"type": "block.delta", "index": 1, "kind": "text", "text": " there"},
            {"type": "block.stop", "index": 1},
            {
                "type": "usage",
                "input": 502,
                "output": 11,
                "cache_read": 480,
                "reasoning": 4,
                "provider": USAGE,
            },
            {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "COMPLETE"},
            {"type": "stream.end", "outcome": "complete"},
        ]

    def test_that_plans_and_calls_two_tools_whose_arguments_interleave(self):
        events = told(
            START,
            PLAN,
            calls(0, name="look", arguments=""),
            calls(1, name="listen", arguments=""),
            argues('{"at"', 0),
            argues('{"to"', 1),
            argues(': "sky"}', 0),
            argues(': "sea"}', 1),
            says("tool-call-end", 0),
            says("tool-call-end", 1),
            ends("TOOL_CALL"),
        )

        assert [start.get("name") for start in named(events, "block.start")] == [None, "look", "listen"]
        assert named(events, "block.start")[0] == {"index": 0, "kind": "thinking", "provider_type": "tool_plan"}
        assert [(delta["index"], delta["text"]) for delta in named(events, "block.delta")] == [
            (0, "I will look."),
            (1, '{"at"'),
            (2, '{"to"'),
            (1, ': "sky"}'),
            (2, ': "sea"}'),
        ]
        assert named(events, "block.stop") == [{"index": 0, "synthesized": True}, {"index": 1}, {"index": 2}]
        assert named(events, "message.stop")[0]["reason"] == "tool_calls"

    def test_whose_first_words_stand_in_the_start_of_the_content(self):
        events = told(START, begins("text", text=" I'"), more(text="m here"), over(), ends("COMPLETE"))
        assert "".join(delta["text"] for delta in named(events, "block.delta")) == " I'm here"

    def test_with_a_tool_that_takes_no_arguments(self):
        events = told(START, calls(name="look", arguments=""), argues(""), says("tool-call-end", 0), ends("TOOL_CALL"))
        assert named(events, "block.delta") == []
        assert named(events, "provider") == [{"name": "tool-call-delta"}]

    def test_that_ends_without_done(self):
        assert told(START, ends("COMPLETE"))[-1]["outcome"] == "complete"

    def test_that_was_cut_off(self):
        assert [event["type"] for event in told(START, TEXT, more(text="Hel"))][-2:] == ["stream.error", "stream.end"]
        assert told(START, TEXT, end=End("upstream_error", "reset"))[-1]["outcome"] == "truncated"

    def test_that_names_nothing_that_is_new_in_its_start_but_what_is_filled(self):
        filled = says("message-start", role="assistant", content=[], tool_plan="I will", tool_calls=[])
        assert named(told(filled), "provider") == [{"name": "message-start", "data": {"tool_plan": "I will"}}]

    def test_with_a_field_that_stands_in_two_places_tells_both(self):
        delta = {"message": {"role": "assistant", "note": "inner"}}
        [inner, outer] = named(told({**START, "delta": delta, "note": "outer"}), "provider")
        assert (inner["data"], outer["data"]) == ({"note": "inner"}, {"note": "outer"})


class TestACitation:
    def test_of_the_plan_belongs_to_the_plan(self):
        [_, delta] = named(told(START, PLAN, cites("PLAN", TOOL)), "block.delta")
        assert (delta["index"], delta["kind"]) == (0, "citation")

    def test_without_a_block_belongs_to_the_latest(self):
        events = told(START, THINKING, over(), begins("text", 1, text="Hello"), cites("TEXT_CONTENT", TOOL))
        assert named(events, "block.delta")[-1]["index"] == 1

    @pytest.mark.parametrize("kind", ["TEXT_CONTENT", "PLAN"])
    def test_that_comes_when_its_block_is_done_is_passed_on(self, kind):
        events = told(START, begins("text", text="Hello"), over(), cites(kind, TOOL))
        [passed] = named(events, "provider")
        assert passed["data"]["sources"] == [TOOL]


class TestAnError:
    def test_says_why(self):
        events = told(START, TEXT, more(text="Hel"), ends("ERROR", error="The model is not there.", usage=USAGE))
        [error] = named(events, "stream.error")

        assert (error["source"], error["kind"]) == ("provider", "ERROR")
        assert error["message"] == "The model is not there."
        assert named(events, "usage")[0]["output"] == 11
        assert named(events, "block.stop", "message.stop") == []
        assert events[-1]["outcome"] == "error"

    def test_needs_no_message(self):
        [error] = named(told(START, ends("ERROR")), "stream.error")
        assert error["message"] == "the provider gave no message"


class TestUsage:
    def test_is_what_was_billed_if_nothing_else_is_said(self):
        [usage] = named(told(START, ends("COMPLETE", usage={"billed_units": USAGE["billed_units"]})), "usage")
        assert (usage["input"], usage["output"]) == (5, 9)

    @pytest.mark.parametrize("usage", [None, {}])
    def test_is_not_made_up(self, usage):
        assert named(told(START, ends("COMPLETE", usage=usage)), "usage") == []


class TestADocument:
    def test_is_folded_into_the_events_of_its_stream(self):
        message = {
            "role": "assistant",
            "tool_plan": "I will look.",
            "content": [{"type": "thinking", "thinking": "A greeting."}, {"type": "text", "text": "Hello"}],
            "citations": [{"start": 0, "end": 5, "text": "Hello", "sources": [TOOL], "content_index": 1}],
            "tool_calls": [
                {"id": "look_1", "type": "function", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
            ],
        }
        body = {
            "id": "chat_1",
            "message": message,
            "finish_reason": "TOOL_CALL",
            "usage": USAGE,
            "logprobs": [LOGPROBS],
        }
        events = of_document(PATH, body)

        assert [start["kind"] for start in named(events, "block.start")] == [
            "thinking",
            "thinking",
            "text",
            "tool_call",
        ]
        assert [delta["kind"] for delta in named(events, "block.delta")] == [
            "text",
            "text",
            "text",
            "citation",
            "json",
            "logprobs",
        ]
        assert named(events, "message.stop") == [
            {"choice": 0, "reason": "tool_calls", "provider_reason": "TOOL_CALL"},
        ]
        assert named(events, "usage")[0]["input"] == 502
        assert events[-1]["outcome"] == "complete"

    def test_without_content(self):
        events = of_document(PATH, {"id": "chat_1", "message": {"role": "assistant", "content": None}})
        assert named(events, "message.stop") == [{"choice": 0, "reason": "other"}]

    def test_with_probabilities_of_no_content(self):
        events = of_document(PATH, {"id": "chat_1", "message": {"content": []}, "logprobs": [LOGPROBS]})
        assert named(events, "provider") == [{"name": "response", "data": {"logprobs": [LOGPROBS]}}]


class TestEveryKindOfTheSdkHasItsStream:
    def test_of_the_events(self):
        models = get_args(get_args(V2ChatStreamResponse)[0])
        types = {get_args(model.model_fields["type"].annotation)[0] for model in models}
        assert len(types) == 12
        assert {kind for kind in types if not any(label.startswith(kind) for label in KINDS)} == set()

    def test_of_the_finish_reasons(self):
        words = set(get_args(get_args(ChatFinishReason)[0]))
        assert {f"finish_reason {word}" for word in words} <= KINDS.keys()
        assert words - {"ERROR"} <= REASONS.keys()

    def test_of_the_citations(self):
        words = get_args(get_args(CitationType)[0])
        assert all(any(label.startswith(f"citation-start / {word}") for label in KINDS) for word in words)


@pytest.mark.parametrize("path", ["/v2/chat", "/cohere/v2/chat"])
def test_its_paths(path):
    assert api_of(path).name == "cohere.chat"
