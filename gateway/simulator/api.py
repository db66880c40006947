"""The shape that every provider's API has here: pure functions from a Script to bytes, one Api value a file.

body ── read ──> Prompt ── script.write ──> Script ── stream ──> Frames     one write each
                                                   └─ whole ───> JSON       what a request without streaming gets
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.simulator.prompt import Json, Prompt
from gateway.simulator.script import Script
from recorder.interaction import Headers

__all__ = ["Api", "Frames", "framed", "packed", "sse"]


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Frames:
    """A streamed answer. The first `opening` frames come before the first token; each frame is one write."""

    all: tuple[bytes, ...]
    opening: int = 0


@dataclass(frozen=True, slots=True)
class Api:
    """One API of one provider. `needs` are the members that a body must have.

    `read`     what the body asks; None in place of it where the API has no such request
    `streams`  whether the body wants a stream
    `stream`   the answer in frames
    `whole`    the answer as one JSON body
    `refusal`  the body of an error answer, from status, message and fingerprint
    `failure`  the frames by which a stream that has sent so many frames reports that it failed
    `head`     the headers that only this provider sends, from fingerprint and creation time
    `card`     what the list of models says about one; `listing` is that list
    """

    media: str
    needs: tuple[str, ...]
    models: tuple[str, ...]
    read: Callable[[Json], Prompt]
    streams: Callable[[Json], bool]
    stream: Callable[[Script, Json], Frames]
    whole: Callable[[Script, Json], Json]
    refusal: Callable[[int, str, str], Json]
    failure: Callable[[Script, Json, int], tuple[bytes, ...]]
    head: Callable[[str, int], Headers]
    card: Callable[[str, int], Json]
    listing: Callable[[list[Json]], Json]


def packed(value: object) -> bytes:
    """JSON as providers send it: no spaces, text as it is. A lone surrogate, which is no text, becomes `?`."""
    return _ENCODER.encode(value).encode("utf-8", "replace")


def sse(event: str, value: object) -> bytes:
    """One frame of an event stream that names its events."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), packed(value))


def framed(events: Iterable[Json], *, opening: Callable[[str], bool]) -> Frames:
    """Named frames of events that hold their `type`; `opening` tells which types come before the first token."""
    listed = list(events)
    first = next((index for index, event in enumerate(listed) if not opening(event["type"])), len(listed))
    return Frames(tuple(sse(event["type"], event) for event in listed), first)
