"""Cohere's generate: generations that it gave or might give, told as events."""

from typing import get_args

import pytest
from cohere.types import FinishReason, GenerateStreamedResponse

from gateway.dialects.apis import api_of
from tests.gateway.dialects.bedrock.conversation import named, of_document, of_lines
from tests.gateway.dialects.kinds.cohere_generate import KINDS, PATH, ends, generated
from tests.gateway.dialects.kinds.cohere_v1 import META, text


def told(*values):
    return of_lines(PATH, *values)


def joined(events):
    return "".join(delta["text"] for delta in named(events, "block.delta"))


class TestAStream:
    def test_in_pieces(self):
        events = told(text("Hel"), text("lo"), ends(meta=META))
        assert joined(events) == "Hello"
        assert named(events, "usage")[0]["output"] == 3
        assert events[-1]["outcome"] == "complete"

    def test_of_several_at_once(self):
        first, second = generated("COMPLETE", index=0), generated("COMPLETE", index=1, text="Bye")
        events = told(
            {**text("Hel"), "index": 0},
            {**text("Bye"), "index": 1},
            {**text("lo"), "index": 0},
            ends(generations=[first, second]),
        )
        assert [(delta["index"], delta["text"]) for delta in named(events, "block.delta")] == [
            (0, "Hel"),
            (1, "Bye"),
            (0, "lo"),
        ]
        assert [stop["choice"] for stop in named(events, "message.stop")] == [0, 1]

    def test_that_says_other_words_at_the_end(self):
        events = told(text("Bye"), ends())
        assert [event["data"] for event in named(events, "provider") if "problem" in event] == [{"text": "Hello"}]

    def test_that_fails(self):
        [error] = named(told(*KINDS["stream-error"]), "stream.error")
        assert (error["kind"], error["message"]) == ("ERROR", "The model is not there.")

    def test_that_was_cut_off(self):
        assert told(text("Hel"))[-1]["outcome"] == "truncated"

    def test_passes_on_what_else_is_in_a_line(self):
        events = told({**text("Hel"), "likelihood": -0.5}, ends())
        assert {"name": "text-generation", "data": {"likelihood": -0.5}} in named(events, "provider")


class TestADocument:
    def test_of_two_generations(self):
        two = [generated("COMPLETE"), generated("MAX_TOKENS", id="generation_2", text="Bye")]
        events = of_document(PATH, {"id": "response_1", "generations": two, "meta": META})

        assert named(events, "message.start") == [
            {"choice": 0, "id": "generation_1"},
            {"choice": 1, "id": "generation_2"},
        ]
        assert [delta["text"] for delta in named(events, "block.delta")] == ["Hello", "Bye"]
        assert [stop["reason"] for stop in named(events, "message.stop")] == ["stop", "length"]


class TestEveryKindOfTheSdkHasItsStream:
    def test_of_the_events(self):
        models = get_args(get_args(GenerateStreamedResponse)[0])
        types = {get_args(model.model_fields["event_type"].annotation)[0] for model in models}
        assert len(types) == 3
        assert {kind for kind in types if not any(label.startswith(kind) for label in KINDS)} == set()

    def test_of_the_finish_reasons(self):
        words = get_args(get_args(FinishReason)[0])
        assert {f"finish_reason {word}" for word in words} <= KINDS.keys()


@pytest.mark.parametrize(("path", "name"), [("/v1/generate", "cohere.generate"), ("/api/generate", "ollama.generate")])
def test_its_paths(path, name):
    assert api_of(path).name == name
