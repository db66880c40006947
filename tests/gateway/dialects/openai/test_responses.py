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
    CALL,
    ITEMS,
    MESSAGE,
    PROBABLE,
    REASONING,
    RESPONSE,
    START,
    TEXT_PART,
    USAGE,
    about,
    added,
    done,
    ends,
    event,
    part,
    refusal,
    response,
    summary,
    text,
)
from tests.gateway.dialects.openai.responses_conversation import blocks, named, said, sse, told, told_of_document


def types(union):
    """The `type` of every member of one of the SDK's unions."""
    members = typing.get_args(typing.get_args(union)[0])
    return {word for member in members for word in typing.get_args(member.model_fields["type"].annotation)}


def stop(events):
    return named(events, "message.stop")


def texts(events, index=0, kind="text"):
    return [e["text"] for e in named(events, "block.delta") if (e["index"], e["kind"]) == (index, kind)]


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

    @pytest.mark.parametrize("kind", [*types(ResponseOutputItem) | types(ResponseItem)])
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

    def test_with_thoughts_ends_them_with_the_signature(self):
        events = blocks(
            told(
                START,
                added("reasoning", summary=[], encrypted_content="first"),
                summary("part.added", part={"type": "summary_text", "text": ""}),
                summary("text.delta", delta="Look."),
                summary("text.done", text="Look."),
                summary("part.done", part={"type": "summary_text", "text": "Look."}),
                done("reasoning", summary=[{"type": "summary_text", "text": "Look."}], encrypted_content="last"),
            )
        )

        assert events == [
            {
                "type": "block.start",
                "index": 0,
                "kind": "thinking",
                "id": "reasoning_0",
                "provider_type": "summary_text",
                "provider": {"summary": True},
            },
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Look."},
            {"type": "block.stop", "index": 0},
            {"type": "block.start", "index": 1, "kind": "thinking", "id": "reasoning_0", "provider_type": "reasoning"},
            {"type": "block.delta", "index": 1, "kind": "signature", "value": "last"},
            {"type": "block.stop", "index": 1},
        ]

    def test_whose_last_event_seals_the_thoughts_anew_has_one_signature(self):
        sealed = {"type": "reasoning", "id": "reasoning_0", "summary": [], "encrypted_content": "again"}
        events = told(START, REASONING, done("reasoning", summary=[], encrypted_content="last"), ends(output=[sealed]))

        assert [e["value"] for e in events if e.get("kind") == "signature"] == ["last"]
        assert {"type": "provider", "name": "response.output[0]", "data": {"encrypted_content": "again"}} in events

    def test_with_two_calls_side_by_side_keeps_their_arguments_apart(self):
        first, second = {**CALL, "call_id": "call_a"}, {**CALL, "call_id": "call_b"}

        def more(index, delta):
            return about("function_call_arguments.delta", "function_call", index, delta=delta)

        events = told(
            START,
            added("function_call", 0, **first, arguments=""),
            added("function_call", 1, **second, arguments=""),
            *(more(0, '{"a'), more(1, '{"b'), more(0, '":1}'), more(1, '":2}')),
            about("function_call_arguments.done", "function_call", 1, name="look", arguments='{"b":2}'),
            about("function_call_arguments.done", "function_call", 0, name="look", arguments='{"a":1}'),
            done("function_call", 1, **{**second, "arguments": '{"b":2}', "status": "completed"}),
            done("function_call", 0, **{**first, "arguments": '{"a":1}', "status": "completed"}),
            ends(),
        )

        assert [texts(events, index, "json") for index in (0, 1)] == [['{"a', '":1}'], ['{"b', '":2}']]
        assert named(events, "block.start")[0] == {
            "type": "block.start",
            "index": 0,
            "kind": "tool_call",
            "id": "call_a",
            "name": "look",
            "by": "client",
            "provider_type": "function_call",
            "provider": {"id": "function_call_0", "status": "in_progress"},
        }
        assert [e["index"] for e in named(events, "block.stop")] == [1, 0]
        assert stop(events)[0]["reason"] == "tool_calls"

    def test_with_a_call_without_arguments_has_no_json(self):
        events = told(START, added("function_call", **CALL, arguments=""), done("function_call", **CALL, arguments=""))

        assert texts(events, 0, "json") == []

    def test_with_free_input_is_text_not_json(self):
        events = told(
            START,
            added("custom_tool_call", **CALL, input=""),
            about("custom_tool_call_input.delta", "custom_tool_call", delta="look at"),
            about("custom_tool_call_input.done", "custom_tool_call", input="look at it"),
        )

        assert texts(events) == ["look at", " it"]

    def test_with_a_refusal_is_a_refusal_that_stops(self):
        events = told(START, MESSAGE, refusal("delta", delta="I'm"), refusal("delta", delta=" sorry."), ends())

        assert named(events, "block.start")[0]["kind"] == "refusal"
        assert texts(events) == ["I'm", " sorry."]

    def test_with_probabilities_says_them_beside_the_text_and_again_where_they_are_rounded(self):
        rounded = [{**PROBABLE[0], "logprob": -0.2}]
        events = told(
            START,
            MESSAGE,
            TEXT_PART,
            text("delta", delta="Hi", logprobs=PROBABLE),
            text("done", text="Hi", logprobs=PROBABLE),
            part("done", "output_text", text="Hi", logprobs=rounded),
        )

        assert blocks(events)[1:] == [
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hi"},
            {"type": "block.delta", "index": 0, "kind": "logprobs", "logprobs": PROBABLE},
            {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"logprobs": rounded}},
            {"type": "block.stop", "index": 0},
        ]

    def test_with_a_citation_that_only_the_part_repeats_says_it_once(self):
        cited = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2}
        late = {**cited, "url": "https://b.example"}
        events = told(
            START,
            MESSAGE,
            TEXT_PART,
            text("delta", delta="Hi"),
            text("annotation.added", annotation_index=0, annotation=cited),
            part("done", "output_text", text="Hi", annotations=[cited, late]),
        )

        citations = [e["citation"] for e in named(events, "block.delta") if e["kind"] == "citation"]
        assert citations == [
            {"url": "https://a.example", "title": "A", "start": 0, "end": 2, "provider": cited},
            {"url": "https://b.example", "title": "A", "start": 0, "end": 2, "provider": late},
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

    def test_with_images_of_several_megabytes_says_each_state_and_the_image_once(self):
        sketch, image = "A" * 3_000_000, "B" * 3_000_000
        item = {"type": "image_generation_call", "id": "image_generation_call_0", "result": image, "size": "9x9"}
        events = told(
            START,
            added("image_generation_call", status="in_progress"),
            about(
                "image_generation_call.partial_image",
                "image_generation_call",
                partial_image_b64=sketch,
                output_format="png",
                partial_image_index=0,
            ),
            done("image_generation_call", result=image, size="9x9"),
            ends(output=[item]),
        )

        assert [e for e in blocks(events) if e.get("kind") == "data"] == [
            {
                "type": "block.delta",
                "index": 0,
                "kind": "data",
                "base64": sketch,
                "mime": "image/png",
                "partial": True,
            },
            {"type": "block.delta", "index": 0, "kind": "data", "base64": image},
        ]


class TestServerTools:
    def test_are_no_calls_of_the_client(self):
        search = {"action": {"type": "search", "query": "tree"}}
        events = told(
            START,
            added("web_search_call", status="in_progress"),
            about("web_search_call.searching", "web_search_call"),
            done("web_search_call", status="completed", **search),
            ends(),
        )

        assert blocks(events) == [
            {
                "type": "block.start",
                "index": 0,
                "kind": "tool_call",
                "id": "web_search_call_0",
                "by": "server",
                "provider_type": "web_search_call",
                "provider": {"status": "in_progress"},
            },
            {
                "type": "block.delta",
                "index": 0,
                "kind": "provider",
                "provider": {"type": "response.web_search_call.searching"},
            },
            {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"status": "completed", **search}},
            {"type": "block.stop", "index": 0},
        ]
        assert stop(events)[0]["reason"] == "stop"

    @pytest.mark.parametrize(
        ("environment", "by", "reason"),
        [({"type": "container_reference"}, "server", "stop"), ({"type": "local"}, "client", "tool_calls")],
    )
    def test_a_shell_is_where_its_environment_says(self, environment, by, reason):
        call = {"call_id": "call_1", "action": {"commands": ["ls", "pwd"]}, "environment": environment}
        events = told(START, done("shell_call", **call), ends())

        assert named(events, "block.start")[0]["by"] == by
        assert texts(events) == ["ls", "pwd"]
        assert stop(events)[0]["reason"] == reason

    def test_commands_of_a_shell_are_told_apart(self):
        def command(verb, index, **fields):
            return about(f"shell_call_command.{verb}", "shell_call", command_index=index, **fields)

        events = told(
            START,
            added("shell_call", call_id="call_1", action={"commands": []}),
            command("added", 0, command=""),
            command("delta", 0, delta="ls"),
            command("delta", 0, delta=" -l"),
            command("added", 1, command=""),
            command("delta", 1, delta="pwd"),
            command("done", 1, command="pwd"),
            done("shell_call", call_id="call_1", action={"commands": ["ls -l", "pwd"]}),
        )

        assert [e.get("text") or e.get("provider") for e in named(events, "block.delta")] == [
            {"command_index": 0},
            "ls",
            " -l",
            {"command_index": 1},
            "pwd",
            {"action": {"commands": ["ls -l", "pwd"]}},
        ]

    def test_a_call_that_an_item_answers_waits_for_nobody(self):
        events = told(
            START,
            done("function_call", 0, **CALL, arguments="{}"),
            done("function_call_output", 1, call_id="call_1", output="A tree."),
            ends(),
        )

        assert named(events, "block.start")[1]["ref"] == "call_1"
        assert texts(events, 1) == ["A tree."]
        assert stop(events)[0]["reason"] == "stop"


class TestServersThatLeaveEventsOut:
    def test_a_delta_begins_item_and_part(self):
        events = told(text("delta", delta="Hi"), event("completed", response=RESPONSE | {"status": "completed"}))

        assert events[:3] == [
            {"type": "message.start", "choice": 0},
            {"type": "block.start", "index": 0, "kind": "text", "id": "message_0", "provider_type": "output_text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hi"},
        ]
        assert named(events, "provider")[0]["data"]["id"] == "resp_1"
        assert named(events, "block.stop") == [{"type": "block.stop", "index": 0, "synthesized": True}]

    def test_a_call_that_was_never_added_has_its_arguments(self):
        events = told(START, about("function_call_arguments.delta", "function_call", delta="{}"))

        assert texts(events, 0, "json") == ["{}"]
        assert "id" not in named(events, "block.start")[0]

    def test_items_that_only_the_last_event_has(self):
        output = [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", **ITEMS["message"]},
            {"type": "function_call", "id": "fc_1", **ITEMS["function_call"]},
        ]
        events = told(START, ends(output=output))

        assert [e["kind"] for e in named(events, "block.start")] == ["text", "tool_call"]
        assert texts(events) == ["Hello"]
        assert texts(events, 1, "json") == ['{"at":1}']
        assert stop(events)[0]["reason"] == "tool_calls"

    def test_items_that_have_other_ids_and_places_in_the_last_event(self):
        events = told(
            START,
            done("message", 0, **ITEMS["message"]),
            done("message", 2, **ITEMS["message"]),
            ends(output=[{"type": "message", "id": f"other_{n}", **ITEMS["message"]} for n in (1, 2)]),
        )

        assert [texts(events, index) for index in (0, 1)] == [["Hello"], ["Hello"]]
        assert len(named(events, "block.start")) == 2

    def test_two_items_of_one_place_are_told_apart_by_their_ids(self):
        def more(item_id, delta):
            return event("function_call_arguments.delta", output_index=0, item_id=item_id, delta=delta)

        events = told(
            START,
            event("output_item.added", output_index=0, item={"type": "function_call", "id": "fc_a", "call_id": "a"}),
            event("output_item.added", output_index=0, item={"type": "function_call", "id": "fc_b", "call_id": "b"}),
            *(more("fc_a", "1"), more("fc_b", "2")),
        )

        assert [texts(events, index, "json") for index in (0, 1)] == [["1"], ["2"]]

    def test_parts_are_counted_from_one_by_some(self):
        place = {"output_index": 0, "item_id": "message_0", "content_index": 1}
        events = told(
            START,
            MESSAGE,
            event("output_text.delta", **place, delta="Hello"),
            done("message", **ITEMS["message"]),
        )

        assert texts(events) == ["Hello"]
        assert len(named(events, "block.start")) == 1

    def test_what_the_deltas_left_out_at_the_end_is_said(self):
        assert texts(told(START, MESSAGE, text("delta", delta="Hel"), text("done", text="Hello"))) == ["Hel", "lo"]

    def test_a_whole_that_contradicts_its_deltas_is_reported_once(self):
        events = told(
            START,
            MESSAGE,
            text("delta", delta="Good"),
            text("done", text="Hello"),
            done("message", **ITEMS["message"]),
            ends(output=[{"type": "message", "id": "message_0", **ITEMS["message"]}]),
        )

        assert [e for e in events if "problem" in e] == [
            {
                "type": "provider",
                "name": "response.output[0].content[0]",
                "data": {"text": "Hello"},
                "problem": "the whole text is not what its deltas said",
            }
        ]
        assert stop(events)

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

    def test_item_is_a_block_of_its_own_kind(self):
        [start, _] = blocks(told(START, done("from_tomorrow", thing=5)))

        assert (start["kind"], start["provider_type"]) == ("other", "from_tomorrow")
        assert start["provider"] == {"thing": 5}

    def test_part_is_too(self):
        [start] = blocks(told(START, MESSAGE, part("added", "from_tomorrow", mood="odd")))

        assert (start["kind"], start["provider_type"]) == ("other", "from_tomorrow")
        assert start["provider"] == {"mood": "odd"}

    @pytest.mark.parametrize("item", [None, 5, {}, {"type": 5}])
    def test_item_that_is_none_hurts_nothing_else(self, item):
        events = told(START, event("output_item.added", output_index=0, item=item), text("delta", 1, delta="Hi"))

        assert "Hi" in [e.get("text") for e in events]

    def test_fields_of_an_event_are_said_with_its_block(self):
        events = told(START, MESSAGE, TEXT_PART, text("delta", delta="Hi", mood="odd"), text("delta", delta="!"))

        assert [e["provider"] for e in named(events, "block.delta") if e["kind"] == "provider"] == [{"mood": "odd"}]


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
