"""OpenAI's transcriptions, speech and images."""

import typing

import pytest
from openai.types import ImageEditStreamEvent, ImageGenStreamEvent
from openai.types.audio import TranscriptionStreamEvent

from tests.gateway.dialects.kinds import openai_images, openai_speech, openai_transcription
from tests.gateway.dialects.kinds.openai_images import LOOK, USAGE, completed, partial
from tests.gateway.dialects.kinds.openai_transcription import DELTA, PROBABLE, SEGMENT, TOKENS, done
from tests.gateway.dialects.openai.responses_conversation import blocks, named, said, sse, told, told_of_document

SPEECH, IMAGES, TRANSCRIPTION = openai_speech.PATH, openai_images.PATH, openai_transcription.PATH


@pytest.mark.parametrize(
    ("union", "kinds"),
    [
        (TranscriptionStreamEvent, openai_transcription.KINDS),
        (ImageGenStreamEvent, openai_images.KINDS),
        (ImageEditStreamEvent, openai_images.KINDS),
    ],
)
def test_every_kind_that_the_sdk_lists(union, kinds):
    members = typing.get_args(typing.get_args(union)[0])
    listed = {word for member in members for word in typing.get_args(member.model_fields["type"].annotation)}

    assert listed
    assert listed <= kinds.keys()


class TestTranscription:
    def test_in_deltas(self):
        more = {**DELTA, "delta": "  there", "logprobs": PROBABLE}
        events = told(DELTA, more, done(text="Hello  there", logprobs=PROBABLE, usage=TOKENS), path=TRANSCRIPTION)

        assert events == [
            {"type": "message.start", "choice": 0},
            {"type": "block.start", "index": 0, "kind": "text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hello"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "  there"},
            {"type": "block.delta", "index": 0, "kind": "logprobs", "logprobs": PROBABLE},
            {"type": "block.stop", "index": 0},
            {"type": "usage", "input": 9, "output": 2, "total": 11, "provider": TOKENS},
            {"type": "message.stop", "choice": 0, "reason": "stop"},
        ]

    def test_in_segments_of_two_speakers_who_speak_at_once(self):
        def more(segment, delta):
            return {**DELTA, "segment_id": segment, "delta": delta}

        second = {**SEGMENT, "id": "seg_2", "speaker": "B", "text": " Bye"}
        events = told(
            *(more("seg_1", " Hel"), more("seg_2", " Bye"), more("seg_1", "lo"), SEGMENT, second),
            done(text="Hello Bye"),
            path=TRANSCRIPTION,
        )
        assert [(e["index"], e["text"]) for e in blocks(events) if e.get("kind") == "text" and "text" in e] == [
            (0, " Hel"),
            (1, " Bye"),
            (0, "lo"),
        ]
        assert [e["id"] for e in named(events, "block.start")] == ["seg_1", "seg_2"]
        assert [e["provider"] for e in named(events, "block.delta") if e["kind"] == "provider"] == [
            {"start": 0.5, "end": 1.5, "speaker": "A"},
            {"start": 0.5, "end": 1.5, "speaker": "B"},
        ]
        assert len(named(events, "block.stop")) == 2
        assert "problem" not in str(events)

    def test_in_segments_has_probabilities_of_the_whole(self):
        events = told(SEGMENT, done(logprobs=PROBABLE), path=TRANSCRIPTION)

        assert {"type": "provider", "name": "transcription", "data": {"logprobs": PROBABLE}} in events

    def test_whose_whole_is_more_than_its_deltas(self):
        events = told(DELTA, done(text="Hello there"), path=TRANSCRIPTION)

        assert [e["text"] for e in named(events, "block.delta")] == ["Hello", " there"]

    def test_in_seconds_has_no_tokens(self):
        [usage] = named(told(*openai_transcription.KINDS["usage duration"], path=TRANSCRIPTION), "usage")

        assert usage == {"type": "usage", "provider": {"type": "duration", "seconds": 3}}

    def test_without_its_last_event_is_not_whole(self):
        events = said(sse(DELTA), TRANSCRIPTION)

        assert events[-1]["outcome"] == "truncated"

    def test_in_one_piece(self):
        value = {"text": "Hello", "language": "en", "segments": [{"id": 0, "text": "Hello"}], "usage": TOKENS}
        events = told_of_document(value, "/v1/audio/translations")

        assert named(events, "provider") == [
            {
                "type": "provider",
                "name": "transcription",
                "data": {"language": "en", "segments": [{"id": 0, "text": "Hello"}]},
            }
        ]
        assert [e["text"] for e in named(events, "block.delta")] == ["Hello"]
        assert named(events, "usage", "message.stop")[0]["total"] == 11


class TestSpeech:
    def test_in_pieces(self):
        events = told(openai_speech.DELTA, {**openai_speech.DELTA, "audio": "IQ=="}, openai_speech.DONE, path=SPEECH)

        assert events == [
            {"type": "message.start", "choice": 0},
            {"type": "block.start", "index": 0, "kind": "audio"},
            {"type": "block.delta", "index": 0, "kind": "data", "base64": "c291bmQ="},
            {"type": "block.delta", "index": 0, "kind": "data", "base64": "IQ=="},
            {"type": "block.stop", "index": 0},
            {"type": "usage", "input": 9, "output": 2, "total": 11, "provider": openai_speech.DONE["usage"]},
            {"type": "message.stop", "choice": 0, "reason": "stop"},
        ]

    def test_that_fails(self):
        events = said(sse(openai_speech.DELTA, {"error": {"type": "server_error", "message": "Sorry."}}), SPEECH)

        assert named(events, "stream.error")[0]["kind"] == "server_error"
        assert events[-1]["outcome"] == "error"


class TestImages:
    def test_of_several_megabytes(self):
        sketches, image = ["A" * 3_000_000, "B" * 3_000_000], "C" * 3_000_000
        states = [partial(number=number, data=data) for number, data in enumerate(sketches)]
        events = told(*states, completed(data=image), path=IMAGES)

        assert events == [
            {"type": "message.start", "choice": 0},
            {"type": "block.start", "index": 0, "kind": "image", "provider": {"partial_image_index": 0, **LOOK}},
            {
                "type": "block.delta",
                "index": 0,
                "kind": "data",
                "base64": sketches[0],
                "mime": "image/webp",
                "partial": True,
            },
            {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"partial_image_index": 1}},
            {
                "type": "block.delta",
                "index": 0,
                "kind": "data",
                "base64": sketches[1],
                "mime": "image/webp",
                "partial": True,
            },
            {"type": "block.delta", "index": 0, "kind": "data", "base64": image, "mime": "image/webp"},
            {"type": "block.stop", "index": 0},
            {"type": "usage", "input": 9, "output": 100, "total": 109, "provider": USAGE},
            {"type": "message.stop", "choice": 0, "reason": "stop"},
        ]

    def test_that_are_two_have_a_block_each(self):
        events = told(partial(), completed(), completed(data="b3RoZXI="), path=IMAGES)

        assert [e["base64"] for e in named(events, "block.delta")] == ["c2tldGNo", "aW1hZ2U=", "b3RoZXI="]
        assert [e["index"] for e in named(events, "block.stop")] == [0, 1]

    def test_that_are_cut_after_a_sketch_are_not_whole(self):
        assert said(sse(partial()), "/v1/images/edits")[-1]["outcome"] == "truncated"

    def test_in_one_piece_are_data_or_lie_somewhere(self):
        value = {
            "created": 1780000000,
            "output_format": "png",
            "data": [{"b64_json": "aW1hZ2U="}, {"url": "https://a.example/1.png", "revised_prompt": "A tree"}],
            "usage": USAGE,
        }
        events = told_of_document(value, IMAGES)

        assert blocks(events) == [
            {"type": "block.start", "index": 0, "kind": "image", "provider": {"output_format": "png"}},
            {"type": "block.delta", "index": 0, "kind": "data", "base64": "aW1hZ2U=", "mime": "image/png"},
            {"type": "block.stop", "index": 0},
            {
                "type": "block.start",
                "index": 1,
                "kind": "image",
                "provider": {
                    "url": "https://a.example/1.png",
                    "revised_prompt": "A tree",
                    "output_format": "png",
                },
            },
            {"type": "block.stop", "index": 1},
        ]
