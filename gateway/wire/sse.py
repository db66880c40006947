"""`text/event-stream` as the HTML standard says it is parsed (9.2.6), with every byte in a frame.

* A line ends with LF, CRLF or CR, nothing else: U+2028, U+0085 or a form feed are text.
* A frame is a block of lines up to and with the blank line that ends it. More blank lines lead the next frame.
* A CR that ends a blank line may be half of a CRLF. After a line that a lone CR ended it is taken as a lone one, so
  that such a stream is not late by a frame; an LF that follows leads the next frame. Else the next byte is waited for.

Two things the standard throws away are kept, since providers send them: an event that the body's end cut off is a
`partial` frame, and a block that begins with `{` and has no data (Google's errors amid a stream) is data as it stands.
"""

import re

from gateway.wire.frame import MAX_FRAME, Frame, FrameKind
from gateway.wire.framing import Fields, Framing, text

__all__ = ["MAX_LINES", "Sse"]

# Nearly every frame there is: a line of data, perhaps with its event before it. The second one is for streams with CRs.
_ORDINARY = re.compile(rb"(?:event: ?(.*)\n)?data: ?(.*)\n\n")
_ORDINARY_CR = re.compile(rb"(?:event: ?([^\r\n]*)\r?\n)?data: ?([^\r\n]*)\r?\n\r?\n")

_END = re.compile(rb"\n(?:\n|\r\n|\r(?=[^\n]))|\r\r")
_WAITING = b"\n\r"

# Pretty JSON of 3 MB has a hundred thousand lines. A Python object for each line of an endless frame is too much.
MAX_LINES = 1 << 18


class Sse(Framing):
    """Decodes Server-Sent Events."""

    _content = re.compile(rb"[^\r\n]")

    def __init__(self, limit: int = MAX_FRAME) -> None:
        super().__init__(limit)
        self._has_cr = False  # without, lines are found several times as fast

    def feed(self, data: bytes, at: int) -> list[Frame]:
        """The frames that are complete with these bytes, which were read at `at` (µs)."""
        self._has_cr = self._has_cr or b"\r" in data
        return super().feed(data, at)

    def _whole(self) -> Frame | None:
        if not self._seen and (found := (_ORDINARY_CR if self._has_cr else _ORDINARY).match(self._held, self._from)):
            event, data = found.groups()
            return self._frame(found.end(), "data", data, text(event) if event else None)
        self._skip_lead()
        end = self._end(self._from + max(self._lead, self._seen))
        if end is None:
            self._seen = max(self._lead, len(self._held) - self._from - len(_WAITING))
            return None
        return self._block(end, "data")

    def _end(self, start: int) -> int | None:
        """Where the first blank line from `start` on ends in what is held."""
        if self._has_cr:
            end = _END.search(self._held, start)
            return end.end() if end else None
        place = self._held.find(b"\n\n", start)
        return place + 2 if place >= 0 else None

    def _rest(self) -> Frame:
        self._skip_lead()
        end = len(self._held)
        if self._lead == end:
            return self._frame(end, "idle")
        return self._block(end, "data" if self._held.endswith(_WAITING) else "partial")

    def _block(self, end: int, kind: FrameKind) -> Frame:
        """The frame of the lines up to `end`. One without data says nothing, if it is whole."""
        block = bytes(self._held[self._from + self._lead : end])
        lines = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if lines.count(b"\n") > MAX_LINES:
            return self._broken(f"the frame {self._where()} has more than {MAX_LINES:,} lines, which is the limit", end)
        event, data, fields = _parsed(lines.split(b"\n"))
        if data is not None:
            return self._frame(end, kind, data, event, fields)
        if block.startswith(b"{"):
            return self._frame(end, kind, block.rstrip(b"\r\n"), event)
        return self._frame(end, "idle" if kind == "data" else kind, b"", event, fields)


def _parsed(lines: list[bytes]) -> tuple[str | None, bytes | None, Fields]:
    """The event, the data and the other fields of these lines."""
    event: str | None = None
    data: list[bytes] = []
    others: list[tuple[str, str]] = []
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name == b"event":
            event = text(value) or None
        elif line and not (name == b"id" and b"\0" in value):
            others.append((text(name), text(value)))
    return event, b"\n".join(data) if data else None, tuple(others)
