"""Parts of a Gemini candidate, told as blocks."""

from google.genai import types

from tests.gateway.dialects.kinds import gemini_generate as kinds
from tests.gateway.dialects.kinds.gemini_generate import KINDS, PARTIAL_ARGS, call, frame
from tests.gateway.dialects.telling import deltas, only, told, transcript

STOP = frame(finishReason="STOP")
THOUGHT = {"text": "Let me see.", "thought": True}


def said(*values):
    return list(deltas(told(kinds, *values, STOP)))


def blocks(*values):
    return [block["kind"] for block in only(told(kinds, *values, STOP), "block.start")]


def test_every_field_of_a_part_has_its_kind():
    fields = {field.alias or name for name, field in types.Part.model_fields.items()} - {"thought"}
    missing = {field for field in fields if not any(label.startswith(f"part / {field}") for label in KINDS)}
    assert missing == set()


def test_every_value_of_a_partial_argument_has_its_kind():
    fields = {field.alias or name for name, field in types.PartialArg.model_fields.items()}
    assert {field for field in fields if field.endswith("Value")} == PARTIAL_ARGS.keys()


class TestText:
    def test_goes_on_over_frames(self):
        assert said(frame({"text": " AI"}), frame({"text": ""}), frame({"text": "? "}, {"text": "Yes"})) == [
            (0, "text", " AI"),
            (0, "text", "? "),
            (0, "text", "Yes"),
        ]

    def test_that_turns_into_an_answer_after_thinking_begins_a_block(self):
        events = told(kinds, frame(THOUGHT), frame({"text": "Yes"}), STOP)
        assert only(events, "block.start", "block.stop")[:3] == [
            {"index": 0, "kind": "thinking"},
            {"index": 0, "synthesized": True},
            {"index": 1, "kind": "text"},
        ]

    def test_of_no_length_is_no_block(self):
        assert blocks(frame({"text": ""})) == []
        assert blocks(frame({})) == []


class TestASignature:
    def test_belongs_to_the_part_that_it_came_with(self):
        first = {**call("look", args={"n": 1}), "thoughtSignature": "SIG1"}
        second = call("look", args={"n": 2})
        assert said(frame(THOUGHT), frame(first, second)) == [
            (0, "text", "Let me see."),
            (1, "json", {"n": 1}),
            (1, "signature", "SIG1"),
            (2, "json", {"n": 2}),
        ]

    def test_on_an_empty_text_is_of_the_text_before(self):
        values = frame({"text": "Yes"}), frame({"text": "", "thoughtSignature": "SIG"})
        assert said(*values) == [(0, "text", "Yes"), (0, "signature", "SIG")]

    def test_on_an_empty_text_after_something_else_stands_alone(self):
        values = frame(call("look")), frame({"text": "", "thoughtSignature": "SIG"})
        assert blocks(*values) == ["tool_call", "text"]
        assert said(*values) == [(1, "signature", "SIG")]

    def test_needs_no_text_to_come_with(self):
        assert said(frame({"thoughtSignature": "SIG"})) == [(0, "signature", "SIG")]

    def test_ends_its_block_so_that_no_other_text_is_signed_with_it(self):
        values = frame({"text": "One", "thoughtSignature": "S1"}), frame({"text": "Two", "thoughtSignature": "S2"})
        assert said(*values) == [(0, "text", "One"), (0, "signature", "S1"), (1, "text", "Two"), (1, "signature", "S2")]


class TestACall:
    def test_comes_whole(self):
        events = told(kinds, frame(call("look", id="c-1", args={"place": "Zürich", "days": [1, 2.5]})), STOP)
        assert only(events, "block.start", "block.delta", "block.stop") == [
            {"index": 0, "kind": "tool_call", "id": "c-1", "name": "look", "by": "client"},
            {"index": 0, "kind": "json", "text": '{"place":"Zürich","days":[1,2.5]}'},
            {"index": 0, "synthesized": True},
        ]

    def test_without_arguments_has_none(self):
        [block] = transcript(kinds, frame(call("look", args={})), STOP).choices[0].tool_calls
        assert (block.name, block.arguments, block.parsed_arguments()) == ("look", "", {})

    def test_that_goes_on_is_one_block_until_it_does_not(self):
        values = (
            frame(call("look", id="c-1", willContinue=True)),
            frame(call(partialArgs=[PARTIAL_ARGS["stringValue"]], willContinue=True)),
            frame(call(partialArgs=[{"jsonPath": "$.city", "stringValue": "ich"}], willContinue=True)),
            frame(call(partialArgs=[PARTIAL_ARGS["numberValue"], PARTIAL_ARGS["boolValue"]], willContinue=True)),
            frame(call(partialArgs=[PARTIAL_ARGS["nullValue"]], willContinue=True)),
            frame(call()),
            frame(call("look", id="c-2", args={"city": "Bern"})),
        )
        first, second = transcript(kinds, *values, STOP).choices[0].tool_calls

        assert (first.id, first.name) == ("c-1", "look")
        assert first.parsed_arguments() == {"city": "Zürich", "days": [2], "metric": True, "until": None}
        assert (second.id, second.parsed_arguments()) == ("c-2", {"city": "Bern"})
        assert said(*values)[:2] == [
            (0, "json_patch", {"path": "$.city", "value": "Zür", "more": True}),
            (0, "json_patch", {"path": "$.city", "value": "ich", "more": False}),
        ]

    def test_that_goes_on_may_say_its_name_again_and_its_id_late(self):
        values = frame(call("look", willContinue=True)), frame(call("look", id="c-1"))
        assert blocks(*values) == ["tool_call"]
        assert said(*values) == [(0, "provider", {"id": "c-1"})]

    def test_keeps_what_is_new_in_an_argument(self):
        arg = {"jsonPath": "$.n", "numberValue": 2, "unit": "days"}
        _, second = said(frame(call("look", partialArgs=[arg])))
        assert second == (0, "provider", {"unit": "days"})

    def test_by_the_server_is_not_the_clients(self):
        values = frame(kinds.PARTS["toolCall"], kinds.PARTS["toolResponse"], kinds.PARTS["executableCode"])
        message = transcript(kinds, values, STOP).choices[0]
        assert message.tool_calls == ()
        assert message.reason == "stop"


class TestMedia:
    def test_sound_goes_on_and_pictures_do_not(self):
        sound, picture = kinds.PARTS["inlineData, audio"], kinds.PARTS["inlineData, image"]
        assert blocks(frame(sound), frame(sound), frame(picture), frame(picture)) == ["audio", "image", "image"]

    def test_has_its_transcription_beside_it(self):
        heard = {"audioTranscription": {"text": "Hello"}}
        values = frame(kinds.PARTS["inlineData, audio"] | heard), frame(heard)
        assert [kind for _, kind, _ in said(*values)] == ["data", "transcript", "transcript"]
        [block] = transcript(kinds, *values, STOP).choices[0].blocks
        assert (block.data, block.transcript) == (b"RIFF$\x00", "HelloHello")

    def test_of_a_thought_says_so(self):
        picture = {**kinds.PARTS["inlineData, image"], "thought": True}
        assert said(frame(picture))[-1] == (0, "provider", {"thought": True})


def test_two_contents_in_one_part_are_both_told():
    both = {"text": "Yes", "hologram": {"depth": 3}}
    assert said(frame(both)) == [(0, "text", "Yes"), (0, "provider", {"hologram": {"depth": 3}})]
