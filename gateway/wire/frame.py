"""Frames: the units of a wire format. Every decoder of this package keeps the same rules.

* Bytes in, frames out: no sockets, no clock, no log. What is decoded never depends on where the reads were cut.
* Every byte of the body belongs to exactly one frame, in order: `frame.start` is the `end` of the one before.
* A frame carries the time of the read that completed it.
* Nothing raises. Bytes that are not of the format, or a frame beyond the limit, end the decoding: one `broken` frame
  says what was expected, what came and where, and so is everything after it.
"""

from typing import Literal, NamedTuple, Protocol

__all__ = ["MAX_FRAME", "Decoder", "Frame", "FrameKind"]

# A stream's final event can repeat a whole answer with images in it: several MB are normal, endless is not.
MAX_FRAME = 16 << 20

FrameKind = Literal["data", "idle", "partial", "broken"]


class Frame(NamedTuple):
    """One unit of a wire format.

    `start` and `end` are its bytes in the body, `at` is µs since the request was sent. `kind`:

    * `data`: has `data` to be read; `event` is its name where the format has one.
    * `idle`: nothing to be read: comments, an event without data, white space between.
    * `partial`: cut off by the body's end; `event` and `data` hold what had come.
    * `broken`: not of this format; `problem` says why.

    `fields` is whatever else stood in the frame: SSE's `id`, `retry`, unknown fields and comments (named `""`), or an
    eventstream message's headers.
    """

    index: int  # type: ignore[assignment] # hides a tuple's index(), which nobody asks a frame for
    start: int
    end: int
    at: int
    kind: FrameKind
    event: str | None = None
    data: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


class Decoder(Protocol):
    """Bytes to frames, for one body."""

    def feed(self, data: bytes, at: int) -> list[Frame]:
        """The frames that are complete with these bytes, which were read at `at` (µs)."""

    def close(self, at: int) -> list[Frame]:
        """The body has ended: what is left, as `partial` or `idle` frames."""
