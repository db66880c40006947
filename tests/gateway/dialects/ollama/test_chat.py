"""Ollama's chat and generate: conversations that servers had or might have, told as events."""

import pytest
from ollama import ChatResponse, GenerateResponse, Message

from gateway.dialects.apis import api_of
from gateway.dialects.ollama.chat import OllamaChat, OllamaGenerate
from gateway.reader import read
from recorder.interaction import End
from tests.gateway.bodies import conversation
from tests.gateway.dialects.kinds import ollama_chat as chat
from tests.gateway.dialects.kinds import ollama_generate as generate
from tests.gateway.dialects.kinds.ollama_chat import COUNTS, HELLO, LOGPROBS, call, last, line
from tests.gateway.dialects.telling import deltas, document, only, told, transcript
from tests.gateway.stream_rules import broken, problems

EVERY = [
    pytest.param(kinds, values, id=f"{kinds.API} {label}")
    for kinds in (chat, generate)
    for label, values in kinds.KINDS.items()
]


def outcome(events):
    return only(events, "stream.end")[0]["outcome"]


def stop(*values, kinds=chat):
    [stop] = only(told(kinds, *values), "message.stop")
    return stop["reason"], stop.get("provider_reason")


@pytest.mark.parametrize(("kinds", "values"), EVERY)
def test_every_kind_keeps_the_rules_and_can_be_read(kinds, values):
    interaction = conversation(kinds, values)
    assert broken(interaction) == []
    assert problems(read(interaction)) == []


def test_every_field_of_the_sdk_has_its_kind():
    ours = {*COUNTS, "model", "created_at", "message", "role", "done", "done_reason"}
    for model, kinds, prefix in (
        (ChatResponse, chat, ""),
        (Message, chat, "message."),
        (GenerateResponse, generate, ""),
    ):
        labels = {part.removeprefix(prefix) for label in kinds.KINDS for part in label.split(", ")}
        assert model.model_fields.keys() - labels <= ours, model


@pytest.mark.parametrize(("path", "api"), [("/api/chat", OllamaChat), ("/api/generate", OllamaGenerate)])
def test_is_found_by_its_path(path, api):
    assert api_of(path) is api


def test_a_stream_from_its_start_to_its_end():
    assert told(chat, line(content="Hel"), line(content="lo"), last(**COUNTS))[:-1] == [
        {"type": "message.start", "choice": 0, "role": "assistant", "model": "qwen3"},
        {"type": "provider", "name": "response", "data": {"created_at": "2025-08-20T13:47:53.1Z"}},
        {"type": "block.start", "index": 0, "kind": "text"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Hel"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "lo"},
        {
            "type": "usage",
            "input": 25,
            "output": 9,
            "provider": {"created_at": "2025-08-20T13:47:54.2Z", **COUNTS},
        },
        {"type": "block.stop", "index": 0, "synthesized": True},
        {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "stop"},
    ]


def test_generate_says_the_same_with_other_names():
    values = [generate.line(thinking="Hm."), generate.line("Yes"), generate.last(**COUNTS)]
    assert list(deltas(told(generate, *values))) == [(0, "text", "Hm."), (1, "text", "Yes")]
    assert stop(*values, kinds=generate) == ("stop", "stop")


@pytest.mark.parametrize(("kinds", "whole"), [(chat, last(**COUNTS)), (generate, generate.last(**COUNTS))])
def test_an_answer_in_one_piece_says_what_its_stream_would_have(kinds, whole):
    assert document(kinds, whole)[:-1] == told(kinds, whole)[:-1]
    assert outcome(document(kinds, whole)) == "complete"


class TestBlocks:
    def test_change_with_what_is_said(self):
        values = line(thinking="Let"), line(thinking=" me"), line(content="Yes"), line(tool_calls=[call("look", {})])
        events = told(chat, *values, line(content="No"), last())
        assert [start["kind"] for start in only(events, "block.start")] == ["thinking", "text", "tool_call", "text"]
        assert list(deltas(events)) == [(0, "text", "Let"), (0, "text", " me"), (1, "text", "Yes"), (3, "text", "No")]

    def test_of_one_line_come_in_the_order_of_a_message(self):
        whole = line(content="Yes", thinking="Hm.", tool_calls=[call("look", {"n": 1})], images=["iVBORw0KGgo="])
        kinds = [start["kind"] for start in only(told(chat, whole, last()), "block.start")]
        assert kinds == ["thinking", "text", "image", "tool_call"]

    def test_of_no_text_are_none(self):
        assert only(told(chat, line(), line(thinking=None), last()), "block.start") == []

    def test_have_the_probabilities_of_their_text(self):
        events = told(chat, {**HELLO, "logprobs": LOGPROBS}, last())
        assert list(deltas(events)) == [(0, "text", "Hello"), (0, "logprobs", LOGPROBS)]

    def test_are_not_needed_to_keep_probabilities(self):
        events = told(chat, {**line(), "logprobs": LOGPROBS}, last())
        assert {"name": "response", "data": {"logprobs": LOGPROBS}} in only(events, "provider")


class TestACall:
    def test_comes_whole_and_makes_the_reason(self):
        values = (
            line(tool_calls=[call("look", {"place": "Zürich"}), call("look", {"place": "Bern"})]),
            line(tool_calls=[call("add", {}, id="call_3", type="function")]),
            last(),
        )
        calls = transcript(chat, *values).choices[0].tool_calls
        assert [(each.id, each.name, each.parsed_arguments()) for each in calls] == [
            (None, "look", {"place": "Zürich"}),
            (None, "look", {"place": "Bern"}),
            ("call_3", "add", {}),
        ]
        assert calls[2].provider == {"type": "function"}
        assert stop(*values) == ("tool_calls", "stop")

    def test_that_was_cut_off_by_the_limit_is_not_the_reason(self):
        assert stop(line(tool_calls=[call("look", {})]), last("length")) == ("length", "length")

    def test_may_be_none(self):
        assert stop(line(content="Hello", tool_calls=[]), last()) == ("stop", "stop")


class TestTheEnd:
    def test_is_the_line_that_says_done(self):
        assert outcome(told(chat, HELLO, last())) == "complete"
        assert outcome(told(chat, HELLO)) == "truncated"
        assert outcome(told(chat)) == "truncated"

    def test_is_there_even_if_the_connection_is_lost_then(self):
        assert outcome(told(chat, HELLO, last(), end=End("upstream_error", "reset"))) == "complete"

    def test_of_an_old_server_has_no_reason(self):
        values = dict(last())
        del values["done_reason"]
        assert stop(HELLO, values) == ("other", None)

    @pytest.mark.parametrize("word", ["load", "unload", "bored"])
    def test_may_have_another_word(self, word):
        assert stop(last(word)) == ("other", word)

    def test_is_the_last_line(self):
        events = told(chat, HELLO, last(), last("length"))
        assert [event["data"] for event in only(events, "provider") if "problem" in event] == [last("length")]
        assert len(only(events, "message.stop")) == 1

    def test_is_not_there_because_of_a_reason(self):
        events = told(chat, {**HELLO, "done_reason": "stop"})
        assert {"name": "response", "data": {"done_reason": "stop"}} in only(events, "provider")
        assert outcome(events) == "truncated"

    def test_without_counts_has_no_usage(self):
        assert only(told(chat, HELLO, last()), "usage") == []

    def test_with_one_count_has_that(self):
        [usage] = only(told(chat, HELLO, last(eval_count=7)), "usage")
        assert (usage.get("input"), usage["output"]) == (None, 7)


class TestAnError:
    @pytest.mark.parametrize("kinds", [chat, generate])
    def test_ends_the_stream_with_its_blocks_open(self, kinds):
        events = told(kinds, kinds.HELLO, {"error": "out of memory"})
        assert only(events, "stream.error") == [
            {
                "source": "provider",
                "kind": "error",
                "message": "out of memory",
                "provider": {"error": "out of memory"},
            }
        ]
        assert only(events, "block.stop", "message.stop") == []

    def test_may_be_the_whole_answer(self):
        assert outcome(document(chat, {"error": "out of memory"})) == "error"


def test_a_model_or_a_role_that_changes_is_said():
    changed = {**line(role="tool"), "model": "llama3"}
    reported = [event.get("data") for event in only(told(chat, HELLO, changed, last()), "provider")]
    assert {"role": "tool"} in reported
    assert {"model": "llama3"} in reported


def test_a_line_of_another_shape_is_reported_and_reading_goes_on():
    strange = line(tool_calls=[{"name": "look"}])
    events = told(chat, HELLO, strange, last())
    assert [event["data"] for event in only(events, "provider") if "problem" in event] == [strange]
    assert outcome(events) == "complete"
