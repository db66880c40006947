"""Cohere's first chat API: conversations that it had or might have, told as events."""

from typing import get_args

import pytest
from cohere.types import ChatStreamEndEventFinishReason, StreamedChatResponse

from gateway.dialects.apis import api_of
from tests.gateway.dialects.bedrock.conversation import named, of_document, of_lines
from tests.gateway.dialects.kinds.cohere_v1 import (
    CALL,
    CHUNKS,
    CITATION,
    KINDS,
    META,
    PATH,
    START,
    ends,
    line,
    text,
)


def told(*values):
    return of_lines(PATH, *values)


def joined(events):
    return "".join(delta["text"] for delta in named(events, "block.delta") if delta["kind"] == "text")


class TestAChat:
    def test_from_its_start_to_its_end(self):
        assert told(START, text("Hel"), text("lo"), ends(text="Hello", meta=META)) == [
            {"type": "message.start", "choice": 0, "id": "generation_1"},
            {"type": "block.start", "index": 0, "kind": "text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hel"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "lo"},
            {"type": "provider", "name": "response", "data": {"response_id": "response_1"}},
            {
                "type": "usage",
                "input": 206,
                "output": 3,
                "provider": {"billed_units": META["billed_units"], "tokens": META["tokens"]},
            },
            {
                "type": "provider",
                "name": "meta",
                "data": {"api_version": {"version": "1"}, "warnings": ["this API is old"]},
            },
            {"type": "block.stop", "index": 0, "synthesized": True},
            {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "COMPLETE"},
            {"type": "stream.end", "outcome": "complete"},
        ]

    def test_whose_end_has_words_that_were_never_streamed(self):
        assert joined(told(START, text("Hel"), ends(text="Hello"))) == "Hello"

    def test_whose_end_has_other_words_than_were_streamed(self):
        events = told(START, text("Hello"), ends(text="Bye"))
        [other] = [event for event in named(events, "provider") if "problem" in event]

        assert joined(events) == "Hello"
        assert other["data"] == {"text": "Bye"}

    def test_that_began_without_a_start_keeps_the_id_of_its_end(self):
        """As Bedrock has it."""
        events = told(text("Hello"), ends(text="Hello"))
        assert named(events, "message.start") == [{"choice": 0}]
        assert named(events, "provider")[0]["data"]["generation_id"] == "generation_1"

    def test_whose_citations_are_repeated_at_the_end(self):
        more = {**CITATION, "start": 6, "end": 11, "text": "there"}
        events = told(
            START,
            text("Hello there"),
            line("citation-generation", citations=[CITATION]),
            ends(text="Hello there", citations=[CITATION, more]),
        )
        cited = [delta["citation"] for delta in named(events, "block.delta") if delta["kind"] == "citation"]
        assert [citation["text"] for citation in cited] == ["Hello", "there"]
        assert cited[0] == {"text": "Hello", "start": 0, "end": 5, "provider": {"document_ids": ["doc_0"]}}

    def test_that_was_cut_off(self):
        assert told(START, text("Hel"))[-1]["outcome"] == "truncated"

    def test_that_failed(self):
        events = told(START, text("Hel"), ends("ERROR", text="Hel"))
        assert named(events, "stream.error")[0]["kind"] == "ERROR"
        assert events[-1]["outcome"] == "error"


class TestItsTools:
    def test_in_chunks_which_are_repeated_twice(self):
        whole = line("tool-calls-generation", text="I will look.", tool_calls=[CALL])
        events = told(START, *CHUNKS, whole, ends(tool_calls=[CALL], text="I will look."))

        assert named(events, "block.start") == [
            {"index": 0, "kind": "thinking"},
            {"index": 1, "kind": "tool_call", "name": "look", "by": "client"},
        ]
        assert [delta["text"] for delta in named(events, "block.delta") if delta["kind"] == "json"] == ['{"at": "sky"}']
        assert not [event for event in named(events, "provider") if "problem" in event]
        assert named(events, "message.stop")[0] == {
            "choice": 0,
            "reason": "tool_calls",
            "provider_reason": "COMPLETE",
        }

    def test_at_once(self):
        events = told(START, line("tool-calls-generation", tool_calls=[{**CALL, "generation_id": "g"}]), ends())
        start, *_ = named(events, "block.start")
        assert (start["kind"], start["name"]) == ("tool_call", "look")
        assert [delta["kind"] for delta in named(events, "block.delta")] == ["json"]
        assert {"name": "tool call 0", "data": {"generation_id": "g"}} in named(events, "provider")

    def test_that_are_not_what_the_chunks_had_said(self):
        other = line("tool-calls-generation", tool_calls=[{**CALL, "name": "listen"}])
        [passed] = [event for event in named(told(START, *CHUNKS, other), "provider") if "problem" in event]
        assert passed["data"]["tool_calls"][0]["name"] == "listen"

    def test_whose_parameters_a_limit_cut_off(self):
        half = line("tool-calls-chunk", tool_call_delta={"index": 0, "name": "look", "parameters": '{"at": "s'})
        events = told(START, half, ends("MAX_TOKENS", tool_calls=[CALL]))
        [other] = [event for event in named(events, "provider") if "problem" in event]

        assert other["data"] == {"tool_calls": [CALL]}
        assert named(events, "message.stop") == [
            {"choice": 0, "reason": "length", "provider_reason": "MAX_TOKENS"},
        ]


class TestADocument:
    def test_of_a_chat(self):
        answer = {"generation_id": "generation_1", "text": "Hello", "citations": [CITATION], "meta": META}
        events = of_document(PATH, {**answer, "finish_reason": "MAX_TOKENS"})

        assert named(events, "message.start") == [{"choice": 0, "id": "generation_1"}]
        assert joined(events) == "Hello"
        assert named(events, "usage")[0]["input"] == 206
        assert named(events, "message.stop")[0]["reason"] == "length"


class TestEveryKindOfTheSdkHasItsStream:
    def test_of_the_events(self):
        models = get_args(get_args(StreamedChatResponse)[0])
        types = {get_args(model.model_fields["event_type"].annotation)[0] for model in models}
        assert len(types) == 9
        assert {kind for kind in types if not any(label.startswith(kind) for label in KINDS)} == set()

    def test_of_the_finish_reasons(self):
        words = get_args(get_args(ChatStreamEndEventFinishReason)[0])
        assert {f"finish_reason {word}" for word in words} <= KINDS.keys()


@pytest.mark.parametrize("path", ["/v1/chat", "/cohere/v1/chat"])
def test_its_paths(path):
    assert api_of(path).name == "cohere.v1.chat"
    assert api_of(f"{path}/completions").name == "openai.chat"
