"""NDJSON: one JSON value a line. Only LF ends a line (JSON has no raw LF in strings; U+2028 and U+0085 are text).

White space around a value, with a CR before the LF, is no part of its data; blank lines lead the next frame.
"""

import re

from gateway.wire.frame import Frame
from gateway.wire.framing import BOM, Framing

__all__ = ["Ndjson"]

_BLANK = b" \t\r\n"
_LEAD = re.compile(rb"[ \t\r\n]*")


class Ndjson(Framing):
    """Decodes JSON lines."""

    _lead = 0  # bytes before the value of the frame under way

    def _whole(self) -> Frame | None:
        self._skip_lead()
        end = self._held.find(b"\n", self._from + max(self._lead, self._seen)) + 1
        if not end:
            self._seen = len(self._held) - self._from
            return None
        return self._line(end)

    def _rest(self) -> Frame:
        self._skip_lead()
        end = len(self._held)
        if self._lead == end:
            return self._frame(end, "idle")
        return self._frame(end, "partial", self._value(end))

    def _skip_lead(self) -> None:
        start = self._from + self._lead
        if self._offset + start == 0 and self._held.startswith(BOM):
            start += len(BOM)
        blank = _LEAD.match(self._held, start)
        self._lead = (blank.end() if blank else start) - self._from

    def _line(self, end: int) -> Frame:
        data = self._value(end)
        self._lead = 0
        return self._frame(end, "data", data)

    def _value(self, end: int) -> bytes:
        return bytes(self._held[self._from + self._lead : end]).rstrip(_BLANK)
