"""`text/event-stream` as the WHATWG HTML standard says it is parsed (9.2.6), with every byte in a frame.

* A line ends with LF, CRLF or CR, nothing else: U+2028, U+0085 or a form feed are text.
* A frame is a block of lines up to and with the blank line that ends it. More blank lines lead the next frame.
* A CR that ends the blank line may be the first half of a CRLF. In a stream of lone CRs it never is, so there the frame
  ends with it, and an LF that follows leads the next frame; after an LF the next byte is waited for.
* The standard drops an event that the body's end cut off; here it is a `partial` frame.
"""

import re

from gateway.wire.frame import MAX_FRAME, Frame, FrameKind
from gateway.wire.framing import BOM, Framing, text

__all__ = ["Sse"]

# Nearly every frame there is: a line of data, perhaps with its event before it.
_ORDINARY = re.compile(rb"(?:event: ?([^\r\n]*)\r?\n)?data: ?([^\r\n]*)\r?\n\r?\n")

_LEAD = re.compile(rb"[\r\n]*")
_FRAME_END = re.compile(rb"\n(?:\n|\r\n|\r(?=[^\n]))|\r\r")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_WAITS_FOR_LF = b"\n\r"

_Fields = tuple[tuple[str, str], ...]


class Sse(Framing):
    """Decodes Server-Sent Events."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        super().__init__(limit)
        self._lead = 0  # bytes before the first line of the frame under way

    def _whole(self) -> Frame | None:
        if not self._seen and (ordinary := _ORDINARY.match(self._held, self._from)):
            event, data = ordinary.groups()
            return self._frame(ordinary.end(), "data", data, text(event) if event else None)
        return self._searched()

    def _searched(self) -> Frame | None:
        """The frame under way, of whatever lines it has, if its end is found in what has not been searched yet."""
        self._skip_lead()
        end = _FRAME_END.search(self._held, self._from + max(self._lead, self._seen))
        if not end:
            self._seen = max(self._lead, len(self._held) - self._from - len(_WAITS_FOR_LF))
            return None
        return self._block(end.end(), "data")

    def _rest(self) -> Frame:
        self._skip_lead()
        if self._lead == len(self._held):
            return self._frame(self._lead, "idle")
        return self._block(len(self._held), "data" if self._held.endswith(_WAITS_FOR_LF) else "partial")

    def _skip_lead(self) -> None:
        start = self._from + self._lead
        if self._offset + start == 0 and self._held.startswith(BOM):
            start += len(BOM)
        blank = _LEAD.match(self._held, start)
        self._lead = (blank.end() if blank else start) - self._from

    def _block(self, end: int, kind: FrameKind) -> Frame:
        """The frame of the lines up to `end`. Without data it says nothing, if it is whole."""
        event, data, fields = _parsed(bytes(self._held[self._from + self._lead : end]))
        self._lead = 0
        if data is None and kind == "data":
            return self._frame(end, "idle", b"", event, fields)
        return self._frame(end, kind, data or b"", event, fields)


def _parsed(block: bytes) -> tuple[str | None, bytes | None, _Fields]:
    """The event, the data and the other fields of these lines."""
    event = b""
    data: list[bytes] = []
    others: list[tuple[str, str]] = []
    for line in _LINE_END.split(block):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name == b"event":
            event = value
        elif line and not (name == b"id" and b"\0" in value):
            others.append((text(name), text(value)))
    return text(event) or None, b"\n".join(data) if data else None, tuple(others)
