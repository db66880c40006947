"""Stored answers in each wire format: the head after 50 ms, then two frames a read, 100 ms apart from 100 ms on."""

import json

from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway import eventstream

WORDS = ["Der ", "Käse ", "schmeckt ", "gut: ", "🧀", "!"]
MS = 1000


def anthropic():
    """The frames of a message, CRLF after each line."""
    usage = {"input_tokens": 3, "output_tokens": 1}
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [], "usage": usage}
    values = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}} for word in WORDS),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 6}},
        {"type": "message_stop"},
    ]
    return [f"event: {value['type']}\r\ndata: {text(value)}\r\n\r\n".encode() for value in values]


def ollama():
    lines = [{"model": "x", "message": {"role": "assistant", "content": word}, "done": False} for word in WORDS]
    lines.append({"model": "x", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"})
    return [f"{text(line)}\n".encode() for line in lines]


def bedrock():
    return [
        eventstream.named({"messageStart": {"role": "assistant"}}),
        *(
            eventstream.named({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": word}}})
            for word in WORDS
        ),
        eventstream.named({"messageStop": {"stopReason": "end_turn"}}),
    ]


def gemini_array():
    values = [{"candidates": [{"content": {"parts": [{"text": word}], "role": "model"}}]} for word in WORDS]
    values[-1]["candidates"][0]["finishReason"] = "STOP"
    pieces = [text(value).encode() for value in values]
    return [b"[" + pieces[0], *(b",\r\n" + piece for piece in pieces[1:]), b"]\n"]


def document():
    return [
        text({"type": "message", "role": "assistant", "content": [{"type": "text", "text": "".join(WORDS)}]}).encode()
    ]


def text(value):
    return json.dumps(value, ensure_ascii=False)


FORMATS = {
    "sse": ("anthropic", "/v1/messages", "text/event-stream", anthropic),
    "ndjson": ("ollama", "/api/chat", "application/x-ndjson", ollama),
    "eventstream": ("bedrock", "/model/x/converse-stream", eventstream.MEDIA_TYPE, bedrock),
    "array": ("gemini", "/v1/models/x:streamGenerateContent", "application/json", gemini_array),
    "document": ("anthropic", "/v1/messages", "application/json", document),
}
STREAMS = ["sse", "ndjson", "eventstream", "array"]


def frames_of(wire):
    return FORMATS[wire][3]()


def answer(wire="sse", *headers, reads=None):
    """An answer, by default with its own length in the head if it is a document."""
    upstream, path, media_type, made = FORMATS[wire]
    frames = made()
    pieces = reads or [b"".join(frames[place : place + 2]) for place in range(0, len(frames), 2)]
    chunks = tuple(Chunk((100 + 100 * number) * MS, piece) for number, piece in enumerate(pieces))
    length = (("Content-Length", str(len(b"".join(pieces)))),) if wire == "document" else ()
    head = Response(200, (("Content-Type", media_type), *length, *headers))
    request = Request(upstream, "POST", path, (), b"{}")
    return Interaction(request, head, 50 * MS, chunks, COMPLETE, chunks[-1].at + 1)
