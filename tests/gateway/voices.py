"""Every API as a voice: the same text, the same tool calls, as each would send them; read however the bytes are cut.

    VOICES["cohere.chat"].says("Hel", "lo")         the JSON values of a whole stream
    CALLERS["cohere.chat"].calls(("look", "{}"))    the same, of one that calls tools
    heard(body_of(voice.wire, values), voice.path)  its events: whole, byte by byte and at random, they are the same

JSON is written as servers in other languages than Python write it: nothing is escaped that need not be.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from types import ModuleType
from typing import Any

from gateway.events import Event
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.gateway.bodies import MEDIA_TYPES
from tests.gateway.dialects.kinds import (
    anthropic_complete,
    anthropic_messages,
    bedrock_converse,
    bedrock_invoke,
    cohere_chat,
    cohere_generate,
    cohere_v1,
    gemini_generate,
    gemini_interactions,
    ollama_chat,
    ollama_generate,
    openai_chat,
    openai_completions,
    openai_responses,
    openai_transcription,
)
from tests.gateway.eventstream import message, named
from tests.gateway.stream_rules import broken, order, shape, timeless

__all__ = ["CALLERS", "VOICES", "Caller", "Voice", "answer", "body_of", "envelope", "frames", "heard", "raw_json"]

Values = list[Any]

BYTE_BY_BYTE = 1_500  # of a longer body, as many at each end
LONG = 100_000


def raw_json(value: object) -> str:
    """Its JSON with every character as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def envelope(said: object) -> dict[str, Any]:
    """What a model says, in InvokeModel's envelope."""
    return {"chunk": {"bytes": base64.b64encode(raw_json(said).encode()).decode()}}


def _message(value: dict[str, Any]) -> bytes:
    """A message that is called as the value's only field."""
    ((name, said),) = value.items()
    if name.endswith("Exception"):
        return named(value)
    headers = {":event-type": name, ":content-type": "application/json", ":message-type": "event"}
    return message(headers, raw_json(said).encode())


FRAMES: dict[str, Callable[[Any], bytes]] = {
    "sse": lambda value: b"data: %b\n\n" % (value if isinstance(value, str) else raw_json(value)).encode(),
    "ndjson": lambda value: raw_json(value).encode() + b"\n",
    "eventstream": _message,
}


def frames(wire: str, values: Iterable[Any]) -> list[bytes]:
    """Each value as a frame; bytes as they are."""
    return [value if isinstance(value, bytes) else FRAMES[wire](value) for value in values]


def body_of(wire: str, values: Iterable[Any]) -> bytes:
    return b"".join(frames(wire, values))


@dataclass(frozen=True)
class Voice:
    """How an API says a text. `after` is given all of it, as some repeat it at their end."""

    kinds: ModuleType
    before: Values
    more: Callable[[str], Any]
    after: Callable[[str], Values]

    @property
    def wire(self) -> str:
        return str(self.kinds.WIRE)

    @property
    def path(self) -> str:
        return str(self.kinds.PATH)

    def says(self, *texts: str) -> Values:
        """The values of a stream that says these texts, one after the other."""
        return [*self.before, *map(self.more, texts), *self.after("".join(texts))]


@dataclass(frozen=True)
class Caller:
    """How an API calls tools. Where arguments never come in pieces, `begin` has the object and `argue` is None."""

    kinds: ModuleType
    before: Values
    begin: Callable[[int, str, Any], Any]
    argue: Callable[[int, str], Any] | None
    over: Callable[[int], Any] | None
    after: Values

    @property
    def wire(self) -> str:
        return str(self.kinds.WIRE)

    @property
    def path(self) -> str:
        return str(self.kinds.PATH)

    def calls(self, *calls: tuple[str, str]) -> Values:
        """The values of a stream with these calls (a name, its arguments), whose pieces come in turns."""
        return [*self.before, *self._turns(calls), *self.after]

    def _turns(self, calls: tuple[tuple[str, str], ...]) -> Iterator[Any]:
        for number, (name, arguments) in enumerate(calls):
            yield self.begin(number, name, json.loads(arguments or "{}"))
        for place in range(max(len(arguments) for _, arguments in calls)):
            for number, (_, arguments) in enumerate(calls):
                if self.argue and place < len(arguments):
                    yield self.argue(number, arguments[place])
        for number in range(len(calls) if self.over else 0):
            yield self.over(number)


def _generations(whole: str) -> Values:
    ending = cohere_generate.ends()
    ending["response"]["generations"][0]["text"] = whole
    return [ending]


_VOICES = (
    Voice(
        anthropic_messages,
        [anthropic_messages.START, anthropic_messages.TEXT],
        lambda text: anthropic_messages.more("text_delta", text=text),
        lambda _: [anthropic_messages.over(), anthropic_messages.ends("end_turn"), anthropic_messages.STOP],
    ),
    Voice(
        anthropic_complete,
        [],
        anthropic_complete.completes,
        lambda _: [anthropic_complete.completes("", "stop_sequence")],
    ),
    Voice(
        openai_chat,
        [openai_chat.START],
        lambda text: openai_chat.delta(content=text),
        lambda _: [openai_chat.STOP, openai_chat.chunk(usage=openai_chat.usage()), "[DONE]"],
    ),
    Voice(openai_completions, [], openai_completions.text, lambda _: [openai_completions.text("", "stop"), "[DONE]"]),
    Voice(
        openai_responses,
        [openai_responses.START, openai_responses.MESSAGE, openai_responses.TEXT_PART],
        lambda text: openai_responses.text("delta", delta=text),
        lambda whole: [openai_responses.part("done", "output_text", text=whole), openai_responses.ends()],
    ),
    Voice(
        openai_transcription,
        [],
        lambda text: {"type": "transcript.text.delta", "delta": text},
        lambda whole: [{"type": "transcript.text.done", "text": whole}],
    ),
    Voice(
        gemini_generate,
        [],
        lambda text: gemini_generate.frame({"text": text}),
        lambda _: [{**gemini_generate.frame(finishReason="STOP"), "usageMetadata": gemini_generate.USAGE}],
    ),
    Voice(
        gemini_interactions,
        [gemini_interactions.CREATED, gemini_interactions.OUTPUT],
        lambda text: gemini_interactions.more("text", text=text),
        lambda _: [gemini_interactions.over(), gemini_interactions.ends("completed"), "[DONE]"],
    ),
    Voice(ollama_chat, [], lambda text: ollama_chat.line(content=text), lambda _: [ollama_chat.last()]),
    Voice(ollama_generate, [], ollama_generate.line, lambda _: [ollama_generate.last()]),
    Voice(
        cohere_chat,
        [cohere_chat.START, cohere_chat.TEXT],
        lambda text: cohere_chat.more(text=text),
        lambda _: [cohere_chat.over(), cohere_chat.ends("COMPLETE")],
    ),
    Voice(cohere_v1, [cohere_v1.START], cohere_v1.text, lambda whole: [cohere_v1.ends(text=whole)]),
    Voice(cohere_generate, [], cohere_generate.text, _generations),
    Voice(
        bedrock_converse,
        [bedrock_converse.START],
        lambda text: bedrock_converse.more(text=text),
        lambda _: [bedrock_converse.over(), bedrock_converse.ends("end_turn")],
    ),
    Voice(
        bedrock_invoke,
        [envelope(said) for said in bedrock_invoke.CLAUDE[:2]],
        lambda text: envelope(anthropic_messages.more("text_delta", text=text)),
        lambda _: [envelope(said) for said in bedrock_invoke.CLAUDE[3:]],
    ),
)

_CALLERS = (
    Caller(
        anthropic_messages,
        [anthropic_messages.START],
        lambda number, name, _: anthropic_messages.begins(
            "tool_use", number, id=f"toolu_{number}", name=name, input={}
        ),
        lambda number, piece: anthropic_messages.more("input_json_delta", number, partial_json=piece),
        anthropic_messages.over,
        [anthropic_messages.ends("tool_use"), anthropic_messages.STOP],
    ),
    Caller(
        openai_chat,
        [openai_chat.START],
        lambda number, name, _: openai_chat.delta(
            tool_calls=[openai_chat.calls(number, name=name, call_id=f"call_{number}")]
        ),
        lambda number, piece: openai_chat.delta(tool_calls=[openai_chat.calls(number, piece)]),
        None,
        [openai_chat.chunk(openai_chat.choice(finish_reason="tool_calls")), "[DONE]"],
    ),
    Caller(
        openai_responses,
        [openai_responses.START],
        lambda number, name, _: openai_responses.added(
            "function_call", number, call_id=f"call_{number}", name=name, arguments=""
        ),
        lambda number, piece: openai_responses.about(
            "function_call_arguments.delta", "function_call", number, delta=piece
        ),
        None,
        [openai_responses.ends()],
    ),
    Caller(
        gemini_generate,
        [],
        lambda number, name, arguments: gemini_generate.frame(
            gemini_generate.call(name, id=f"call_{number}", args=arguments)
        ),
        None,
        None,
        [gemini_generate.frame(finishReason="STOP")],
    ),
    Caller(
        gemini_interactions,
        [gemini_interactions.CREATED],
        lambda number, name, _: gemini_interactions.begins("function_call", number, id=f"fc_{number}", name=name),
        lambda number, piece: gemini_interactions.more("arguments_delta", number, arguments=piece),
        gemini_interactions.over,
        [gemini_interactions.ends("requires_action")],
    ),
    Caller(
        ollama_chat,
        [],
        lambda number, name, arguments: ollama_chat.line(
            tool_calls=[ollama_chat.call(name, arguments, id=f"call_{number}")]
        ),
        None,
        None,
        [ollama_chat.last()],
    ),
    Caller(
        cohere_chat,
        [cohere_chat.START],
        lambda number, name, _: cohere_chat.says(
            "tool-call-start",
            number,
            tool_calls={"id": f"look_{number}", "type": "function", "function": {"name": name, "arguments": ""}},
        ),
        lambda number, piece: cohere_chat.argues(piece, number),
        lambda number: cohere_chat.says("tool-call-end", number),
        [cohere_chat.ends("TOOL_CALL")],
    ),
    Caller(
        bedrock_converse,
        [bedrock_converse.START],
        lambda number, name, _: bedrock_converse.begins("toolUse", number, toolUseId=f"tooluse_{number}", name=name),
        lambda number, piece: bedrock_converse.more(number, toolUse={"input": piece}),
        bedrock_converse.over,
        [bedrock_converse.ends("tool_use")],
    ),
    Caller(
        bedrock_invoke,
        [envelope(bedrock_invoke.CLAUDE[0])],
        lambda number, name, _: envelope(
            anthropic_messages.begins("tool_use", number, id=f"toolu_{number}", name=name, input={})
        ),
        lambda number, piece: envelope(anthropic_messages.more("input_json_delta", number, partial_json=piece)),
        lambda number: envelope(anthropic_messages.over(number)),
        [envelope(anthropic_messages.ends("tool_use")), envelope(anthropic_messages.STOP)],
    ),
)

VOICES = {voice.kinds.API: voice for voice in _VOICES}
CALLERS = {caller.kinds.API: caller for caller in _CALLERS}


def answer(
    chunks: Iterable[bytes], path: str, media_type: str = MEDIA_TYPES["sse"], *, status: int = 200, end: End = COMPLETE
) -> Interaction:
    """The chunks as a response's body: 10 ms apart, from 100 ms on."""
    timed = tuple(Chunk(100_000 + 10_000 * number, chunk) for number, chunk in enumerate(chunks))
    head = Response(status, (("content-type", media_type),))
    return Interaction(Request("acme", "POST", path), head, 50_000, timed, end, 100_000 + 10_000 * len(timed))


def heard(
    body: bytes, path: str, media_type: str = MEDIA_TYPES["sse"], *, plain: bool = True, **fields: Any
) -> list[Event]:
    """The events of this body, which keep the rules and do not depend on how its bytes are cut.

    That nothing is lost is not looked for where it is told in base64, not `plain`, or the body is long.
    """
    interaction = answer([body], path, media_type, **fields)
    whole = list(read(interaction))
    assert (broken(interaction) if plain and len(body) < LONG else [*order(whole), *shape(whole)]) == []
    for chunks in _cuts(body):
        assert timeless(read(answer(chunks, path, media_type, **fields))) == timeless(whole)
    return whole


def _cuts(body: bytes) -> Iterator[list[bytes]]:
    """Byte by byte, and four times at random places."""
    end = max(len(body) - BYTE_BY_BYTE, BYTE_BY_BYTE)
    places = [*range(1, min(len(body), BYTE_BY_BYTE)), *range(end, len(body))]
    yield _cut(body, places)
    random = Random(len(body))
    for _ in range(4):
        yield _cut(body, sorted(random.randint(0, len(body)) for _ in range(random.randint(1, 20))))


def _cut(body: bytes, places: list[int]) -> list[bytes]:
    return [body[start:end] for start, end in zip([0, *places], [*places, len(body)], strict=True) if start < end]
