"""Anthropic's Text Completions: one text in pieces, and why it ends. Its SDK does not know them any more."""

import json

import anthropic
import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.anthropic.conversation import named, said, sse, told, told_of_document
from tests.gateway.dialects.kinds.anthropic_complete import PATH, completes

END = ("stop_sequence", "\n\nHuman:")


def test_a_stream_from_its_first_piece_to_its_stop():
    assert told(completes(" Light"), {"type": "ping"}, completes(" sc"), completes("", *END), path=PATH) == [
        {"type": "message.start", "choice": 0, "id": "compl_1", "model": "claude-2.1"},
        {"type": "block.start", "index": 0, "kind": "text"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": " Light"},
        {"type": "provider", "name": "completion", "data": {"log_id": "compl_1"}},
        {"type": "ping"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": " sc"},
        {"type": "block.stop", "index": 0, "synthesized": True},
        {
            "type": "message.stop",
            "choice": 0,
            "reason": "stop_sequence",
            "provider_reason": "stop_sequence",
            "stop_sequence": "\n\nHuman:",
        },
    ]


@pytest.mark.parametrize(("word", "reason"), [("max_tokens", "length"), ("moonrise", "other")])
def test_other_reasons(word, reason):
    [stop] = named(told(completes(" Light", word), path=PATH), "message.stop")

    assert (stop["reason"], stop["provider_reason"]) == (reason, word)


def test_without_a_reason_it_is_truncated():
    *_, error, end = said(sse(completes(" Light")), PATH)

    assert (error["kind"], end["outcome"]) == ("ended_early", "truncated")


def test_an_error_in_the_middle():
    failure = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    *_, error, end = said(sse(completes(" Light"), failure), PATH)

    assert (error["kind"], error["provider"], end["outcome"]) == ("overloaded_error", failure, "error")


def test_what_nobody_knows_is_passed_on():
    assert told({"type": "moonrise", "at": 1}, path=PATH)[0]["data"] == {"type": "moonrise", "at": 1}


def test_another_model_in_the_middle_is_told():
    [_, other] = named(told(completes(" Light"), {**completes(" sc"), "model": "claude-3"}, path=PATH), "provider")

    assert other["data"] == {"model": "claude-3"}


def test_a_whole_completion_says_what_its_stream_says():
    assert told_of_document(completes(" Light", *END), PATH) == told(completes(" Light", *END), path=PATH)


def test_a_whole_completion_without_a_reason_has_ended_all_the_same():
    [stop] = named(told_of_document(completes(" Light"), PATH), "message.stop")

    assert stop == {"type": "message.stop", "choice": 0, "reason": "other"}


def test_an_error_in_place_of_a_completion():
    [error] = told_of_document({"error": {"type": "api_error", "message": "no"}}, PATH)

    assert (error["kind"], error["message"]) == ("api_error", "no")


def test_an_error_beside_something_else_is_one_too():
    [error] = told_of_document({"error": {"type": "api_error", "message": "no"}, "tide": "low"}, PATH)

    assert error["provider"] == {"error": {"type": "api_error", "message": "no"}, "tide": "low"}


def test_the_sdk_has_no_reading_to_compare_with():
    assert not hasattr(anthropic.Anthropic(api_key="none"), "completions")


@pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
@pytest.mark.parametrize("sample", of_wire("anthropic.complete"), ids=lambda sample: sample.id)
def test_the_text_of_a_real_stream(sample):
    """Each frame is a line of data of its own: read here with nothing but that."""
    lines = [line for line in sample.body.split(b"\r\n") if line.startswith(b"data:")]
    frames = [json.loads(line.removeprefix(b"data:")) for line in lines]
    completions = [frame for frame in frames if frame["type"] == "completion"]
    transcript = Transcript.of(read(sample.interaction()))

    [message] = transcript.choices
    assert message.text == "".join(frame["completion"] for frame in completions)
    assert (message.id, message.model) == (completions[0]["id"], completions[0]["model"])
    assert (message.provider_reason, message.stop_sequence) == (completions[-1]["stop_reason"], completions[-1]["stop"])
    assert transcript.outcome == "complete"
