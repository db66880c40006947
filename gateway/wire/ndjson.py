"""NDJSON: one JSON value a line. Only LF ends a line: JSON has no raw LF in strings, and U+2028 or U+0085 are text.

White space around a value, with a CR before the LF, is no part of its data; blank lines lead the next frame.
"""

from gateway.wire.frame import Frame
from gateway.wire.framing import Framing

__all__ = ["Ndjson"]


class Ndjson(Framing):
    """Decodes JSON lines."""

    def _whole(self) -> Frame | None:
        self._skip_lead()
        place = self._held.find(b"\n", self._from + max(self._lead, self._seen))
        if place < 0:
            self._seen = len(self._held) - self._from
            return None
        return self._frame(place + 1, "data", self._line(place))

    def _rest(self) -> Frame:
        self._skip_lead()
        end = len(self._held)
        if self._lead == end:
            return self._frame(end, "idle")
        return self._frame(end, "partial", self._line(end))

    def _line(self, end: int) -> bytes:
        return bytes(self._held[self._from + self._lead : end]).rstrip(b" \t\r")
