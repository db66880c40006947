"""OpenAI's responses API: conversations with its traps."""

import typing

import pytest
from openai.types.responses import ResponseItem, ResponseOutputItem, ResponseStreamEvent
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_content_part_added_event import Part as ContentPart
from openai.types.responses.response_output_text import Annotation

from gateway.dialects.apis import api_of
from gateway.dialects.openai.responses import OpenAIResponses
from recorder.interaction import End
from tests.gateway.dialects.kinds import openai_responses as kinds
from tests.gateway.dialects.kinds.openai_responses import (
    ITEMS,
    MESSAGE,
    RESPONSE,
    START,
    TEXT_PART,
    USAGE,
    done,
    ends,
    event,
    part,
    response,
    text,
)
from tests.gateway.dialects.openai.responses_conversation import (
    blocks,
    named,
    said,
    sse,
    stop,
    texts,
    told,
    told_of_document,
)


def types(union):
    """The `type` of every member of one of the SDK's unions."""
    members = typing.get_args(typing.get_args(union)[0])
    return {word for member in members for word in typing.get_args(member.model_fields["type"].annotation)}


class TestEveryKind:
    def test_of_event_that_the_sdk_lists(self):
        listed = types(ResponseStreamEvent)

        assert len(listed) >= 59
        assert listed <= kinds.KINDS.keys()

    def test_of_item(self):
        assert {f"item {kind}" for kind in types(ResponseOutputItem) | types(ResponseItem)} <= kinds.KINDS.keys()

    def test_of_part_annotation_and_reason(self):
        assert {f"part {kind}" for kind in types(ContentPart)} <= kinds.KINDS.keys()
        assert {f"annotation {kind}" for kind in types(Annotation)} <= kinds.KINDS.keys()
        [reasons] = typing.get_args(IncompleteDetails.model_fields["reason"].annotation)[:1]
        assert {f"incomplete_details {reason}" for reason in typing.get_args(reasons)} <= kinds.KINDS.keys()

    @pytest.mark.parametrize("kind", sorted(types(ResponseOutputItem) | types(ResponseItem)))
    def test_of_item_is_known_and_not_passed_on_as_unknown(self, kind):
        [start, *_] = named(told(*kinds.KINDS[f"item {kind}"]), "block.start")

        others = ("additional_tools", "compaction", "configuration_update", "mcp_approval_response")
        assert (start["kind"] == "other") == (kind in others)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/responses", True),
        ("/responses", True),
        ("/openai/v1/responses", True),
        ("/backend-api/codex/responses", True),
        ("/v1/responses/resp_1", True),
        ("/v1/responses/compact", False),
        ("/v1/responses/input_tokens", False),
        ("/v1/responses/resp_1/input_items", False),
    ],
)
def test_its_paths(path, known):
    assert (api_of(path) is OpenAIResponses) == known


class TestConversation:
    def test_of_a_text_says_each_thing_once(self):
        whole = {"type": "message", "id": "message_0", "status": "completed", "role": "assistant"}
        content = [{"type": "output_text", "text": "  Hi.", "annotations": [], "logprobs": []}]

        events = told(
            START,
            response("in_progress"),
            MESSAGE,
            TEXT_PART,
            text("delta", delta="  Hi", logprobs=[], obfuscation="x8f"),
            text("delta", delta="."),
            text("done", text="  Hi."),
            part("done", "output_text", text="  Hi."),
            done("message", status="completed", role="assistant", content=content),
            ends(output=[{**whole, "content": content}], service_tier="default"),
        )

        assert events == [
            {"type": "message.start", "choice": 0, "id": "resp_1", "model": "gpt-6"},
            {
                "type": "provider",
                "name": "response",
                "data": {
                    "created_at": 1780000000,
                    "status": "in_progress",
                    "service_tier": "auto",
                    "temperature": 1.0,
                    "tools": RESPONSE["tools"],
                },
            },
            {"type": "provider", "name": "response.in_progress"},
            {
                "type": "provider",
                "name": "response.output[0]",
                "data": {"type": "message", "id": "message_0", "status": "in_progress", "role": "assistant"},
            },
            {"type": "block.start", "index": 0, "kind": "text", "id": "message_0", "provider_type": "output_text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "  Hi"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "."},
            {"type": "provider", "name": "response.output_text.done"},
            {"type": "block.stop", "index": 0},
            {"type": "provider", "name": "response.output[0]", "data": {"status": "completed"}},
            {"type": "provider", "name": "response", "data": {"status": "completed", "service_tier": "default"}},
            {
                "type": "usage",
                "input": 12,
                "output": 30,
                "total": 42,
                "cache_read": 4,
                "cache_write": 2,
                "reasoning": 20,
                "provider": USAGE,
            },
            {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "completed"},
        ]

    def test_with_sound_is_an_audio_block_with_its_transcript(self):
        events = told(
            START,
            event("audio.transcript.delta", delta="Hi"),
            event("audio.delta", delta="c291bmQ="),
            event("audio.done"),
            ends(),
        )

        assert blocks(events) == [
            {"type": "block.start", "index": 0, "kind": "audio"},
            {"type": "block.delta", "index": 0, "kind": "transcript", "text": "Hi"},
            {"type": "block.delta", "index": 0, "kind": "data", "base64": "c291bmQ="},
            {"type": "block.stop", "index": 0, "synthesized": True},
        ]


class TestServersThatLeaveEventsOut:
    def test_no_status_is_what_the_event_is_called(self):
        assert stop(told(START, event("completed", response={"id": "resp_1"})))[0]["provider_reason"] == "completed"

    def test_a_response_that_is_asked_for_again_says_what_it_held_and_what_it_holds_in_the_end(self):
        held = [{"type": "message", "id": "message_0", "content": [{"type": "output_text", "text": "Hel"}]}]
        message = {"type": "message", "id": "message_0", **ITEMS["message"]}
        events = told(response("in_progress", output=held), text("delta", delta="lo"), ends(output=[message]))

        assert named(events, "provider")[0]["data"]["output"] == held
        assert texts(events) == ["lo"]
        assert [e["data"] for e in events if "problem" in e] == [{"text": "Hello"}]

    def test_an_event_name_that_says_nothing_is_not_the_kind(self):
        body = sse(START, MESSAGE, text("delta", delta="Hi"), ends()).replace(b"data:", b"event: message\ndata:")

        assert said(body) == said(body.replace(b"event: message\n", b""))[:-1] + said(body)[-1:]

    def test_the_last_event_twice_is_nothing_new(self):
        output = [{"type": "message", "id": "message_0", **ITEMS["message"]}]
        events = told(START, ends(output=output), ends(output=output), {"type": "keepalive"})

        assert events[-2:] == [{"type": "provider", "name": "response.completed"}, {"type": "ping"}]


class TestUnknown:
    @pytest.mark.parametrize(
        "value",
        [
            event("from_tomorrow.delta", delta="?", output_index=0),
            {"type": "codex.rate_limits", "plan_type": "pro"},
            {"odd": True},
        ],
    )
    def test_event_is_passed_on(self, value):
        passed = told(START, value)[2]

        assert passed == {"type": "provider", "name": value.get("type", "frame"), "data": value}


class TestEnd:
    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("max_output_tokens", "length"),
            ("max_messages", "length"),
            ("content_filter", "content_filter"),
            ("steered", "pause"),
            ("from_tomorrow", "other"),
        ],
    )
    def test_incomplete_says_why(self, word, reason):
        events = told(START, ends("incomplete", incomplete_details={"reason": word}))

        assert stop(events) == [{"type": "message.stop", "choice": 0, "reason": reason, "provider_reason": word}]

    def test_failed_in_the_middle_is_an_error_and_no_stop(self):
        error = {"code": "server_error", "message": "Sorry."}
        events = said(sse(START, MESSAGE, text("delta", delta="Hi"), ends("failed", error=error)))

        assert named(events, "stream.error") == [
            {
                "type": "stream.error",
                "source": "provider",
                "kind": "server_error",
                "message": "Sorry.",
                "provider": error,
            }
        ]
        assert not named(events, "message.stop", "block.stop")
        assert events[-1]["outcome"] == "error"

    @pytest.mark.parametrize(
        "error",
        [
            {"type": "error", "code": "overloaded", "message": "Sorry.", "param": None},
            {"type": "error", "error": {"type": "overloaded", "message": "Sorry."}},
            {"error": {"code": "overloaded", "message": "Sorry."}},
        ],
    )
    def test_an_error_before_failed_is_the_only_one(self, error):
        other = {"code": "server_error", "message": "Something else."}
        events = told(START, error, ends("failed", error=other))

        [only] = named(events, "stream.error")
        assert (only["kind"], only["message"]) == ("overloaded", "Sorry.")
        assert {"type": "provider", "name": "response", "data": {"status": "failed", "error": other}} in events

    def test_failed_without_an_error_is_one(self):
        [error] = named(told(START, ends("failed")), "stream.error")

        assert (error["source"], error["message"]) == ("provider", "the provider gave no message")

    def test_the_last_event_missing_is_no_end(self):
        events = said(sse(START, MESSAGE, text("delta", delta="Hi"), text("done", text="Hi")))

        assert named(events, "stream.error")[0]["kind"] == "ended_early"
        assert events[-1]["outcome"] == "truncated"

    def test_cut_inside_the_last_event_is_no_end(self):
        body = sse(START, MESSAGE, text("delta", delta="Hi"), ends())[:-40]
        events = said(body, end=End("upstream_error", "reset"))

        assert named(events, "stream.error")[0]["kind"] == "connection_lost"
        assert not named(events, "message.stop")


class TestDocument:
    def test_says_what_its_stream_would_have_said(self):
        message = {"type": "message", "id": "message_0", "status": "completed", **ITEMS["message"]}
        streamed = told(
            START,
            MESSAGE,
            TEXT_PART,
            text("delta", delta="Hello"),
            text("done", text="Hello"),
            part("done", "output_text", text="Hello"),
            done("message", status="completed", **ITEMS["message"]),
            ends(output=[message]),
        )
        whole = told_of_document({**RESPONSE, "status": "completed", "usage": USAGE, "output": [message]})

        told_apart = ("message.start", "block.start", "block.delta", "block.stop", "message.stop")
        assert named(whole, *told_apart) == named(streamed, *told_apart)
        assert named(whole, "usage") == named(streamed, "usage")

    def test_of_a_response_that_is_not_done_says_so(self):
        events = told_of_document({**RESPONSE, "status": "queued"})

        assert stop(events)[0] == {
            "type": "message.stop",
            "choice": 0,
            "reason": "other",
            "provider_reason": "queued",
        }

    def test_of_a_response_that_failed_is_an_error(self):
        events = told_of_document({**RESPONSE, "status": "failed", "error": {"code": "server_error", "message": "No."}})

        assert named(events, "stream.error")[0]["kind"] == "server_error"

    def test_of_something_else_is_passed_on(self):
        value = {"id": "resp_1", "object": "response.deleted", "deleted": True}

        assert told_of_document(value) == [{"type": "provider", "name": "openai.responses", "data": value}]
