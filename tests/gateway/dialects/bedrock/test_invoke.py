"""Bedrock's InvokeModel: what models of every family say in its envelope, told as events."""

import base64
import json

import pytest

from gateway.dialects.apis import api_of
from gateway.dialects.bedrock.invoke import BedrockInvoke, NovaMessages
from tests.gateway.dialects.bedrock.conversation import events_of, named, of_document, of_messages
from tests.gateway.dialects.kinds.bedrock_converse import fails
from tests.gateway.dialects.kinds.bedrock_invoke import (
    CLAUDE,
    FAMILIES,
    METRICS,
    MISTRAL,
    NOVA,
    PATH,
)
from tests.gateway.eventstream import MEDIA_TYPE, chunk, stream
from tests.gateway.stream_rules import Said, leaves

WHOLE = "/model/anthropic.claude/invoke"
[(METRICS_NAME, COUNTS)] = METRICS.items()


def told(*said):
    return of_messages(PATH, *map(chunk, said))


def usage_of(*said):
    """The last usage of this stream, without what the provider called it."""
    *_, last = named(told(*said), "usage")
    return {name: count for name, count in last.items() if name != "provider"}


class TestEveryFamily:
    @pytest.mark.parametrize("said", FAMILIES.values(), ids=FAMILIES)
    def test_says_hello_and_ends(self, said):
        events = told(*said)
        assert "".join(delta["text"] for delta in named(events, "block.delta")).strip() == "Hello"
        assert len(named(events, "message.stop")) == 1
        assert not [event for event in named(events, "provider") if "problem" in event]
        assert named(events, "usage")[-1]["provider"][METRICS_NAME] == COUNTS
        assert events[-1]["outcome"] == "complete"

    @pytest.mark.parametrize("said", FAMILIES.values(), ids=FAMILIES)
    def test_is_cut_off_without_its_last_words(self, said):
        events = told(*(said[:3] if said is NOVA else said[:-1]))
        assert events[-1]["outcome"] == "truncated"


class TestCounts:
    @pytest.mark.parametrize(
        ("family", "totals"),
        [
            ("Anthropic Messages", {"input": 22, "output": 12}),
            ("Amazon Nova", {"input": 8, "output": 10, "cache_read": 3}),
            ("Amazon Titan", {"input": 13, "output": 10}),
            ("Meta Llama", {"input": 18, "output": 2}),
            ("OpenAI", {"input": 7, "output": 2, "total": 9}),
            ("Cohere Command R", {"input": 71, "output": 10}),
        ],
    )
    def test_of_the_model_count(self, family, totals):
        assert usage_of(*FAMILIES[family]) == totals

    @pytest.mark.parametrize("family", ["Anthropic complete", "Mistral", "Mistral, chat", "DeepSeek", "Cohere Command"])
    def test_of_bedrock_count_where_the_model_gives_none(self, family):
        assert usage_of(*FAMILIES[family]) == {"input": 15, "output": 10, "cache_read": 2}

    def test_are_told_before_the_message_stops(self):
        assert [event["type"] for event in told(*CLAUDE)][-3:] == ["usage", "message.stop", "stream.end"]

    def test_may_be_missing(self):
        assert named(told(MISTRAL[0], {"outputs": [{"text": "", "stop_reason": "stop"}]}), "usage") == []


class TestTheEnvelope:
    def test_is_not_shown_around_an_event_that_nobody_knows(self):
        [passed] = named(told(CLAUDE[0], {"type": "moonrise", "at": "dusk"}), "provider")
        assert passed == {"name": "moonrise", "data": {"type": "moonrise", "at": "dusk"}}

    def test_hides_no_silent_event_after_one_that_only_repeats(self):
        """A stop for a block that never began says nothing, and is shown."""
        empty = {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": ""}}}
        stop = {"contentBlockStop": {"contentBlockIndex": 5}}
        assert {"name": "contentBlockStop", "data": stop} in named(told(*NOVA[:2], empty, stop), "provider")

    def test_hides_nothing_of_a_model_that_nobody_knows(self):
        assert told({"moonrise": "dusk"}, {"moonrise": "night"}) == [
            {"type": "provider", "name": "frame", "data": {"moonrise": "dusk"}},
            {"type": "provider", "name": "frame", "data": {"moonrise": "night"}},
            {"type": "stream.end", "outcome": "complete"},
        ]

    def test_may_say_more(self):
        value = chunk(CLAUDE[0])
        value["chunk"]["sealed"] = "yes"
        assert named(of_messages(PATH, value), "provider") == [{"name": "chunk", "data": {"sealed": "yes"}}]

    @pytest.mark.parametrize(
        "data", ["%%%", "AAA", base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"[1]").decode(), 7, None]
    )
    def test_that_holds_no_object_is_reported(self, data):
        first, second, *_ = named(of_messages(PATH, {"chunk": {"bytes": data}}, chunk(CLAUDE[0])), "provider", "usage")
        assert first["data"] == {"bytes": data}
        assert first["problem"].startswith("not read as bedrock.invoke")
        assert second["input"] == 22

    def test_with_json_that_could_not_be_written_again(self):
        deep = json.dumps({"type": "message_start"})[:-1] + ', "a": ' + "[" * 300 + "]" * 300 + "}"
        value = {"chunk": {"bytes": base64.b64encode(deep.encode()).decode()}}
        [first] = named(of_messages(PATH, value), "provider")
        assert "nested more than" in first["problem"]

    def test_of_an_event_that_only_repeats_is_not_repeated(self):
        empty = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ""}}
        assert named(told(*CLAUDE[:2], empty), "provider") == [{"name": "content_block_delta"}]


class TestAFailure:
    def test_in_the_middle_of_a_text(self):
        events = of_messages(PATH, *map(chunk, CLAUDE[:3]), fails("modelTimeoutException"))
        assert named(events, "stream.error")[0]["kind"] == "modelTimeoutException"
        assert events[-1]["outcome"] == "error"

    def test_that_the_model_told(self):
        overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        [error] = named(told(*CLAUDE[:3], overloaded), "stream.error")
        assert (error["kind"], error["message"]) == ("overloaded_error", "Overloaded")


DOCUMENTS = {
    "Anthropic Messages": {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "Hello"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 22, "output_tokens": 12},
    },
    "Anthropic complete": {"completion": "Hello", "stop_reason": "stop_sequence", "stop": "\n\nHuman:"},
    "Amazon Nova": {
        "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
        "stopReason": "max_tokens",
        "usage": {"inputTokens": 5, "outputTokens": 10, "totalTokens": 15},
    },
    "Amazon Titan": {
        "inputTextTokenCount": 5,
        "results": [{"tokenCount": 10, "outputText": "Hello", "completionReason": "FINISH"}],
    },
    "Meta Llama": {
        "generation": "Hello",
        "prompt_token_count": 5,
        "generation_token_count": 10,
        "stop_reason": "length",
    },
    "Mistral": {"outputs": [{"text": "Hello", "stop_reason": "stop"}]},
    "Mistral, chat": {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "stop_reason": "stop"}]
    },
    "DeepSeek": {"choices": [{"text": "Hello", "stop_reason": "length"}]},
    "Cohere Command R": {
        "response_id": "response_1",
        "generation_id": "generation_1",
        "text": "Hello",
        "chat_history": [{"role": "CHATBOT", "message": "Hello"}],
        "finish_reason": "COMPLETE",
    },
    "Cohere Command": {"generations": [{"id": "generation_1", "text": "Hello", "finish_reason": "COMPLETE"}]},
}


@pytest.mark.parametrize("answer", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_folded_into_the_events_of_its_stream(answer):
    events = of_document(WHOLE, answer)

    assert "".join(delta["text"] for delta in named(events, "block.delta")) == "Hello"
    assert len(named(events, "message.stop")) == 1
    assert not [event for event in named(events, "provider") if "problem" in event]
    assert events[-1]["outcome"] == "complete"


def test_a_document_that_nobody_knows_is_passed_on():
    assert named(of_document(WHOLE, {"embedding": [0.5]}), "provider") == [
        {"name": "unknown", "data": {"embedding": [0.5]}}
    ]


def test_nova_names_its_events_by_their_field():
    assert NovaMessages.dropped == {"p", "contentBlockIndex"}
    assert {"bytes", "p"} <= BedrockInvoke.dropped
    assert [event["type"] for event in told(*NOVA)][:2] == ["message.start", "block.start"]


@pytest.mark.parametrize("path", [PATH, WHOLE, "/bedrock/model/us.anthropic.claude%3A0/invoke"])
def test_its_paths(path):
    assert api_of(path).name == "bedrock.invoke"


@pytest.mark.parametrize("said", FAMILIES.values(), ids=FAMILIES)
def test_nothing_of_what_is_in_the_envelopes_is_lost(said):
    body = stream(*map(chunk, said))
    told_of = Said(events_of(PATH, MEDIA_TYPE, body))
    lost = [
        (path, leaf)
        for value in said
        for path, leaf in leaves(value)
        if not BedrockInvoke.dropped.intersection(path.split(".")) and not told_of.has(leaf)
    ]
    assert lost == []
