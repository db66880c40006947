"""One candidate: whose message it is, what annotates its text, why it ends."""

import pytest
from google.genai import types

from gateway.dialects.gemini.candidate import REASONS
from tests.gateway.dialects.kinds import gemini_generate as kinds
from tests.gateway.dialects.kinds.gemini_generate import CANDIDATES, HELLO, KINDS, LOGPROBS, call, frame, grounded
from tests.gateway.dialects.telling import deltas, only, told

STOP = frame(finishReason="STOP")
GROUNDED = {"groundingMetadata": grounded("web")}


def stop(*values):
    [stop] = only(told(kinds, *values), "message.stop")
    return stop


def reported(*values):
    return [(event["name"], event.get("data")) for event in only(told(kinds, *values), "provider")]


def test_every_finish_reason_has_its_meaning_and_its_kind():
    members = {reason.value for reason in types.FinishReason}
    assert members == REASONS.keys()
    assert members <= {label.removeprefix("finishReason ") for label in KINDS}


def test_every_field_of_a_candidate_has_its_kind():
    fields = {field.alias or name for name, field in types.Candidate.model_fields.items()}
    told_apart = {label.partition(",")[0] for label in CANDIDATES}
    assert fields - told_apart == {"content", "index", "finishReason"}


class TestWhyItEnds:
    def test_stands_beside_the_providers_word(self):
        assert stop(HELLO, frame(finishReason="MAX_TOKENS")) == {
            "choice": 0,
            "reason": "length",
            "provider_reason": "MAX_TOKENS",
        }

    @pytest.mark.parametrize(
        "values",
        [
            [frame(call("look"), finishReason="STOP")],
            [frame(call("look")), frame({"text": ""}, finishReason="STOP")],
            [frame({"text": "Hm"}, finishReason="STOP"), frame(call("look"))],
        ],
        ids=["in its frame", "before", "after"],
    )
    def test_is_a_call_where_there_was_one(self, values):
        assert (stop(*values)["reason"], stop(*values)["provider_reason"]) == ("tool_calls", "STOP")

    def test_is_not_a_call_where_the_model_was_cut_off(self):
        assert stop(frame(call("look")), frame(finishReason="MAX_TOKENS"))["reason"] == "length"

    def test_may_be_said_in_every_frame_and_the_last_word_counts(self):
        values = frame({"text": "A"}, finishReason="STOP"), frame(finishReason="STOP"), frame(finishReason="RECITATION")
        assert stop(*values)["reason"] == "content_filter"
        assert reported(*values) == [
            ("GenerateContentResponse", None),
            ("candidates[0]", {"finishReason": "STOP"}),
        ]

    def test_a_word_that_is_new_is_passed_on(self):
        assert stop(HELLO, frame(finishReason="BORED")) == {"choice": 0, "reason": "other", "provider_reason": "BORED"}


class TestItsMetadata:
    def test_that_comes_again_is_not_said_again(self):
        events = told(kinds, HELLO, frame(**GROUNDED), frame({"text": " Yes."}, **GROUNDED), STOP)
        assert [kind for _, kind, _ in deltas(events)] == ["text", "citation", "text"]
        assert reported(HELLO, frame(**GROUNDED), frame({"text": " Yes."}, **GROUNDED), STOP)[0] == (
            "candidates[0].groundingMetadata",
            {"webSearchQueries": ["where is paris"]},
        )

    def test_that_has_no_text_to_be_about_is_kept_whole(self):
        fields = {**GROUNDED, "logprobsResult": LOGPROBS}
        assert reported(frame(call("look")), frame(**fields), STOP)[0] == ("candidates[0]", fields)

    def test_is_of_its_own_choice(self):
        second = {"content": {"parts": [{"text": "B"}], "role": "model"}, "index": 1, "avgLogprobs": -0.5}
        assert reported({"candidates": [second]})[0] == ("candidates[1]", {"avgLogprobs": -0.5})


class TestItsRole:
    def test_is_said_once(self):
        assert [start.get("role") for start in only(told(kinds, HELLO, HELLO, STOP), "message.start")] == ["model"]

    def test_that_comes_late_or_changes_is_said(self):
        late = {"candidates": [{"content": {"parts": [{"text": "A"}]}}]}
        assert reported(late, HELLO)[0] == ("candidates[0].content", {"role": "model"})
