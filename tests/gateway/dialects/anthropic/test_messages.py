"""Anthropic Messages: conversations that providers had or might have, told as events."""

import json
from typing import get_args

import anthropic.types as stable
import pytest
from anthropic.types import beta

from gateway.dialects.anthropic.messages import REASONS, AnthropicMessages
from gateway.dialects.apis import api_of
from gateway.dialects.composer import Composer
from gateway.events import event_json
from gateway.wire import Frame
from recorder.interaction import End
from tests.gateway.dialects.anthropic.conversation import in_one_piece, named, said, sse, told, told_of_document
from tests.gateway.dialects.kinds import anthropic_messages as kinds
from tests.gateway.dialects.kinds.anthropic_messages import KINDS, START, STOP, begins, ends, more, over

TEXT = [begins("text", text=""), more("text_delta", text="Hello"), over()]
USAGE = START["message"]["usage"]


def stopped(*values):
    """The one message.stop of this stream."""
    [stop] = named(told(*values), "message.stop")
    return {name: field for name, field in stop.items() if name not in ("type", "choice")}


def usages(*values):
    return named(told(*values), "usage")


def started(usage):
    return {**START, "message": {**START["message"], "usage": usage}}


class TestAStream:
    def test_from_its_start_to_its_stop(self):
        body = sse(START, *TEXT, ends("end_turn"), STOP)

        assert said(body) == [
            {
                "type": "stream.start",
                "format": "tokentape/1",
                "provider": "anthropic",
                "api": "anthropic.messages",
                "status": 200,
            },
            {
                "type": "message.start",
                "choice": 0,
                "role": "assistant",
                "id": "msg_1",
                "model": "claude-sonnet-5",
            },
            {"type": "usage", "input": 42, "output": 1, "cache_read": 30, "provider": USAGE},
            {"type": "block.start", "index": 0, "kind": "text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hello"},
            {"type": "block.stop", "index": 0},
            {
                "type": "usage",
                "input": 42,
                "output": 7,
                "cache_read": 30,
                "provider": {**USAGE, "output_tokens": 7},
            },
            {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "end_turn"},
            {"type": "stream.end", "outcome": "complete", "frames": 6, "bytes": len(body), "ttft": 2.0},
        ]

    def test_needs_no_event_names(self):
        values = START, *TEXT, ends("end_turn"), STOP
        nameless = "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode()

        assert said(nameless)[1:-1] == told(*values)

    def test_that_begins_with_pings_has_no_token_in_them(self):
        events = said(sse({"type": "ping"}, START, {"type": "ping"}, begins("text", text=""), STOP))

        assert len(named(events, "ping")) == 2
        assert "ttft" not in events[-1]

    def test_with_one_frame_wrapped_in_anothers_event(self):
        """In Bedrock's stream every event is called `chunk`: the JSON's type is all there is."""
        out = Composer()
        api = AnthropicMessages(out)
        for index, value in enumerate([START, *TEXT, ends("end_turn"), STOP]):
            out.at(2000, index)
            api.frame(Frame(index, 0, 0, 2000, "data", "chunk"), value)
        events = [event_json(event)["type"] for event in out.take()]

        assert events == [event["type"] for event in told(START, *TEXT, ends("end_turn"), STOP)]


class TestUsage:
    def test_is_a_running_total_and_is_never_added_up(self):
        start = {"input_tokens": 10, "output_tokens": 3, "cache_creation_input_tokens": 5}
        first, second = usages(started(start), ends("end_turn", {"input_tokens": 10, "output_tokens": 9}))

        assert (first["input"], first["output"], first["cache_write"]) == (15, 3, 5)
        assert (second["input"], second["output"], second["cache_write"]) == (15, 9, 5)

    def test_that_is_null_leaves_what_was_said_before(self):
        nothing = {"input_tokens": None, "cache_read_input_tokens": None, "server_tool_use": None, "output_tokens": 9}
        *_, last = usages(START, ends("end_turn", nothing))

        assert (last["input"], last["cache_read"]) == (42, 30)
        assert last["provider"] == {**USAGE, "output_tokens": 9}

    def test_that_comes_late_is_taken_over(self):
        """As of compatible servers, who count at the end."""
        *_, last = usages(
            started({"input_tokens": 0, "output_tokens": 0}), ends("end_turn", {"input_tokens": 8, "output_tokens": 2})
        )

        assert (last["input"], last["output"]) == (8, 2)

    def test_keeps_what_it_is_made_up_of(self):
        *_, last = usages(START, ends("end_turn", kinds.USAGE))

        assert last["reasoning"] == 4
        assert last["provider"]["iterations"] == kinds.USAGE["iterations"]

    @pytest.mark.parametrize("usage", [None, {}])
    def test_that_is_missing_is_not_nought(self, usage):
        assert usages(started(usage), {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}) == []

    def test_without_input_tokens_has_no_input(self):
        [usage] = usages(started({"output_tokens": 3}))

        assert "input" not in usage


class TestTheStop:
    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("end_turn", "stop"),
            ("max_tokens", "length"),
            ("model_context_window_exceeded", "length"),
            ("stop_sequence", "stop_sequence"),
            ("tool_use", "tool_calls"),
            ("pause_turn", "pause"),
            ("compaction", "pause"),
            ("refusal", "refusal"),
            ("moonrise", "other"),
        ],
    )
    def test_has_a_reason_and_the_providers_word(self, word, reason):
        assert stopped(START, ends(word), STOP) == {"reason": reason, "provider_reason": word}

    def test_of_a_refusal_has_its_details(self):
        details = {"type": "refusal", "category": None, "explanation": "It could harm."}

        assert stopped(START, *TEXT, ends("refusal", stop_details=details), STOP) == {
            "reason": "refusal",
            "provider_reason": "refusal",
            "details": details,
        }

    def test_at_a_sequence_names_it(self):
        assert stopped(START, ends("stop_sequence", stop_sequence="\n\n"), STOP)["stop_sequence"] == "\n\n"

    def test_is_what_was_said_last(self):
        assert stopped(START, ends("pause_turn"), ends("end_turn"), STOP)["provider_reason"] == "end_turn"

    def test_without_a_reason_has_none(self):
        assert stopped(START, *TEXT, STOP) == {"reason": "other"}

    def test_has_beside_it_what_else_message_delta_says_and_nothing_twice(self):
        container = {"id": "container_1", "expires_at": "2026-11-01T00:00:00Z"}
        applied = {"applied_edits": [{"type": "clear_thinking"}]}
        delta = {**ends("end_turn", container=container), "context_management": applied}
        events = named(told(START, delta, delta, STOP), "provider")

        assert [event.get("data") for event in events] == [
            {"container": container},
            {"context_management": applied},
            None,
        ]


class TestItsEnd:
    def test_without_message_stop_is_truncated(self):
        *_, error, kept, end = said(sse(START, *TEXT, ends("end_turn")))

        assert kept["data"] == {"choice": 0, "reason": "stop", "provider_reason": "end_turn"}
        assert (error["type"], error["kind"]) == ("stream.error", "ended_early")
        assert end["outcome"] == "truncated"

    def test_in_the_middle_of_an_event_shows_what_had_come(self):
        whole = sse(START, *TEXT[:2])
        events = said(whole[:-12], end=End("upstream_error", "reset"))

        assert named(events, "block.delta", "message.stop", "block.stop") == []
        [partial] = [event for event in events if "problem" in event]
        assert partial["name"] == "content_block_delta"
        assert partial["data"].startswith('{"type": "content_block_delta"')
        assert events[-1]["outcome"] == "truncated"

    def test_without_the_empty_line_after_message_stop_is_complete(self):
        assert said(sse(START, *TEXT, ends("end_turn"), STOP)[:-1])[-1]["outcome"] == "complete"

    def test_may_be_followed_by_what_others_end_with(self):
        """OpenRouter's stream of Messages ends with [DONE]."""
        *_, done, end = said(sse(START, *TEXT, ends("end_turn"), STOP) + b"event: data\ndata: [DONE]\n\n")

        assert done == {"type": "provider", "name": "[DONE]"}
        assert end["outcome"] == "complete"

    def test_is_final(self):
        *_, late, again, end = said(sse(START, ends("end_turn"), STOP, begins("text", text="late"), STOP))

        assert late["problem"].endswith("a block after the stream's end")
        assert again == {"type": "provider", "name": "message_stop"}
        assert end["outcome"] == "complete"

    def test_has_bedrocks_figures(self):
        metrics = {"inputTokenCount": 5, "firstByteLatency": 310}
        *_, last = told(START, ends("end_turn"), {**STOP, "amazon-bedrock-invocationMetrics": metrics})

        assert last["data"] == {"amazon-bedrock-invocationMetrics": metrics}


class TestErrors:
    def test_in_the_middle_of_a_text_leave_it_open(self):
        failure = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": None}
        *_, error, end = events = said(sse(START, *TEXT[:2], failure))

        assert error == {
            "type": "stream.error",
            "source": "provider",
            "kind": "overloaded_error",
            "message": "Overloaded",
            "provider": failure,
        }
        assert end["outcome"] == "error"
        assert named(events, "block.stop", "message.stop") == []

    def test_may_lack_a_type(self):
        """A server between may say only what went wrong."""
        *_, error, end = said(sse(START) + b'data: {"error": {"message": "gone", "code": 503}}\n\n')

        assert (error["kind"], error["message"]) == ("503", "gone")
        assert end["outcome"] == "error"

    def test_are_told_once_and_what_follows_is_kept(self):
        failure = {"type": "error", "error": {"type": "api_error", "message": "no"}}
        *_, second, late = told(START, failure, failure, begins("text", text=""))

        assert second["data"] == failure
        assert late["problem"].endswith("a block after the stream's error")

    def test_with_their_own_status(self):
        body = json.dumps({"type": "error", "error": {"type": "not_found_error", "message": "no such model"}})
        _, error, end = said(body.encode(), content_type="application/json", status=404)

        assert (error["kind"], error["message"], error["status"]) == ("not_found_error", "no such model", 404)
        assert end["outcome"] == "error"


class TestWhatNobodyKnows:
    def test_an_event_is_passed_on(self):
        moonrise = {"type": "moonrise", "at": "dusk"}

        assert told(START, moonrise)[-1] == {"type": "provider", "name": "moonrise", "data": moonrise}

    def test_vertex_counts_beside_the_stream_and_not_in_it(self):
        event = {"type": "vertex_event", "usage": {"input_tokens": 9, "output_tokens": 1, "tiers": {}}}
        *_, kept = events = told(START, event)

        assert kept["data"] == event
        assert len(named(events, "usage")) == 1

    def test_fields_of_a_known_event_stand_beside_it(self):
        start = {**START, "trace": "t1", "message": {**START["message"], "provider": "Amazon Bedrock"}}
        kept = named(told(start, {**TEXT[0], "trace": "t2"}), "provider")

        assert [(event["name"], event["data"]) for event in kept] == [
            ("message_start", {"provider": "Amazon Bedrock"}),
            ("message_start", {"trace": "t1"}),
            ("content_block_start", {"trace": "t2"}),
        ]

    def test_content_in_message_start_is_kept(self):
        content = [{"type": "text", "text": "early"}]
        [kept] = named(told({**START, "message": {**START["message"], "content": content}}), "provider")

        assert kept["data"] == {"content": content}

    def test_a_second_message_is_no_part_of_the_first(self):
        [kept] = named(told(START, START), "provider")

        assert kept["problem"].endswith("a second message_start")
        assert kept["data"] == START


class TestAWholeMessage:
    def test_says_what_its_stream_says(self):
        whole = {
            **START["message"],
            "content": [{"type": "text", "text": "Hello"}],
            "stop_reason": "end_turn",
            "usage": {**USAGE, "output_tokens": 7},
        }
        streamed = told(started(whole["usage"]), *TEXT, ends("end_turn"), STOP)

        assert told_of_document(whole) == in_one_piece(streamed)

    def test_keeps_its_other_fields(self):
        kept = named(told_of_document({**START["message"], "container": {"id": "c"}}), "provider")

        assert kept == [{"type": "provider", "name": "message", "data": {"container": {"id": "c"}}}]

    def test_may_be_an_error_with_status_200(self):
        [error] = told_of_document({"type": "error", "error": {"type": "api_error", "message": "no"}})

        assert (error["type"], error["kind"]) == ("stream.error", "api_error")

    def test_that_is_none_is_passed_on(self):
        [kept, error] = told_of_document({"input_tokens": 12})

        assert kept["data"] == {"input_tokens": 12}
        assert error["kind"] == "ended_early"


class TestEveryKindOfTheSdkHasItsStream:
    @pytest.mark.parametrize(
        ("label", "union"),
        [
            ("", beta.BetaRawMessageStreamEvent),
            ("", stable.RawMessageStreamEvent),
            ("content_block_start / ", beta.beta_raw_content_block_start_event.ContentBlock),
            ("content_block_start / ", stable.raw_content_block_start_event.ContentBlock),
            ("content_block_delta / ", beta.BetaRawContentBlockDelta),
            ("content_block_delta / ", stable.RawContentBlockDelta),
            ("content_block_delta / citations_delta / ", beta.beta_citations_delta.Citation),
            ("content_block_delta / citations_delta / ", stable.citations_delta.Citation),
            ("error / ", stable.shared.error_object.ErrorObject),
        ],
    )
    def test_of_a_union(self, label, union):
        models = get_args(get_args(union)[0])
        types = {get_args(model.model_fields["type"].annotation)[0] for model in models}

        missing = {kind for kind in types if not any(known.startswith(label + kind) for known in KINDS)}
        assert len(types) >= 5
        assert missing == set()

    @pytest.mark.parametrize("words", [beta.BetaStopReason, stable.StopReason])
    def test_of_the_stop_reasons(self, words):
        assert {f"stop_reason {word}" for word in get_args(words)} <= KINDS.keys()
        assert set(get_args(words)) <= REASONS.keys()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/messages", "anthropic.messages"),
        ("/api/v1/messages", "anthropic.messages"),
        ("/anthropic/v1/messages", "anthropic.messages"),
        ("/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict", "anthropic.messages"),
        ("/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:rawPredict", "anthropic.messages"),
        ("/v1/complete", "anthropic.complete"),
        ("/v1/messages/count_tokens", "unknown"),
        ("/v1/messages/batches", "unknown"),
        ("/v1/threads/thread_1/messages", "unknown"),
        ("/v1/projects/p/locations/l/publishers/mistralai/models/m:streamRawPredict", "not anthropic"),
    ],
)
def test_its_paths(path, name):
    found = api_of(path).name
    assert found == name or (name == "not anthropic" and not found.startswith("anthropic"))
