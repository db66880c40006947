"""What comes of Anthropic's JSON, as events without their number, time and frame."""

import json

from gateway.events import event_json
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response

__all__ = ["in_one_piece", "named", "said", "sse", "told", "told_of_document"]

SSE = "text/event-stream; charset=utf-8"


def sse(*values):
    """The frames, as Anthropic sends them."""
    frames = (f"event: {value['type']}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n" for value in values)
    return "".join(frames).encode()


def said(body, path="/v1/messages", content_type=SSE, end=COMPLETE, status=200):
    """All events of this body."""
    return [_unplaced(event) for event in _events(body, path, content_type, end, status)]


def told(*values, path="/v1/messages"):
    """What these frames say."""
    events = _events(sse(*values), path, SSE, COMPLETE, 200)
    return [_unplaced(event) for event in events if event.src is not None]


def told_of_document(value, path="/v1/messages"):
    """What this JSON says, as the body of a response that is no stream."""
    return said(json.dumps(value).encode(), path, "application/json")[1:-1]


def in_one_piece(streamed):
    """What a stream said, as a response that is no stream says it: its blocks have no ends of the provider's."""
    told = [event for event in streamed if event["type"] != "provider"]
    return [{**event, "synthesized": True} if event["type"] == "block.stop" else event for event in told]


def _events(body, path, content_type, end, status):
    response = Response(status, (("content-type", content_type),))
    return read(Interaction(Request("anthropic", "POST", path), response, 1000, (Chunk(2000, body),), end, 3000))


def _unplaced(event):
    return {name: field for name, field in event_json(event).items() if name not in ("seq", "t", "src", "duration")}


def named(events, *types):
    """Those of these types."""
    return [event for event in events if event["type"] in types]
