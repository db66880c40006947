"""Models that send pieces of text through Bedrock; their whole streams are in test_bedrock_invoke.py."""

import pytest

from gateway.dialects.bedrock.texts import REASONS, LlamaText, MistralText, TextPieces, TitanText
from gateway.dialects.composer import Composer
from gateway.events import event_json
from gateway.wire import Frame

FRAME = Frame(0, 0, 0, 0, "data")


def told(model, *values):
    out = Composer()
    api = model(out)
    for value in values:
        api.frame(FRAME, value)
    hidden = ("seq", "t")
    return [{name: field for name, field in event_json(event).items() if name not in hidden} for event in out.take()]


def stops(events):
    return [(event["choice"], event["reason"]) for event in events if event["type"] == "message.stop"]


def test_titans_reasons_and_running_totals():
    events = told(
        TitanText,
        {"outputText": "Hi", "index": 0, "inputTextTokenCount": 3, "totalOutputTextTokenCount": None},
        {"outputText": "", "index": 0, "completionReason": "CONTENT_FILTERED", "totalOutputTextTokenCount": 2},
    )
    assert [(event["input"], event.get("output")) for event in events if event["type"] == "usage"] == [
        (3, None),
        (3, 2),
    ]
    assert stops(events) == [(0, "content_filter")]


def test_titans_results_are_choices_with_counts_of_their_own():
    results = [
        {"outputText": "Hi", "completionReason": "FINISH", "tokenCount": 2},
        {"outputText": "Ho", "completionReason": "LENGTH", "tokenCount": 3},
    ]
    events = told(TitanText, {"inputTextTokenCount": 5, "results": results})

    assert stops(events) == [(0, "stop"), (1, "length")]
    assert [event["data"] for event in events if event["type"] == "provider"] == [{"tokenCount": 2}, {"tokenCount": 3}]


def test_mistrals_outputs_are_choices_and_all_must_end():
    pieces = [{"text": "a", "stop_reason": "stop"}, {"text": "b", "stop_reason": None}]
    assert stops(told(MistralText, {"outputs": pieces})) == []
    ended = {"outputs": [{"text": ""}, {"text": "c", "stop_reason": "length"}]}
    assert stops(told(MistralText, {"outputs": pieces}, ended)) == [(0, "stop"), (1, "length")]


def test_llamas_images_and_guardrails_are_passed_on():
    events = told(LlamaText, {"generation": "Hi", "amazon-bedrock-guardrailAction": "NONE", "stop_reason": "stop"})
    assert [event["data"] for event in events if event["type"] == "provider"] == [
        {"amazon-bedrock-guardrailAction": "NONE"}
    ]


def test_a_word_that_nobody_knows():
    [*_, stop] = told(LlamaText, {"generation": "Hi", "stop_reason": "moonrise"})
    assert (stop["reason"], stop["provider_reason"]) == ("other", "moonrise")
    assert "moonrise" not in REASONS


def test_the_base_has_no_pieces():
    with pytest.raises(NotImplementedError):
        TextPieces(Composer()).frame(FRAME, {})
