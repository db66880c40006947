"""Frames to bytes, for the few that are made here: one more at the end of a body whose frames a decoder has read."""

import struct
from typing import NamedTuple

from gateway.wire.eventstream import EventStream, sealed
from gateway.wire.frame import Decoder
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse

__all__ = ["NewFrame", "message", "written"]

_STRING = 7


class NewFrame(NamedTuple):
    """What a frame is to say: `data`, named `event` where the format has names; `headers` are for an eventstream."""

    data: bytes
    event: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


def written(frames: tuple[NewFrame, ...], decoder: Decoder, before: bytes) -> bytes | None:
    """The last frames of a body that begins with `before`, in the format of `decoder`; None if it has no frames."""
    match decoder:
        case Sse():
            return b"".join(_sse(frame, b"\r\n" if b"\r\n" in before else b"\n") for frame in frames)
        case Ndjson():
            return b"".join(frame.data + b"\n" for frame in frames)
        case JsonArray():
            opening = b",\r\n" if b"{" in before else b"" if b"[" in before else b"["
            return opening + b",\r\n".join(frame.data for frame in frames) + b"]"
        case EventStream():
            return b"".join(message(dict(frame.headers), frame.data) for frame in frames)
    return None


def _sse(frame: NewFrame, line_end: bytes) -> bytes:
    name = b"" if frame.event is None else b"event: %b%b" % (frame.event.encode(), line_end)
    return b"%bdata: %b%b%b" % (name, frame.data, line_end, line_end)


def message(headers: dict[str, str], payload: bytes) -> bytes:
    """One eventstream message with these headers, all of them strings."""
    block = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", _STRING, len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    lengths = struct.pack(">II", 16 + len(block) + len(payload), len(block))
    return sealed(sealed(lengths) + block + payload)
