"""Bedrock's Converse: conversations that it had or might have, told as events."""

import gzip
import json
from pathlib import Path

import botocore
import pytest

from gateway.dialects.apis import api_of
from gateway.dialects.bedrock.converse import REASONS
from recorder.interaction import End
from tests.gateway.dialects.bedrock.conversation import events_of, named, of_document, of_messages
from tests.gateway.dialects.kinds.bedrock_converse import (
    KINDS,
    METADATA,
    PATH,
    SERVER_CALL,
    START,
    USAGE,
    begins,
    ends,
    fails,
    more,
    over,
    reports,
)
from tests.gateway.eventstream import MEDIA_TYPE, message, stream

WHOLE = "/model/anthropic.claude/converse"


def told(*values, **how):
    return of_messages(PATH, *values, **how)


def shapes():
    """The API as Amazon's own client knows it."""
    [model] = Path(botocore.__file__).parent.glob("data/bedrock-runtime/*/service-2.json.gz")
    return json.loads(gzip.decompress(model.read_bytes()))["shapes"]


class TestAConversation:
    def test_that_thinks_answers_and_calls_a_tool(self):
        assert told(
            START,
            more(0, reasoningContent={"text": "A greeting."}),
            more(0, reasoningContent={"signature": "Eu0C"}),
            over(0),
            more(1, text=" Hello"),
            over(1),
            begins("toolUse", 2, toolUseId="tooluse_1", name="look"),
            more(2, toolUse={"input": ""}),
            more(2, toolUse={"input": '{"at":'}),
            more(2, toolUse={"input": '"sky"}'}),
            over(2),
            ends("tool_use"),
            reports(**METADATA),
        ) == [
            {"type": "message.start", "choice": 0, "role": "assistant"},
            {"type": "block.start", "index": 0, "kind": "thinking"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "A greeting."},
            {"type": "block.delta", "index": 0, "kind": "signature", "value": "Eu0C"},
            {"type": "block.stop", "index": 0},
            {"type": "block.start", "index": 1, "kind": "text"},
            {"type": "block.delta", "index": 1, "kind": "text", "text": " Hello"},
            {"type": "block.stop", "index": 1},
            {
                "type": "block.start",
                "index": 2,
                "kind": "tool_call",
                "id": "tooluse_1",
                "name": "look",
                "by": "client",
            },
            {"type": "provider", "name": "contentBlockDelta"},
            {"type": "block.delta", "index": 2, "kind": "json", "text": '{"at":'},
            {"type": "block.delta", "index": 2, "kind": "json", "text": '"sky"}'},
            {"type": "block.stop", "index": 2},
            {"type": "message.stop", "choice": 0, "reason": "tool_calls", "provider_reason": "tool_use"},
            {
                "type": "usage",
                "input": 3185,
                "output": 16,
                "total": 3201,
                "cache_read": 2752,
                "cache_write": 0,
                "provider": USAGE,
            },
            {
                "type": "provider",
                "name": "metadata",
                "data": {name: field for name, field in METADATA.items() if name != "usage"},
            },
            {"type": "stream.end", "outcome": "complete"},
        ]

    def test_with_a_tool_of_the_server_and_what_it_found(self):
        events = told(*KINDS["contentBlockDelta / toolResult / text"])
        [result] = named(events, "block.start")
        assert (result["kind"], result["ref"]) == ("tool_result", "tooluse_1")

        [call] = named(told(START, SERVER_CALL), "block.start")
        assert (call["kind"], call["by"], call["provider_type"]) == ("tool_call", "server", "server_tool_use")

    def test_whose_tools_interleave(self):
        events = told(
            START,
            begins("toolUse", 0, toolUseId="a", name="look"),
            begins("toolUse", 1, toolUseId="b", name="listen"),
            more(0, toolUse={"input": "{"}),
            more(1, toolUse={"input": "[]"}),
            more(0, toolUse={"input": "}"}),
            over(1),
            over(0),
            ends("tool_use"),
        )
        assert [(delta["index"], delta["text"]) for delta in named(events, "block.delta")] == [
            (0, "{"),
            (1, "[]"),
            (0, "}"),
        ]
        assert named(events, "block.stop") == [{"index": 1}, {"index": 0}]

    def test_whose_block_changes_its_kind_without_a_stop(self):
        events = told(START, more(reasoningContent={"text": "Well"}), more(text="Hello"), over(), ends("end_turn"))
        assert [start["kind"] for start in named(events, "block.start")] == ["thinking", "text"]
        assert named(events, "block.stop") == [{"index": 0, "synthesized": True}, {"index": 1}]

    def test_with_a_stop_for_a_block_that_nothing_was_in(self):
        """As Nova sends it after a search."""
        assert named(told(START, over(5), ends("end_turn")), "provider") == [
            {"name": "contentBlockStop", "data": {"contentBlockIndex": 5, "p": "ab"}}
        ]

    def test_with_a_citation_before_the_text_that_it_is_of(self):
        cited = {"title": "facts", "sourceContent": [{"text": "Ruby is."}], "location": {"documentChar": {"start": 0}}}
        events = told(START, more(citation=cited), more(text="Ruby"), over(), ends("end_turn"))

        assert [start["kind"] for start in named(events, "block.start")] == ["text"]
        assert named(events, "block.delta")[0]["citation"] == {
            "title": "facts",
            "text": "Ruby is.",
            "provider": {"sourceContent": cited["sourceContent"], "location": cited["location"]},
        }

    def test_with_a_citation_of_a_page(self):
        *_, delta = named(told(*KINDS["contentBlockDelta / citation / web"]), "block.delta")
        assert delta["citation"]["url"] == "https://a.example"

    def test_with_an_image_in_pieces(self):
        parts = [more(image={"source": {"bytes": data}}) for data in ("iVBO", "Rw0K")]
        events = told(START, begins("image", format="png"), *parts, over(), ends("end_turn"))
        assert [(delta["base64"], delta["mime"]) for delta in named(events, "block.delta")] == [
            ("iVBO", "image/png"),
            ("Rw0K", "image/png"),
        ]
        assert named(events, "block.start")[0]["provider"] == {"format": "png"}

    def test_says_what_else_the_model_said_of_its_end(self):
        stopped = ends("stop_sequence", additionalModelResponseFields={"stop_sequence": "\n\n"})
        assert named(told(START, stopped), "message.stop") == [
            {
                "choice": 0,
                "reason": "stop_sequence",
                "provider_reason": "stop_sequence",
                "details": {"stop_sequence": "\n\n"},
            }
        ]


class TestItsEnd:
    def test_is_message_stop_whether_metadata_come_or_not(self):
        values = [START, more(text="Hi"), over(), ends("end_turn")]
        assert told(*values)[-1]["outcome"] == "complete"
        assert told(*values, end=End("upstream_error", "reset"))[-1]["outcome"] == "complete"

    def test_is_missing_before(self):
        events = told(START, more(text="Hi"), over())
        assert named(events, "stream.error")[0]["kind"] == "ended_early"
        assert events[-1]["outcome"] == "truncated"

    @pytest.mark.parametrize("kept", [3, 12, 40, 100])
    def test_is_missing_where_the_last_message_is_half(self, kept):
        body = stream(START, more(text="Hi"), over(), ends("end_turn"))
        cut = body[: len(body) - len(stream(ends("end_turn"))) + kept]
        assert events_of(PATH, MEDIA_TYPE, cut)[-1].outcome == "truncated"


class TestAFailure:
    def test_in_the_middle_of_a_text(self):
        events = told(START, more(text="Hel"), fails("modelStreamErrorException", originalStatusCode=424))
        assert named(events, "stream.error") == [
            {
                "source": "provider",
                "kind": "modelStreamErrorException",
                "message": "why",
                "provider": {"message": "why", "originalStatusCode": 424},
            }
        ]
        assert named(events, "block.stop", "message.stop") == []
        assert events[-1]["outcome"] == "error"

    def test_as_the_first_message(self):
        assert [event["type"] for event in told(fails("throttlingException"))] == ["stream.error", "stream.end"]

    def test_that_the_headers_say_all_of(self):
        headers = {":message-type": "error", ":error-code": "InternalError", ":error-message": "It broke."}
        events = events_of(PATH, MEDIA_TYPE, stream(START) + message(headers, b""))
        [error] = [event for event in events if event.type == "stream.error"]

        assert (error.source, error.kind, error.message) == ("provider", "InternalError", "It broke.")
        assert error.provider == headers

    def test_of_the_wire(self):
        body = bytearray(stream(START, more(text="Hel")))
        body[-3] ^= 1
        events = events_of(PATH, MEDIA_TYPE, bytes(body))
        [error] = [event for event in events if event.type == "stream.error"]
        assert (error.source, error.kind) == ("upstream", "malformed")


class TestUsage:
    def test_may_have_no_cache(self):
        usage = {"inputTokens": 8, "outputTokens": 10, "totalTokens": 18}
        [said] = named(told(START, ends("end_turn"), reports(usage=usage)), "usage")
        assert said == {"input": 8, "output": 10, "total": 18, "provider": usage}

    def test_is_not_made_up(self):
        assert named(told(START, ends("end_turn"), reports(metrics={"latencyMs": 7})), "usage") == []


class TestADocument:
    def test_is_folded_into_the_events_of_its_stream(self):
        content = [
            {"reasoningContent": {"reasoningText": {"text": "A greeting.", "signature": "Eu0C"}}},
            {"reasoningContent": {"redactedContent": "EqkE"}},
            {"citationsContent": {"content": [{"text": "Hello"}], "citations": [{"title": "facts"}]}},
            {"toolUse": {"toolUseId": "tooluse_1", "name": "look", "input": {"at": "sky"}}},
            {"toolResult": {"toolUseId": "tooluse_1", "content": [{"text": "blue"}], "status": "success"}},
            {"image": {"format": "png", "source": {"bytes": "iVBO"}}},
            {"text": " there"},
            {"guardContent": {"text": {"text": "guarded"}}},
        ]
        body = {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn", **METADATA}
        events = of_document(WHOLE, body)

        assert [start["kind"] for start in named(events, "block.start")] == [
            *("thinking", "thinking", "text", "tool_call", "tool_result", "image", "text", "other"),
        ]
        assert [(delta["index"], delta["kind"]) for delta in named(events, "block.delta")] == [
            *((0, "text"), (0, "signature"), (1, "provider"), (2, "text"), (2, "citation")),
            *((3, "json"), (4, "text"), (5, "data"), (6, "text")),
        ]
        assert [event["type"] for event in events[-4:]] == ["usage", "provider", "message.stop", "stream.end"]
        assert named(events, "block.start")[-1]["provider"] == {"text": {"text": "guarded"}}

    def test_of_a_tool_without_arguments(self):
        content = [{"toolUse": {"toolUseId": "tooluse_1", "name": "look", "input": {}}}]
        events = of_document(WHOLE, {"output": {"message": {"role": "assistant", "content": content}}})
        assert named(events, "block.delta") == []


class TestEveryKindOfTheServiceHasItsStream:
    @pytest.mark.parametrize(
        ("shape", "label"),
        [
            ("ConverseStreamOutput", ""),
            ("ContentBlockStart", "contentBlockStart / "),
            ("ContentBlockDelta", "contentBlockDelta / "),
            ("ReasoningContentBlockDelta", "contentBlockDelta / reasoningContent / "),
            ("ToolResultBlockDelta", "contentBlockDelta / toolResult / "),
            ("CitationLocation", "contentBlockDelta / citation / "),
            ("ImageSource", "contentBlockDelta / image / "),
        ],
    )
    def test_of_a_shape(self, shape, label):
        members = shapes()[shape]["members"]
        assert {name for name in members if not any(known.startswith(label + name) for known in KINDS)} == set()

    def test_of_the_stop_reasons(self):
        words = shapes()["StopReason"]["enum"]
        assert {f"stopReason {word}" for word in words} <= KINDS.keys()
        assert set(words) <= REASONS.keys()

    def test_of_what_metadata_hold(self):
        assert shapes()["ConverseStreamMetadataEvent"]["members"].keys() == METADATA.keys()
        assert shapes()["TokenUsage"]["members"].keys() == USAGE.keys()


@pytest.mark.parametrize("path", [PATH, WHOLE, "/bedrock/model/arn%3Aaws%3Abedrock%2Fx/converse-stream"])
def test_its_paths(path):
    assert api_of(path).name == "bedrock.converse"
