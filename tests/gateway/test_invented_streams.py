"""Streams that no recording has, for every API that they can happen to: damaged, failing, refusing, of sound, of large
images, and full of what nobody knows.

Raw line separators, parallel calls whose arguments come in turns, and streams cut inside an event are among
tests/gateway/test_known_bugs.py.
"""

import base64
import json
import re
from itertools import pairwise
from random import Random

import pytest

from gateway.events import BlockDelta, MessageStop, Provider, StreamError, event_sse
from gateway.reader import read
from gateway.transcript import Transcript
from recorder.interaction import COMPLETE, End
from tests.gateway.bodies import MEDIA_TYPES
from tests.gateway.dialects.kinds import anthropic_complete as complete
from tests.gateway.dialects.kinds import anthropic_messages as anthropic
from tests.gateway.dialects.kinds import apis, cohere_generate, cohere_v1, ollama_generate
from tests.gateway.dialects.kinds import bedrock_converse as converse
from tests.gateway.dialects.kinds import bedrock_invoke as invoke
from tests.gateway.dialects.kinds import cohere_chat as cohere
from tests.gateway.dialects.kinds import gemini_generate as gemini
from tests.gateway.dialects.kinds import gemini_interactions as interactions
from tests.gateway.dialects.kinds import ollama_chat as ollama
from tests.gateway.dialects.kinds import openai_chat as chat
from tests.gateway.dialects.kinds import openai_completions as completions
from tests.gateway.dialects.kinds import openai_images as images
from tests.gateway.dialects.kinds import openai_responses as responses
from tests.gateway.dialects.kinds import openai_speech as speech
from tests.gateway.dialects.kinds import openai_transcription as transcription
from tests.gateway.eventstream import message
from tests.gateway.stream_rules import order, problems, shape
from tests.gateway.voices import VOICES, answer, body_of, envelope, frames, heard, raw_json

every_voice = pytest.mark.parametrize("voice", VOICES.values(), ids=VOICES)


def by_api(rows):
    """A parameter for each row, called by its API."""
    return [pytest.param(*row, id=f"{row[0].API} {number}") for number, row in enumerate(rows)]


def of(api, *values, **fields):
    """The events of these values as this API's stream: a voice, or a module of kinds."""
    path, wire = (api.PATH, api.WIRE) if hasattr(api, "WIRE") else (api.path, api.wire)
    return heard(body_of(wire, values), path, MEDIA_TYPES[wire], **fields)


def said(events):
    """The only message."""
    (whole,) = Transcript.of(events).choices
    return whole


def written(events):
    """All that was said, as text."""
    return b"".join(map(event_sse, events)).decode()


class TestBytesThatAreNoUtf8:
    MARK = "\ue000"  # stands for them until the frame is written

    def frame(self, voice, value, wrong):
        """A frame of this value with the wrong bytes in the mark's place; what is around them is intact."""
        mark = self.MARK.encode()
        if voice.wire != "eventstream":
            return frames(voice.wire, [value])[0].replace(mark, wrong)
        ((name, inside),) = value.items()
        payload = raw_json(inside).encode().replace(mark, wrong)
        return message({":event-type": name, ":content-type": "application/json", ":message-type": "event"}, payload)

    @every_voice
    @pytest.mark.parametrize(
        "wrong", [b"\xff", b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80"], ids=repr
    )
    def test_are_told_and_the_rest_is_read(self, voice, wrong):
        if voice.kinds is invoke:
            pytest.skip("they are inside base64, see below")
        shown = wrong.decode("utf-8", "replace")
        events = heard(
            b"".join(self.frame(voice, value, wrong) for value in voice.says("Hel", f"l{self.MARK}o", "!")),
            voice.path,
            MEDIA_TYPES[voice.wire],
            plain=False,
        )
        assert (said(events).text, events[-1].outcome) == (f"Hell{shown}o!", "complete")
        damaged = [event for event in events if isinstance(event, Provider) and event.problem]
        assert damaged
        for event in damaged:
            assert event.problem.startswith("not UTF-8 at byte ")
            assert wrong in base64.b64decode(event.data["base64"])

    def test_inside_the_envelope_of_a_model_are_told_with_it(self):
        voice = VOICES["bedrock.invoke"]
        inside = raw_json(anthropic.more("text_delta", text=self.MARK)).encode().replace(self.MARK.encode(), b"\xff")
        wrong = {"chunk": {"bytes": base64.b64encode(inside).decode()}}
        events = of(voice, *voice.before, voice.more("Hel"), wrong, voice.more("lo"), *voice.after(""))
        (damaged,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert base64.b64decode(damaged.data["bytes"]) == inside
        assert (said(events).text, events[-1].outcome) == ("Hello", "complete")


class TestACutAnywhere:
    @every_voice
    @pytest.mark.parametrize("end", [COMPLETE, End("upstream_error", "reset")], ids=lambda end: end.kind)
    def test_says_what_had_come_and_no_more(self, voice, end):
        chunks = frames(voice.wire, voice.says("Hel", "lo"))
        body = b"".join(chunks)
        whole_from = len(body) - len(b"".join(chunks[-len(voice.after("")) :]))
        texts = []
        for length in [*range(0, len(body), 41), *range(whole_from, len(body), 13)]:
            events = list(read(answer([body[:length]], voice.path, MEDIA_TYPES[voice.wire], end=end)))
            assert [*order(events), *shape(events)] == [], length
            texts += [choice.text for choice in Transcript.of(events).choices]
            assert events[-1].outcome == "truncated" or length > whole_from, length
        assert {"Hel", "Hello"} <= set(texts) <= {"", "Hel", "Hello"}


OVERLOADED = "Overloaded, try again"
CHUNK_ERROR = {"error": {"message": OVERLOADED, "type": "server_error", "code": 503}}
ANTHROPIC_ERROR = {"type": "error", "error": {"type": "overloaded_error", "message": OVERLOADED}}
ERRORS = [
    (anthropic, ANTHROPIC_ERROR, "overloaded_error"),
    (complete, ANTHROPIC_ERROR, "overloaded_error"),
    (chat, CHUNK_ERROR, "server_error"),
    (
        chat,
        {"object": "error", "message": OVERLOADED, "type": "InternalServerError", "code": 500},
        "InternalServerError",
    ),
    (chat, chat.chunk(chat.choice(error={"code": 502, "message": OVERLOADED})), "502"),
    (chat, chat.chunk(chat.choice(), x_groq={"id": "req_1", "error": OVERLOADED}), "error"),
    (completions, CHUNK_ERROR, "server_error"),
    (responses, {"type": "error", "code": "server_error", "message": OVERLOADED, "param": None}, "server_error"),
    (responses, {"type": "error", "error": {"type": "server_error", "message": OVERLOADED}}, "server_error"),
    (responses, responses.ends("failed", error={"code": "server_error", "message": OVERLOADED}), "server_error"),
    (transcription, CHUNK_ERROR, "server_error"),
    (gemini, {"error": {"code": 503, "message": OVERLOADED, "status": "UNAVAILABLE"}}, "UNAVAILABLE"),
    (interactions, interactions.event("error", error={"code": "overloaded", "message": OVERLOADED}), "overloaded"),
    (ollama, {"error": OVERLOADED}, "error"),
    (ollama_generate, {"error": OVERLOADED}, "error"),
    (cohere, cohere.ends("ERROR", error=OVERLOADED), "ERROR"),
    (
        cohere_generate,
        cohere_v1.line("stream-error", index=0, finish_reason="ERROR", err=OVERLOADED),
        "ERROR",
    ),
    (converse, {"serviceUnavailableException": {"message": OVERLOADED}}, "serviceUnavailableException"),
    (invoke, {"serviceUnavailableException": {"message": OVERLOADED}}, "serviceUnavailableException"),
    (invoke, envelope(ANTHROPIC_ERROR), "overloaded_error"),
]
EXCEPTIONS = [(api, kind, fields) for api in (converse, invoke) for kind, fields in converse.EXCEPTIONS.items()]


class TestAnErrorInTheMiddle:
    @pytest.mark.parametrize(("api", "error", "kind"), by_api(ERRORS))
    def test_is_the_last_that_counts(self, api, error, kind):
        voice = VOICES[api.API]
        values = [*voice.before, voice.more("Hel"), error, voice.more("lo!"), *voice.after("Hello!")]
        events = of(voice, *values, plain=api is not invoke)
        (failed,) = [event for event in events if isinstance(event, StreamError)]
        assert (failed.source, failed.kind, failed.message) == ("provider", kind, OVERLOADED)
        assert (said(events).text, said(events).reason, events[-1].outcome) == ("Hel", None, "error")
        assert said(events).blocks[-1].closed is False
        assert not [event for event in events if isinstance(event, MessageStop)]
        late = voice.more("lo!")
        assert (late["chunk"]["bytes"] if api is invoke else "lo!") in written(events)  # it is told all the same

    @pytest.mark.parametrize(("api", "error", "kind"), by_api(ERRORS))
    def test_may_be_all_there_is(self, api, error, kind):
        events = of(api, error)
        (failed,) = [event for event in events if isinstance(event, StreamError)]
        assert (failed.kind, failed.message, events[-1].outcome) == (kind, OVERLOADED, "error")

    @pytest.mark.parametrize("api", [images, speech], ids=lambda api: api.API)
    def test_of_images_and_sound(self, api):
        first = next(iter(api.KINDS.values()))
        events = of(api, *first, CHUNK_ERROR)
        (failed,) = [event for event in events if isinstance(event, StreamError)]
        assert (failed.kind, failed.message, events[-1].outcome) == ("server_error", OVERLOADED, "error")

    @pytest.mark.parametrize(("api", "kind", "fields"), by_api(EXCEPTIONS))
    def test_is_a_frame_of_its_own_on_bedrock(self, api, kind, fields):
        voice = VOICES[api.API]
        events = of(voice, *voice.before, voice.more("Hel"), {kind: {"message": OVERLOADED, **fields}})
        (failed,) = [event for event in events if isinstance(event, StreamError)]
        assert (failed.source, failed.kind, failed.message) == ("provider", kind, OVERLOADED)
        assert all(str(field) in written(events) for field in fields.values())
        assert (said(events).text, events[-1].outcome) == ("Hel", "error")

    @pytest.mark.parametrize("api", [converse, invoke], ids=lambda api: api.API)
    @pytest.mark.parametrize("payload", [b"", b'{"message":"Busy"}', b"busy"], ids=repr)
    def test_may_be_one_that_bedrock_does_not_document(self, api, payload):
        voice = VOICES[api.API]
        frame = message({":exception-type": "moonException", ":message-type": "exception"}, payload)
        events = of(voice, *voice.before, voice.more("Hel"), frame)
        assert events[-1].outcome in ("error", "truncated")
        assert "moonException" in written(events)

    @pytest.mark.parametrize("api", [converse, invoke], ids=lambda api: api.API)
    def test_may_stand_in_the_headers_alone(self, api):
        voice = VOICES[api.API]
        headers = {":message-type": "error", ":error-code": "InternalError", ":error-message": OVERLOADED}
        events = of(voice, *voice.before, voice.more("Hel"), message(headers, b""))
        (failed,) = [event for event in events if isinstance(event, StreamError)]
        assert (failed.kind, failed.message, said(events).text) == ("InternalError", OVERLOADED, "Hel")


DETAILS = {"type": "refusal", "category": "cyber", "explanation": "It could harm."}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": [gemini.RATING]}, **gemini.HEAD}
REFUSALS = [
    (anthropic, [anthropic.START, anthropic.ends("refusal", stop_details=DETAILS), anthropic.STOP], "", "refusal"),
    (
        chat,
        [chat.START, *(chat.delta(refusal=piece) for piece in ("I can", "not.")), chat.STOP, "[DONE]"],
        "I cannot.",
        "stop",
    ),
    (
        chat,
        [chat.START, chat.HELLO, chat.chunk(chat.choice(finish_reason="content_filter")), "[DONE]"],
        "",
        "content_filter",
    ),
    (
        responses,
        [
            responses.START,
            responses.MESSAGE,
            responses.part("added", "refusal", refusal=""),
            *(responses.refusal("delta", delta=piece) for piece in ("I can", "not.")),
            responses.refusal("done", refusal="I cannot."),
            responses.ends(),
        ],
        "I cannot.",
        None,
    ),
    (gemini, [gemini.HELLO, gemini.frame(finishReason="SAFETY", safetyRatings=[gemini.RATING])], "", "content_filter"),
    (gemini, [BLOCKED], "", "content_filter"),
    (converse, [converse.START, converse.ends("guardrail_intervened")], "", "content_filter"),
    (converse, [converse.START, converse.ends("content_filtered")], "", "content_filter"),
    (
        invoke,
        [envelope(value) for value in (anthropic.START, anthropic.ends("refusal"), anthropic.STOP)],
        "",
        "refusal",
    ),
]


@pytest.mark.parametrize(("api", "values", "words", "reason"), by_api(REFUSALS))
def test_a_refusal_is_a_whole_stream_and_no_text(api, values, words, reason):
    events = of(api, *values)
    assert (events[-1].outcome, problems(events)) == ("complete", [])
    assert said(events).refusal == words
    assert said(events).reason == reason or reason is None
    assert said(events).text in ("", "Hello", "Paris is in France.")


SURE = {"token": "Hé", "logprob": -0.0625, "bytes": [72, 195, 169], "top_logprobs": []}
LOGPROBS = [
    (chat, [chat.START, chat.chunk(chat.choice(delta={"content": "Hé"}, logprobs={"content": [SURE]}))]),
    (completions, [completions.text("Hé", logprobs={"tokens": ["Hé"], "token_logprobs": [-0.0625]})]),
    (
        responses,
        [
            responses.START,
            responses.MESSAGE,
            responses.TEXT_PART,
            responses.text("delta", delta="Hé", logprobs=[SURE]),
        ],
    ),
    (transcription, [{"type": "transcript.text.delta", "delta": "Hé", "logprobs": [SURE]}]),
    (
        gemini,
        [
            gemini.frame(
                {"text": "Hé"}, logprobsResult={"chosenCandidates": [{"token": "Hé", "logProbability": -0.0625}]}
            )
        ],
    ),
    (ollama, [{**ollama.line(content="Hé"), "logprobs": [SURE]}]),
    (ollama_generate, [{**ollama_generate.line("Hé"), "logprobs": [SURE]}]),
    (
        cohere,
        [
            cohere.START,
            cohere.TEXT,
            {**cohere.more(text="Hé"), "logprobs": {"text": "Hé", "token_ids": [7], "logprobs": [-0.0625]}},
        ],
    ),
]


@pytest.mark.parametrize(("api", "values"), by_api(LOGPROBS))
def test_log_probabilities_stand_in_the_block_of_their_text(api, values):
    deltas = [event for event in of(api, *values) if isinstance(event, BlockDelta)]
    (text,) = [delta for delta in deltas if delta.kind == "text"]
    (probable,) = [delta for delta in deltas if delta.kind == "logprobs"]
    assert (text.payload["text"], probable.index) == ("Hé", text.index)
    assert "-0.0625" in json.dumps(probable.payload["logprobs"])


# In pieces that each are whole base64.
SOUND = [Random(9).randbytes(3 * 1000), Random(10).randbytes(1000)]
FIRST, SECOND = (base64.b64encode(piece).decode() for piece in SOUND)
AUDIO = [
    (
        chat,
        [
            chat.START,
            chat.delta(audio={"id": "audio_1", "transcript": "Hel"}),
            chat.delta(audio={"data": FIRST}),
            chat.delta(audio={"transcript": "lo", "data": SECOND}),
            chat.STOP,
            "[DONE]",
        ],
        "Hello",
    ),
    (
        responses,
        [
            responses.START,
            responses.event("audio.transcript.delta", delta="Hel"),
            responses.event("audio.delta", delta=FIRST),
            responses.event("audio.transcript.delta", delta="lo"),
            responses.event("audio.delta", delta=SECOND),
            responses.ends(),
        ],
        "Hello",
    ),
    (speech, [{**speech.DELTA, "audio": FIRST}, {**speech.DELTA, "audio": SECOND}, speech.DONE], ""),
    (
        gemini,
        [
            *(
                gemini.frame({"inlineData": {"mimeType": "audio/L16;rate=24000", "data": data}})
                for data in (FIRST, SECOND)
            ),
            gemini.frame(finishReason="STOP"),
        ],
        "",
    ),
    (
        interactions,
        [
            interactions.CREATED,
            interactions.OUTPUT,
            *(interactions.more("audio", data=data, mime_type="audio/wav") for data in (FIRST, SECOND)),
            interactions.over(),
            interactions.ends("completed"),
        ],
        "",
    ),
]


@pytest.mark.parametrize(("api", "values", "words"), by_api(AUDIO))
def test_sound_in_pieces_is_one_block_and_no_token(api, values, words):
    events = of(api, *values)
    (block,) = said(events).blocks
    assert (block.kind, block.data, block.transcript) == ("audio", b"".join(SOUND), words)
    assert (events[-1].outcome, events[-1].ttft, problems(events)) == ("complete", None, [])


PICTURE = Random(7).randbytes(2_500_000)
SKETCHES = [Random(seed).randbytes(1_500_000) for seed in (5, 6)]
BIG, *ROUGH = (base64.b64encode(data).decode() for data in (PICTURE, *SKETCHES))


def sketched(number):
    return responses.about(
        "image_generation_call.partial_image",
        "image_generation_call",
        partial_image_index=number,
        partial_image_b64=ROUGH[number],
        output_format="png",
    )


def halves():
    """The picture in two pieces of base64 of which neither is whole."""
    yield from ({"source": {"bytes": piece}} for piece in (BIG[:1_000_001], BIG[1_000_001:]))


IMAGES = [
    (
        responses,
        [
            responses.START,
            responses.added("image_generation_call", status="generating"),
            sketched(0),
            sketched(1),
            responses.done("image_generation_call", status="completed", result=BIG, output_format="png"),
            responses.ends(output=[{"type": "image_generation_call", "id": "image_generation_call_0", "result": BIG}]),
        ],
        2,
    ),
    (images, [images.partial(data=ROUGH[0]), images.partial(number=1, data=ROUGH[1]), images.completed(data=BIG)], 2),
    (
        chat,
        [
            chat.START,
            chat.delta(images=[{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{BIG}"}}]),
            chat.STOP,
            "[DONE]",
        ],
        0,
    ),
    (gemini, [gemini.frame({"inlineData": {"mimeType": "image/png", "data": BIG}}, finishReason="STOP")], 0),
    (
        interactions,
        [
            interactions.CREATED,
            interactions.OUTPUT,
            interactions.more("image", data=BIG, mime_type="image/png"),
            interactions.over(),
            interactions.ends("completed"),
        ],
        0,
    ),
    (ollama, [ollama.line(images=[BIG]), ollama.last()], 0),
    (ollama_generate, [ollama_generate.line(image=BIG), ollama_generate.last()], 0),
    (
        converse,
        [
            converse.START,
            converse.IMAGE,
            *(converse.more(image=half) for half in halves()),
            converse.over(),
            converse.ends("end_turn"),
        ],
        0,
    ),
]


@pytest.mark.parametrize(("api", "values", "sketches"), by_api(IMAGES))
def test_images_of_several_megabytes_are_whole_and_said_once(api, values, sketches):
    events = of(api, *values)
    (block,) = [block for block in said(events).blocks if block.kind == "image"]
    assert block.data == PICTURE
    partial = [event.payload["base64"] for event in events if getattr(event, "payload", {}).get("partial") is not None]
    assert partial == ROUGH[:sketches]
    assert written(events).count(BIG[-100:]) == 1
    assert (events[-1].outcome, events[-1].ttft, problems(events)) == ("complete", None, [])


UNKNOWN_PARTS = [
    (
        anthropic,
        [anthropic.START, anthropic.TEXT, anthropic.more("text_delta", text="Hel")],
        [
            anthropic.begins("hologram", 1, depth="dusk-1"),
            anthropic.more("hologram_delta", 1, depth="dusk-2"),
            anthropic.over(1),
            anthropic.more("hologram_delta", 0, depth="dusk-3"),
        ],
        [anthropic.more("text_delta", text="lo"), anthropic.over(), anthropic.ends("end_turn"), anthropic.STOP],
    ),
    (
        chat,
        [chat.START, chat.delta(content="Hel")],
        [
            chat.delta(hologram="dusk-1"),
            chat.delta(content=[{"type": "hologram", "depth": "dusk-2"}]),
            chat.chunk(chat.choice(hologram="dusk-3"), hologram="dusk-4"),
        ],
        [chat.delta(content="lo"), chat.STOP, "[DONE]"],
    ),
    (
        responses,
        [responses.START, responses.MESSAGE, responses.TEXT_PART, responses.text("delta", delta="Hel")],
        [
            responses.added("hologram", 1, depth="dusk-1"),
            responses.about("hologram.delta", "hologram", 1, delta="dusk-2"),
            responses.done("hologram", 1, depth="dusk-1"),
            responses.about(
                "content_part.added", "message", content_index=1, part={"type": "hologram", "at": "dusk-3"}
            ),
        ],
        [responses.text("delta", delta="lo"), responses.ends()],
    ),
    (
        gemini,
        [gemini.frame({"text": "Hel"})],
        [gemini.frame({"hologram": {"depth": "dusk-1"}}), {"hologram": "dusk-2", **gemini.HEAD}],
        [gemini.frame({"text": "lo"}, hologram="dusk-3"), gemini.frame(finishReason="STOP")],
    ),
    (
        interactions,
        [interactions.CREATED, interactions.OUTPUT, interactions.more("text", text="Hel")],
        [
            interactions.begins("hologram", 1, depth="dusk-1"),
            interactions.more("hologram_delta", 1, depth="dusk-2"),
            interactions.over(1),
            interactions.more("hologram_delta", 0, depth="dusk-3"),
        ],
        [interactions.more("text", text="lo"), interactions.over(), interactions.ends("completed")],
    ),
    (
        ollama,
        [ollama.line(content="Hel")],
        [ollama.line(hologram="dusk-1"), {**ollama.line(), "hologram": "dusk-2"}],
        [ollama.line(content="lo"), ollama.last()],
    ),
    (
        cohere,
        [cohere.START, cohere.TEXT, cohere.more(text="Hel")],
        [
            cohere.begins("hologram", 1, depth="dusk-1"),
            cohere.more(1, hologram="dusk-2"),
            cohere.over(1),
            cohere.says("hologram-delta", 0, hologram="dusk-3"),
        ],
        [cohere.more(text="lo"), cohere.over(), cohere.ends("COMPLETE")],
    ),
    (
        converse,
        [converse.START, converse.more(text="Hel")],
        [
            converse.begins("hologram", 1, depth="dusk-1"),
            converse.more(1, hologram={"depth": "dusk-2"}),
            converse.over(1),
            {"hologram": {"depth": "dusk-3"}},
        ],
        [converse.more(text="lo"), converse.over(), converse.ends("end_turn")],
    ),
]


class TestWhatNobodyKnows:
    @pytest.mark.parametrize(("api", "before", "unknown", "after"), by_api(UNKNOWN_PARTS))
    def test_blocks_deltas_and_parts_hurt_nothing_and_are_told(self, api, before, unknown, after):
        events = of(api, *before, *unknown, *after)
        assert (said(events).text, events[-1].outcome, problems(events)) == ("Hello", "complete", [])
        sent = set(re.findall(r"dusk-\d", json.dumps([unknown, after])))
        assert sent
        assert sent == set(re.findall(r"dusk-\d", written(events)))

    @every_voice
    def test_events_and_fields_everywhere_hurt_nothing_and_are_told(self, voice):
        values = []
        for number, value in enumerate(voice.says("Hel", "lo")):
            values += [self.unknown(voice, number), self.with_a_field(voice, value, number)]
        events = of(voice, *values)
        assert (said(events).text, events[-1].outcome, problems(events)) == ("Hello", "complete", [])
        told = written(events)
        expected = [f"{what}-{number}-" for number in range(len(values) // 2) for what in ("event", "field")]
        done = {f"field-{number}-" for number, value in enumerate(voice.says("Hel", "lo")) if isinstance(value, str)}
        assert [value for value in expected if value not in told and value not in done] == []

    def unknown(self, voice, number):
        """An event of which only the future knows."""
        new = {"type": "moonrise", "at": f"event-{number}-"}
        if voice.wire == "eventstream":
            return {"moonrise": new} if voice.kinds is converse else envelope(new)
        return {**new, "event_type": "moonrise", "object": "moonrise"}

    def with_a_field(self, voice, value, number):
        """The value with one more field in its outermost object."""
        if isinstance(value, str):
            return value
        if voice.wire != "eventstream":
            return {**value, "new_field": f"field-{number}-"}
        ((name, inside),) = value.items()
        return {name: {**inside, "new_field": f"field-{number}-"}}

    @pytest.mark.parametrize("module", apis().values(), ids=apis())
    def test_a_stream_of_nothing_else_is_told_and_is_not_whole_without_its_end(self, module):
        new = [{"moonrise": {"at": f"dusk-{number}-", "of": [number, {"x": None}]}} for number in range(3)]
        events = of(module, *new)
        assert all(f"dusk-{number}-" in written(events) for number in range(3))
        assert [before.seq + 1 for before, _ in pairwise(events)] == [after.seq for _, after in pairwise(events)]
