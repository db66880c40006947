"""`application/vnd.amazon.eventstream`: binary messages with headers, as Bedrock streams them.

    total length u32 | headers length u32 | CRC32 of those 8 | headers | payload | CRC32 of all before

Both checksums are verified, and lengths before anything is waited for: a length that cannot be is no reason to hold
16 MB. Headers become text: a timestamp its milliseconds, bytes their base64.
"""

import base64
import struct
import uuid
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from gateway.wire.frame import Frame
from gateway.wire.framing import Fields, Framing, text

__all__ = ["CHECKSUM", "MAX_HEADERS", "PRELUDE", "EventStream", "sealed"]

# Amazon's own limit.
MAX_HEADERS = 128 << 10

PRELUDE = struct.Struct(">III")
"""What a message begins with: its length, that of its headers, the checksum of both."""

CHECKSUM = struct.Struct(">I")
"""What a message ends with."""
_AROUND = PRELUDE.size + CHECKSUM.size

# Whichever of these a message has is what it calls itself.
_NAMES = (":event-type", ":exception-type", ":error-code")


def sealed(data: bytes) -> bytes:
    """Bytes, and after them their checksum: so end the lengths of a message, and the message."""
    return data + CHECKSUM.pack(zlib.crc32(data))


class EventStream(Framing):
    """Decodes Amazon's event stream messages."""

    def _whole(self) -> Frame | None:
        held = self._held
        if len(held) - self._from < PRELUDE.size:
            return None
        total, headers, checksum = PRELUDE.unpack_from(held, self._from)
        if problem := self._misfit(total, headers, checksum):
            return self._broken(problem, self._from + PRELUDE.size)
        end = self._from + total
        if len(held) < end:
            return None
        message = bytes(held[self._from : end])
        if zlib.crc32(message[: -CHECKSUM.size]) != CHECKSUM.unpack_from(message, total - CHECKSUM.size)[0]:
            return self._broken(f"an eventstream message's checksum is wrong {self._where()}", end)
        return self._message(message, headers, end)

    def _message(self, message: bytes, headers: int, end: int) -> Frame:
        payload = PRELUDE.size + headers
        fields = _headers(message[PRELUDE.size : payload])
        if fields is None:
            return self._broken(f"an eventstream message's headers cannot be read {self._where()}", end)
        return self._frame(end, "data", message[payload : -CHECKSUM.size], _name(fields), fields)

    def _rest(self) -> Frame:
        held, fields, data = bytes(self._held), Fields(), b""
        if len(held) >= PRELUDE.size:
            total, headers, _ = PRELUDE.unpack_from(held)
            payload = PRELUDE.size + headers
            if len(held) >= payload:
                fields = _headers(held[PRELUDE.size : payload]) or ()
                data = held[payload : total - CHECKSUM.size]
        return self._frame(len(held), "partial", data, _name(fields), fields)

    def _misfit(self, total: int, headers: int, checksum: int) -> str | None:
        """What is wrong with a message of these lengths."""
        if zlib.crc32(self._held[self._from : self._from + 8]) != checksum:
            return f"expected an eventstream message {self._where()}: the checksum of its lengths is wrong"
        if headers > MAX_HEADERS or total > self._limit or total < _AROUND + headers:
            return (
                f"an eventstream message {self._where()} claims {total:,} bytes with {headers:,} of headers: "
                f"the limits are {self._limit:,} and {MAX_HEADERS:,}"
            )
        return None


def _name(fields: Fields) -> str | None:
    return next((value for name, value in fields if name in _NAMES), None)


def _headers(block: bytes) -> Fields | None:
    """The headers' names and values as text; None if these bytes are no headers."""
    return _usual_headers(block) if len(block) <= _USUAL else _read_headers(block)


def _read_headers(block: bytes) -> Fields | None:
    try:
        return tuple(_fields(block))
    except (LookupError, struct.error):
        return None


# The messages of a stream have the same few blocks of headers.
_USUAL = 512
_usual_headers = lru_cache(maxsize=64)(_read_headers)


def _fields(block: bytes) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(block):
        name, place = _sized(block, place, _BYTE)
        (kind,) = _BYTE.unpack_from(block, place)
        value, place = _VALUES[kind](block, place + _BYTE.size)
        yield text(name), value


def _sized(block: bytes, place: int, size: struct.Struct) -> tuple[bytes, int]:
    """The bytes at `place`, which their length precedes, and where they end."""
    begin = place + size.size
    end = begin + size.unpack_from(block, place)[0]
    if end > len(block):
        raise IndexError(f"{end - len(block)} bytes are missing")
    return block[begin:end], end


def _fixed(layout: str, show: Callable[..., str]) -> Callable[[bytes, int], tuple[str, int]]:
    """Reads a value of this layout."""
    fixed = struct.Struct(layout)
    return lambda block, place: (show(*fixed.unpack_from(block, place)), place + fixed.size)


def _variable(show: Callable[[bytes], str]) -> Callable[[bytes, int], tuple[str, int]]:
    """Reads a value that its length precedes."""

    def read(block: bytes, place: int) -> tuple[str, int]:
        value, end = _sized(block, place, _SHORT)
        return show(value), end

    return read


_BYTE = struct.Struct(">B")
_SHORT = struct.Struct(">H")

# By the type's number: true, false, byte, short, int, long, bytes, string, timestamp (ms), UUID.
_VALUES: tuple[Callable[[bytes, int], tuple[str, int]], ...] = (
    _fixed("", lambda: "true"),
    _fixed("", lambda: "false"),
    _fixed(">b", str),
    _fixed(">h", str),
    _fixed(">i", str),
    _fixed(">q", str),
    _variable(lambda value: base64.b64encode(value).decode()),
    _variable(text),
    _fixed(">q", str),
    _fixed("16s", lambda value: str(uuid.UUID(bytes=value))),
)
