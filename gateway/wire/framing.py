"""What every decoder shares: the bytes that are not yet in a frame, where they lie in the body, and the limit.

A decoder says where the frame under way ends and what is in it; numbering, places, times, the limit and what follows a
broken frame are kept here, so that they are the same for every format. What has been searched once is not searched
again: `_seen` says how far, so that the time is linear however small the reads are.
"""

from abc import ABC, abstractmethod

from gateway.wire.frame import MAX_FRAME, Frame, FrameKind

__all__ = ["BOM", "Framing", "text"]

BOM = b"\xef\xbb\xbf"

# As much of a broken frame's bytes as tells what they are.
_SHOWN = 1024


def text(data: bytes) -> str:
    """The text of these bytes, read as the standards say: UTF-8, U+FFFD for what is not."""
    return data.decode("utf-8", "replace")


class Framing(ABC):
    """Base of the decoders. `_held[_from:]` is the frame under way; `_seen` bytes of it have been searched."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._held = bytearray()
        self._offset = 0  # of the first held byte in the body
        self._from = 0
        self._seen = 0
        self._index = 0
        self._at = 0
        self._problem: str | None = None

    def feed(self, data: bytes, at: int) -> list[Frame]:
        """The frames that are complete with these bytes, which were read at `at` (µs)."""
        self._at = at
        self._held += data
        frames: list[Frame] = []
        while self._problem is None and (frame := self._whole()):
            frames.append(frame)
        if self._problem is None and len(self._held) - self._from > self._limit:
            frames.append(self._too_long())
        if self._problem is not None and self._from < len(self._held):
            frames.append(self._broken(self._problem, len(self._held)))
        del self._held[: self._from]
        self._offset += self._from
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
        self,
        end: int,
        kind: FrameKind,
        data: bytes = b"",
        event: str | None = None,
        fields: tuple[tuple[str, str], ...] = (),
    ) -> Frame:
        """The frame under way, ending before `end` in what is held; the next one begins there."""
        start = self._from
        if end - start > self._limit:
            return self._too_long()
        offset = self._offset
        frame = Frame(self._index, offset + start, offset + end, self._at, kind, event, data, fields)
        self._index += 1
        self._from = end
        self._seen = 0
        return frame

    def _too_long(self) -> Frame:
        problem = (
            f"more than {self._limit:,} bytes from byte {self._offset + self._from:,} on without a frame's end, which "
            "is the limit: nothing after it is read; the body as it was received has it all"
        )
        return self._broken(problem, self._from + self._limit + 1)

    def _broken(self, problem: str, end: int) -> Frame:
        """A frame that cannot be read, ending before `end`. All bytes after it are broken as well."""
        self._problem = problem
        start, self._from = self._from, end
        shown = bytes(self._held[start : min(end, start + _SHOWN)])
        frame = Frame(
            self._index, self._offset + start, self._offset + end, self._at, "broken", data=shown, problem=problem
        )
        self._index += 1
        return frame
