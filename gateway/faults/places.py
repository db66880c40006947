"""Where a place lies in one answer: so many bytes of its body have been delivered by then. Pure.

    start            before the head: nothing has come
    time=1.5s        what had come 1.5 s after the request, as it was recorded, whatever the pacing
    byte=N           N bytes, maybe inside a character
    chunk=N          N chunks as they were recorded
    frame=N          N frames of the wire format: SSE messages with data, JSON lines, eventstream messages
    event=N          N events of the one format, to the end of the frame that the last of them came from

A place beyond the end of an answer has no offset there: `Beyond` says what there is.
"""

import json
from dataclasses import replace
from functools import cached_property

from gateway.dialects.api import Value
from gateway.faults.spec import Place, duration
from gateway.reader import read
from gateway.wire import Decoder, Frame, Undecodable, decoder_for, inflater
from recorder.interaction import Chunk, Interaction, Response
from recorder.plural import count

__all__ = ["START", "Beyond", "Places", "plain"]

START = -1
"""The offset before the head."""


class Beyond(ValueError):
    """The answer has no such place; the message says how much there is."""


class Places:
    """The places of one answer, whose body is not compressed (see `plain`)."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self.body = interaction.body

    def offset(self, place: Place) -> int:
        """How many bytes of the body have come by then, or START. Raises Beyond."""
        match place.unit:
            case "start":
                return START
            case "time":
                return self._by(place.count * 1000)
            case "byte":
                return self._nth(list(range(1, len(self.body) + 1)), place)
            case "chunk":
                return self._nth(self.chunk_ends, place)
            case "frame":
                return self._nth(self.frame_ends, place)
            case "event":
                return self._nth(self._event_ends, place)

    def _nth(self, ends: list[int], place: Place) -> int:
        if place.count > len(ends):
            raise Beyond(f"the answer has {count(len(ends), place.unit)}")
        return ends[place.count - 1] if place.count else 0

    def _by(self, micros: int) -> int:
        answer = self.interaction
        if micros < answer.head_at:
            return START
        if micros > answer.end_at:
            raise Beyond(f"the answer had ended after {duration(answer.end_at // 1000)}")
        return sum(len(chunk.data) for chunk in answer.chunks if chunk.at <= micros)

    @cached_property
    def chunk_ends(self) -> list[int]:
        """Where each recorded chunk ends in the body."""
        ends, end = [], 0
        for chunk in self.interaction.chunks:
            end += len(chunk.data)
            ends += [end] if chunk.data else []
        return ends

    @cached_property
    def decoder(self) -> Decoder:
        """What has read the frames: it tells the wire format."""
        return decoder_for(self.interaction.response.header("content-type") or "", self.body)

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """All frames; none of a body whose coding cannot be read."""
        if _coding(self.interaction.response) is not None:
            return ()
        return (*self.decoder.feed(self.body, 0), *self.decoder.close(0))

    @cached_property
    def frame_ends(self) -> list[int]:
        """Where each frame that has something to say ends in the body."""
        return [frame.end for frame in self.frames if frame.kind == "data"]

    @property
    def _event_ends(self) -> list[int]:
        ends = {frame.index: frame.end for frame in self.frames}
        *events, _stream_end = read(self.interaction)
        reached, offsets = 0, []
        for event in events:
            reached = max(reached, ends.get(event.src, reached) if event.src is not None else reached)
            offsets.append(reached)
        return offsets

    def values(self, before: int) -> tuple[Value, Value]:
        """The JSON of the first and of the last frame that end at or before an offset; {} for none, or no object."""
        said = [frame for frame in self.frames if frame.kind == "data" and frame.end <= before]
        return (_value(said[0]), _value(said[-1])) if said else ({}, {})


def _value(frame: Frame) -> Value:
    try:
        value = json.loads(frame.data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def plain(interaction: Interaction) -> Interaction:
    """The interaction with its body uncompressed, so that its frames can be found; as it is if that cannot be read."""
    if _coding(interaction.response) is None:
        return interaction
    inflate = inflater(interaction.response.header("content-encoding") or "")
    try:
        chunks = tuple(Chunk(chunk.at, b"".join(inflate(chunk.data))) for chunk in interaction.chunks)
    except Undecodable:
        return interaction
    head = interaction.response
    headers = tuple(pair for pair in head.headers if pair[0].lower() not in ("content-encoding", "content-length"))
    return replace(interaction, chunks=chunks, response=Response(head.status, headers))


def _coding(response: Response) -> str | None:
    coding = (response.header("content-encoding") or "").strip().lower()
    return None if coding in ("", "identity") else coding
