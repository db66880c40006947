"""What comes of the JSON of the responses API and OpenAI's small streams, as events without number, time and frame."""

import json

from gateway.events import event_json
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response

__all__ = ["blocks", "named", "said", "sse", "stop", "texts", "told", "told_of_document"]


def sse(*values):
    """The frames, as OpenAI sends them."""
    frames = (f"data: {json.dumps(value, ensure_ascii=False)}\n\n" for value in values)
    return "".join(frames).encode()


def said(body, path="/v1/responses", content_type="text/event-stream", end=COMPLETE):
    """All events of this body."""
    request, response = Request("openai", "POST", path), Response(200, (("content-type", content_type),))
    events = read(Interaction(request, response, 1000, (Chunk(2000, body),), end, 3000))
    placed = ("seq", "t", "src", "duration")
    return [{name: field for name, field in event_json(event).items() if name not in placed} for event in events]


def told(*values, path="/v1/responses"):
    """What these frames say: the events between the stream's start and its end."""
    return said(sse(*values), path)[1:-1]


def told_of_document(value, path="/v1/responses"):
    """What this JSON says, as the body of a response that is no stream."""
    return said(json.dumps(value).encode(), path, "application/json")[1:-1]


def named(events, *types):
    """Those of these types."""
    return [event for event in events if event["type"] in types]


def blocks(events):
    """Those of blocks, and whatever could not be read."""
    return [event for event in events if event["type"].startswith("block.") or "problem" in event]


def stop(events):
    """Why the message ends."""
    return named(events, "message.stop")


def texts(events, index=0, kind="text"):
    """The texts of a block's deltas of this kind."""
    return [e["text"] for e in named(events, "block.delta") if (e["index"], e["kind"]) == (index, kind)]
