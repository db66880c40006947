"""What comes of OpenAI's chunks, as events without their number, time and frame."""

import json

from gateway.events import event_json
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway.dialects.kinds.openai_chat import START

__all__ = ["DONE", "begins", "blocks", "ended", "more", "named", "over", "said", "told", "told_of_document"]

DONE = "[DONE]"
CHAT = "/v1/chat/completions"


def said(body, path=CHAT, content_type="text/event-stream", end=COMPLETE):
    """All events of this body but for the stream's start."""
    head = Response(200, (("content-type", content_type),))
    events = read(Interaction(Request("openai", "POST", path), head, 1000, (Chunk(2000, body),), end, 3000))
    placed = ("seq", "t", "src", "duration", "frames", "bytes", "ttft")
    return [{name: field for name, field in event_json(event).items() if name not in placed} for event in events][1:]


def told(*values, path=CHAT):
    """What these frames say, up to the stream's end, but for the fields that every chunk has."""
    frames = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values)
    events = said("".join(f"data: {frame}\n\n" for frame in frames).encode(), path)
    return [event for event in events if event.get("data") != {"created": 1781082258}]


def told_of_document(value, path=CHAT):
    """What this JSON says, as the body of a response that is no stream."""
    return said(json.dumps(value).encode(), path, "application/json")


def named(events, *types):
    """Those of these types."""
    return [event for event in events if event["type"] in types]


def begins(index=0, kind="text", **fields):
    """A block's start."""
    return {"type": "block.start", "index": index, "kind": kind, **fields}


def more(text, index=0):
    """A delta of text."""
    return {"type": "block.delta", "index": index, "kind": "text", "text": text}


def over(index=0):
    """A block's end, of which the provider says nothing."""
    return {"type": "block.stop", "index": index, "synthesized": True}


def blocks(*values):
    """What these chunks say in blocks."""
    return named(told(START, *values), "block.start", "block.delta", "block.stop")


def ended(events):
    """How the stream ended, and what of it was stopped with which words."""
    stops = [(event["reason"], event.get("provider_reason")) for event in named(events, "message.stop")]
    return events[-1]["outcome"], stops
