"""Gemini Interactions: conversations that the provider had or might have, told as events."""

import importlib
from typing import get_args

import pytest

from gateway.dialects.apis import api_of
from gateway.dialects.gemini.interactions import REASONS, GeminiInteractions
from gateway.reader import read
from tests.gateway.bodies import conversation
from tests.gateway.dialects.kinds import gemini_interactions as kinds
from tests.gateway.dialects.kinds.gemini_interactions import (
    CREATED,
    KINDS,
    OUTPUT,
    USAGE,
    begins,
    ends,
    event,
    more,
    over,
)
from tests.gateway.dialects.telling import document, only, told
from tests.gateway.stream_rules import broken, problems

HELLO = OUTPUT, more("text", text="Hello"), over()
STEPS = [{"type": "model_output", "content": [{"type": "text", "text": "Hello"}]}]


def outcome(events):
    return only(events, "stream.end")[0]["outcome"]


def sdk(module):
    return importlib.import_module(f"google.genai._gaos.types.interactions.{module}")


@pytest.mark.parametrize("values", KINDS.values(), ids=KINDS)
def test_every_kind_keeps_the_rules_and_can_be_read(values):
    interaction = conversation(kinds, values)
    assert broken(interaction) == []
    assert problems(read(interaction)) == []


def test_every_event_of_the_sdk_has_its_kind():
    labels = {label.partition(" ")[0] for label in KINDS}
    assert vars(sdk("interactionsseevent"))["_INTERACTION_SSE_EVENT_VARIANTS"].keys() <= labels


def test_every_status_of_the_sdk_has_its_meaning_and_its_kind():
    known, _ = get_args(sdk("interactionstatusupdate").InteractionStatusUpdateStatus)
    statuses = set(get_args(known))
    assert statuses == {*REASONS, "failed"}
    assert {f"interaction.completed / {status}" for status in statuses} <= KINDS.keys()


@pytest.mark.parametrize("path", ["/v1beta/interactions", "/v1/interactions/v1_ChdiR3NI"])
def test_is_found_by_its_path(path):
    assert api_of(path) is GeminiInteractions


def test_a_stream_from_its_start_to_its_end():
    status = event("interaction.status_update", interaction_id="v1_1", status="in_progress")
    assert told(kinds, CREATED, status, *HELLO, ends("completed", usage=USAGE), "[DONE]")[:-1] == [
        {"type": "message.start", "choice": 0, "id": "v1_1", "model": "gemini-3-flash"},
        {"type": "provider", "name": "interaction", "data": {"status": "in_progress"}},
        {"type": "provider", "name": "interaction.status_update"},
        {"type": "provider", "name": "step.start", "data": OUTPUT},
        {"type": "block.start", "index": 0, "kind": "text", "provider_type": "model_output"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Hello"},
        {"type": "block.stop", "index": 0},
        {
            "type": "usage",
            "input": 156 + 11,
            "output": 34 + 118,
            "total": 319,
            "cache_read": 100,
            "reasoning": 118,
            "provider": USAGE,
        },
        {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "completed"},
        {"type": "provider", "name": "[DONE]"},
    ]


class TestTheEnd:
    def test_is_the_completed_event_and_nothing_else(self):
        assert outcome(told(kinds, CREATED, *HELLO, ends("completed"))) == "complete"
        assert outcome(told(kinds, CREATED, *HELLO)) == "truncated"
        assert outcome(told(kinds, CREATED, *HELLO, "[DONE]")) == "truncated"

    def test_closes_a_step_that_was_not_stopped(self):
        events = told(kinds, CREATED, OUTPUT, more("text", text="Hello"), ends("incomplete"))
        assert only(events, "block.stop") == [{"index": 0, "synthesized": True}]
        assert only(events, "message.stop")[0]["reason"] == "length"

    def test_that_failed_is_the_streams_error(self):
        events = told(kinds, CREATED, ends("failed", errors=[{"code": "internal", "message": "No."}]))
        [error] = only(events, "stream.error")
        assert (error["kind"], error["message"], outcome(events)) == ("internal", "No.", "error")

    def test_that_is_failed_by_an_error_event_is_too(self):
        events = told(kinds, CREATED, *HELLO, event("error", error={"code": "gone", "message": "No."}))
        assert only(events, "stream.error")[0]["kind"] == "gone"
        assert outcome(events) == "error"

    def test_comes_once(self):
        events = told(kinds, CREATED, ends("completed"), ends("incomplete"))
        assert [event["data"] for event in only(events, "provider") if "problem" in event] == [ends("incomplete")]

    def test_may_repeat_the_steps(self):
        events = told(kinds, CREATED, *HELLO, ends("completed", steps=STEPS))
        assert [event for event in only(events, "provider") if "problem" in event] == []
        assert len(only(events, "block.start")) == 1

    def test_may_have_steps_that_are_others_than_those_that_were_streamed(self):
        other = [{"type": "model_output", "content": [{"type": "text", "text": "Bye"}]}]
        events = told(kinds, CREATED, *HELLO, ends("completed", steps=other))
        [strange] = [event for event in only(events, "provider") if "problem" in event]
        assert strange["data"] == {"steps": other}

    def test_may_be_all_there_is(self):
        events = told(kinds, ends("completed", steps=STEPS))
        assert [delta["text"] for delta in only(events, "block.delta")] == ["Hello"]
        assert outcome(events) == "complete"


class TestAnAnswerInOnePiece:
    def test_says_what_its_stream_would_have(self):
        whole = {"id": "v1_1", "model": "gemini-3-flash", "status": "completed", "steps": STEPS, "usage": USAGE}
        events = document(kinds, whole)
        assert [event["type"] for event in events] == [
            "message.start",
            "block.start",
            "block.delta",
            "block.stop",
            "usage",
            "message.stop",
            "stream.end",
        ]

    def test_has_no_ends_of_its_blocks(self):
        thought = {"type": "thought", "summary": [{"type": "text", "text": "Hm"}]}
        events = document(kinds, {"id": "v1_1", "status": "completed", "steps": [thought, *STEPS]})
        assert only(events, "block.stop") == [{"index": 0, "synthesized": True}, {"index": 1, "synthesized": True}]

    def test_that_is_not_finished_in_the_background_pauses(self):
        events = document(kinds, {"id": "v1_1", "status": "in_progress"})
        assert only(events, "message.stop")[0]["reason"] == "pause"
        assert outcome(events) == "complete"

    def test_may_be_an_error(self):
        events = document(kinds, {"error": {"code": "gone", "message": "No."}})
        assert only(events, "stream.error")[0]["message"] == "No."


def test_a_step_that_has_no_start_is_reported_by_its_stop():
    events = told(kinds, CREATED, over(7), ends("completed"))
    assert [event["data"] for event in only(events, "provider") if "problem" in event] == [over(7)]


def test_an_id_that_changes_is_said():
    status = event("interaction.status_update", interaction_id="v1_2", status="in_progress")
    assert {"name": "interaction", "data": {"id": "v1_2"}} in only(told(kinds, CREATED, status), "provider")


def test_what_failed_in_a_step_is_said():
    failed = begins("model_output", error={"code": 13, "message": "No."})
    expected = {"name": "model_output", "data": {"error": {"code": 13, "message": "No."}}}
    assert expected in only(told(kinds, CREATED, failed), "provider")
