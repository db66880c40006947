"""What comes of JSON as Cohere and Bedrock send it, as events without their number, time and frame."""

import json

from gateway.events import event_json
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway.eventstream import MEDIA_TYPE, stream

__all__ = ["events_of", "lines", "named", "of_document", "of_lines", "of_messages", "of_sse"]


def events_of(path, content_type, body, end=COMPLETE):
    """The events of this body."""
    response = Response(200, (("content-type", content_type),))
    return list(read(Interaction(Request("it", "POST", path), response, 1000, (Chunk(2000, body),), end, 3000)))


def shown(events):
    placed = ("seq", "t", "src", "duration", "ttft", "frames", "bytes")
    told = [{name: field for name, field in event_json(event).items() if name not in placed} for event in events]
    return told[1:]


def lines(*values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def of_sse(path, *values, end=COMPLETE):
    """What server-sent events say, after the stream's start."""
    frames = (f"event: {value['type']}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n" for value in values)
    return shown(events_of(path, "text/event-stream", "".join(frames).encode(), end))


def of_lines(path, *values):
    """What JSON lines say."""
    return shown(events_of(path, "application/stream+json", lines(*values)))


def of_messages(path, *values, end=COMPLETE):
    """What eventstream messages say: each value has one field, the message's name."""
    return shown(events_of(path, MEDIA_TYPE, stream(*values), end))


def of_document(path, value):
    """What a response that is no stream says."""
    return shown(events_of(path, "application/json", json.dumps(value).encode()))


def named(events, *types):
    """Those of these types, without it."""
    return [
        {name: field for name, field in event.items() if name != "type"} for event in events if event["type"] in types
    ]
