"""What frames of an API are told as: events without their number, time and frame.

`kinds` is a module of tests/gateway/dialects/kinds: it knows the API's path and wire format.
"""

import json
from types import SimpleNamespace

from gateway.events import event_json
from gateway.reader import read
from gateway.transcript import Transcript
from recorder.interaction import COMPLETE
from tests.gateway.bodies import conversation

__all__ = ["deltas", "document", "only", "told", "transcript"]

PLACE = ("seq", "t", "src", "duration")


def told(kinds, *values, end=COMPLETE):
    """All events but the first, which only says what was asked."""
    events = [event_json(event) for event in read(conversation(kinds, values, end))]
    return [{name: field for name, field in event.items() if name not in PLACE} for event in events][1:]


def document(kinds, value):
    """The same of a response that is no stream."""
    return told(SimpleNamespace(API=kinds.API, PATH=kinds.PATH, WIRE="json"), value)


def transcript(kinds, *values):
    return Transcript.of(read(conversation(kinds, values)))


def only(events, *types):
    """Those of these types, without their type."""
    return [
        {name: field for name, field in event.items() if name != "type"} for event in events if event["type"] in types
    ]


def deltas(events):
    """Each delta as its block, kind and content; JSON is parsed."""
    for event in only(events, "block.delta"):
        index, kind = event.pop("index"), event.pop("kind")
        [content] = event.values() if len(event) == 1 else [event]
        yield index, kind, json.loads(content) if kind == "json" else content
