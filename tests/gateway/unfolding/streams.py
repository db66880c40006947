"""Streams of every provider's form that say a text piece by piece, for tests, and what a client reads from them.

A `Way` is (media type, body made of the pieces, the pieces' values as a client of that stream would join them).
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.wire.eventstream import EventStream
from tests.gateway.eventstream import MEDIA_TYPE, chunk, named

Value = dict[str, object]


@dataclass(frozen=True)
class Way:
    """`frames` gives the JSON of each frame, `said` the part of a frame's JSON that belongs to the text, or None."""

    media_type: str
    frames: Callable[[Sequence[str]], list[Value]]
    said: Callable[[Value], str | None]

    def body(self, pieces: Sequence[str]) -> bytes:
        """The stream in bytes."""
        return _FRAMINGS[self.media_type](self.frames(pieces))

    def read(self, body: bytes) -> str:
        """What a client of this stream joins."""
        return "".join(filter(None, map(self.said, _READERS[self.media_type](body))))


def _sse(values: list[Value]) -> bytes:
    return b"".join(
        (f"event: {value['type']}\n" if "type" in value else "").encode() + b"data: " + _json(value) + b"\n\n"
        for value in values
    )


def _json(value: Value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _from_sse(body: bytes) -> Iterator[Value]:
    for line in body.split(b"\n"):
        if line.startswith(b"data: {"):
            yield json.loads(line[6:])


def _from_messages(body: bytes) -> Iterator[Value]:
    """Checks the checksums, as an SDK does."""
    decoder = EventStream()
    for frame in [*decoder.feed(body, 0), *decoder.close(0)]:
        assert frame.kind == "data", frame.problem
        value = json.loads(frame.data)
        yield json.loads(base64.b64decode(value["bytes"])) if "bytes" in value else value


_FRAMINGS: dict[str, Callable[[list[Value]], bytes]] = {
    "text/event-stream": _sse,
    "application/x-ndjson": lambda values: b"".join(_json(value) + b"\n" for value in values),
    "application/json": lambda values: (
        b"[" + b",\r\n".join(json.dumps(value, indent=2).encode() for value in values) + b"]"
    ),
    MEDIA_TYPE: lambda values: b"".join(map(named, values)),
}
_READERS: dict[str, Callable[[bytes], Iterator[Value]]] = {
    "text/event-stream": _from_sse,
    "application/x-ndjson": lambda body: map(json.loads, body.splitlines()),
    "application/json": json.loads,
    MEDIA_TYPE: _from_messages,
}


def _at(*path: str | int) -> Callable[[Value], str | None]:
    def said(value: Value) -> str | None:
        for step in path:
            try:
                value = value[step]  # type: ignore[index,assignment]
            except (LookupError, TypeError):
                return None
        return value if isinstance(value, str) else None

    return said


def _anthropic(kind: str, name: str) -> Callable[[Sequence[str]], list[Value]]:
    def frames(pieces: Sequence[str]) -> list[Value]:
        block = [{"type": "content_block_delta", "index": 0, "delta": {"type": kind, name: piece}} for piece in pieces]
        start = {"type": "message_start", "message": {"id": "msg_01XFDUDYJgAACzvnptvVoYEL", "model": "m", "usage": {}}}
        return [start, {"type": "content_block_start", "index": 0}, *block, {"type": "content_block_stop", "index": 0}]

    return frames


def _chat(delta: Callable[[str], Value]) -> Callable[[Sequence[str]], list[Value]]:
    def frames(pieces: Sequence[str]) -> list[Value]:
        return [
            {
                "id": "chatcmpl-CDYpwKLMZNMmjMnJvPqVnO9SbZ3qK",
                "choices": [{"index": 0, "delta": delta(piece), "finish_reason": None}],
                "obfuscation": "aB3dE5gH9"[: number % 9],
            }
            for number, piece in enumerate(["", *pieces])
        ]

    return frames


def _tool_calls(pieces: Sequence[str]) -> list[Value]:
    """Two calls whose arguments come by turns."""
    calls = [(0, "call_a", piece) for piece in pieces], [(1, "call_b", "{}") for _ in pieces]
    both = [call for pair in zip(*calls, strict=True) for call in pair]
    return [
        {"id": "c", "choices": [{"delta": {"tool_calls": [{"index": index, "function": {"arguments": said}}]}}]}
        for index, _, said in both
    ]


def _calls_without_numbers(pieces: Sequence[str]) -> list[Value]:
    return [
        {"id": "c", "choices": [{"delta": {"tool_calls": [{"id": name, "function": {"arguments": said}}]}}]}
        for piece in pieces
        for name, said in (("call_a", piece), ("call_b", '{"x": 1}'))
    ]


def _of_call(name: str) -> Callable[[Value], str | None]:
    id_at, said_at = _at("choices", 0, "delta", "tool_calls", 0, "id"), _at(
        "choices", 0, "delta", "tool_calls", 0, "function", "arguments"
    )  # fmt: skip
    return lambda value: said_at(value) if id_at(value) == name else None


def _responses(pieces: Sequence[str]) -> list[Value]:
    """Text and sound by turns, under one number."""
    kinds = ("response.output_audio_transcript.delta", "response.output_audio.delta")
    return [
        {"type": kind, "sequence_number": 2 * number, "item_id": "msg_68a1", "output_index": 0, "delta": said}
        for number, piece in enumerate(pieces)
        for kind, said in zip(kinds, (piece, "UklGRiQAAABXQVZF"), strict=True)
    ]


def _gemini(pieces: Sequence[str]) -> list[Value]:
    return [
        {"candidates": [{"content": {"parts": [{"text": piece}], "role": "model"}}], "responseId": "r"}
        for piece in pieces
    ]


def _logprobs(pieces: Sequence[str]) -> list[Value]:
    tokens = [
        {
            "token": piece,
            "logprob": -0.5,
            "bytes": [*piece.encode()],
            "top_logprobs": [{"token": piece}, {"token": "x"}],
        }
        for piece in pieces
    ]
    return [{"choices": [{"index": 0, "logprobs": {"content": [token]}}]} for token in tokens]


def _started(pieces: Sequence[str]) -> list[Value]:
    """The block's start says the beginning."""
    first, *others = pieces
    deltas = [{"type": "text_delta", "text": piece} for piece in others]
    return [
        {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": first}},
        *[{"type": "content_block_delta", "index": 2, "delta": delta} for delta in deltas],
    ]


def _said_in_block(value: Value) -> str | None:
    return _at("content_block", "text")(value) or _at("delta", "text")(value)


_SSE, _NDJSON = "text/event-stream", "application/x-ndjson"
_CHAT = ("choices", 0, "delta")

WAYS = {
    "anthropic text": Way(_SSE, _anthropic("text_delta", "text"), _at("delta", "text")),
    "anthropic tool input": Way(_SSE, _anthropic("input_json_delta", "partial_json"), _at("delta", "partial_json")),
    "anthropic thinking": Way(_SSE, _anthropic("thinking_delta", "thinking"), _at("delta", "thinking")),
    "anthropic, begun in the start": Way(_SSE, _started, _said_in_block),
    "openai chat": Way(_SSE, _chat(lambda piece: {"content": piece}), _at(*_CHAT, "content")),
    "openai arguments by turns": Way(
        _SSE, _tool_calls, lambda value: _of_index(value, 0)
    ),
    "arguments by turns, told apart by ids": Way(_SSE, _calls_without_numbers, _of_call("call_a")),
    "openai responses": Way(
        _SSE, _responses, lambda value: str(value["delta"]) if "transcript" in str(value["type"]) else None
    ),
    "openai logprobs": Way(_SSE, _logprobs, _at("choices", 0, "logprobs", "content", 0, "top_logprobs", 0, "token")),
    "gemini": Way(_SSE, _gemini, _at("candidates", 0, "content", "parts", 0, "text")),
    "gemini array": Way("application/json", _gemini, _at("candidates", 0, "content", "parts", 0, "text")),
    "ollama": Way(
        _NDJSON,
        lambda pieces: [{"model": "m", "message": {"role": "assistant", "content": piece}} for piece in pieces],
        _at("message", "content"),
    ),
    "cohere": Way(
        _SSE,
        lambda pieces: [
            {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": said}}}} for said in pieces
        ],
        _at("delta", "message", "content", "text"),
    ),
    "bedrock invoke": Way(
        MEDIA_TYPE,
        lambda pieces: [chunk(value) for value in _anthropic("text_delta", "text")(pieces)],
        _at("delta", "text"),
    ),
    "bedrock converse": Way(
        MEDIA_TYPE,
        lambda pieces: [
            {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": piece}, "p": "abcd"[: number % 4]}}
            for number, piece in enumerate(pieces)
        ],
        _at("delta", "text"),
    ),
}  # fmt: skip


def _of_index(value: Value, index: int) -> str | None:
    call = value["choices"][0]["delta"]["tool_calls"][0]  # type: ignore[index]
    return call["function"]["arguments"] if call["index"] == index else None
