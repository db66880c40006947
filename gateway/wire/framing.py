"""What every decoder shares: the bytes that are not yet in a frame, where they lie in the body, and the limit.

A decoder says where the frame under way ends and what is in it; numbers, places, times, the limit and what follows a
broken frame are kept here, the same for every format. What has been searched is not searched again: `_seen` and `_lead`
say how far, so that the time is linear however small the reads are.
"""

import re
from abc import ABC, abstractmethod
from typing import ClassVar

from gateway.wire.frame import MAX_FRAME, Frame, FrameKind

__all__ = ["BOM", "NOT_BLANK", "Fields", "Framing", "text"]

Fields = tuple[tuple[str, str], ...]

BOM = b"\xef\xbb\xbf"
NOT_BLANK = re.compile(rb"[^ \t\r\n]")

# As much of a broken frame's bytes as tells what they are.
_SHOWN = 1024


def text(data: bytes) -> str:
    """The text of these bytes, read as the standards say: UTF-8, U+FFFD for what is not."""
    return data.decode("utf-8", "replace")


class Framing(ABC):
    """Base of the decoders. `_held[_from:]` is the frame under way, of which `_seen` bytes have been searched."""

    _content: ClassVar[re.Pattern[bytes]] = NOT_BLANK  # the first byte that is not between frames

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._held: bytes | bytearray = b""
        self._offset = 0  # of the first held byte in the body
        self._from = 0
        self._seen = 0
        self._lead = 0  # bytes of the frame under way that are before its content
        self._index = 0
        self._at = 0
        self._problem: str | None = None

    def feed(self, data: bytes, at: int) -> list[Frame]:
        """The frames that are complete with these bytes, which were read at `at` (µs)."""
        self._at = at
        # Most reads are whole frames: these are decoded where they lie, and only what is left over is copied.
        if self._held:
            self._held += data
        else:
            self._held = data
        frames: list[Frame] = []
        while self._problem is None and self._from < len(self._held) and (frame := self._whole()):
            frames.append(frame)
        if self._problem is None and len(self._held) - self._from > self._limit:
            frames.append(self._too_long())
        if self._problem is not None and self._from < len(self._held):
            frames.append(self._broken(self._problem, len(self._held)))
        self._offset += self._from
        if self._from == len(self._held):
            self._held = b""
        elif isinstance(self._held, bytearray):
            del self._held[: self._from]
        else:
            self._held = bytearray(self._held[self._from :])
        self._from = 0
        return frames

    def close(self, at: int) -> list[Frame]:
        """The body has ended: what is left, as `partial` or `idle` frames."""
        self._at = at
        return [self._rest()] if self._held else []

    @abstractmethod
    def _whole(self) -> Frame | None:
        """The frame under way, if its end has come."""

    @abstractmethod
    def _rest(self) -> Frame:
        """The frame under way, which the body's end has cut off."""

    def _frame(
        self, end: int, kind: FrameKind, data: bytes = b"", event: str | None = None, fields: Fields = ()
    ) -> Frame:
        """The frame under way, ending before `end` in what is held; the next one begins there."""
        start, offset = self._from, self._offset
        if end - start > self._limit:
            return self._too_long()
        frame = Frame(self._index, offset + start, offset + end, self._at, kind, event, data, fields)
        self._index += 1
        self._from = end
        self._seen = self._lead = 0
        return frame

    def _skip_lead(self) -> None:
        """Go on to the content of the frame under way: past white space, and a mark of byte order at the beginning."""
        start = self._from + self._lead
        if self._offset + start == 0 and self._held.startswith(BOM):
            start = len(BOM)
        content = self._content.search(self._held, start)
        self._lead = (content.start() if content else len(self._held)) - self._from

    def _where(self) -> str:
        return f"at byte {self._offset + self._from:,}"

    def _too_long(self) -> Frame:
        problem = (
            f"expected the end of what begins {self._where()} within {self._limit:,} bytes, which is the limit; "
            "nothing after it is read: take the body as it was received, which has no limit"
        )
        return self._broken(problem, self._from + self._limit + 1)

    def _broken(self, problem: str, end: int) -> Frame:
        """A frame that cannot be read, ending before `end`. All bytes after it are broken as well."""
        self._problem = problem
        start, self._from, offset = self._from, end, self._offset
        shown = bytes(self._held[start : min(end, start + _SHOWN)])
        frame = Frame(self._index, offset + start, offset + end, self._at, "broken", data=shown, problem=problem)
        self._index += 1
        return frame
