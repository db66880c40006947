"""Amazon's event stream messages: what each says, and how it is put back with its checksums made anew.

message   lengths | CRC | headers | {"bytes":"eyJ0eXBlIjoi..."} | CRC
text                                          {"type":"content_block_delta","index":0,...}
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.wire import Frame
from gateway.wire.eventstream import CHECKSUM, PRELUDE, EventStream, sealed
from recorder.errors import Unredactable
from recorder.secret_search import Search

__all__ = ["Messages"]

# What a model's provider said, in base64 inside what Amazon says. Of a message that was cut off, as much as there is.
_INNER = re.compile(rb'"bytes"\s*:\s*"((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)')


@dataclass(frozen=True, slots=True)
class _Message:
    """One frame of the body, and where its text stands in it; `is_coded`: there in base64."""

    raw: bytes
    kind: str
    headers: tuple[int, int]
    start: int
    end: int
    is_coded: bool

    @property
    def text(self) -> bytes:
        data = self.raw[self.start : self.end]
        return base64.b64decode(data) if self.is_coded else data

    def with_text(self, text: bytes, search: Search) -> bytes:
        """The message with a text of the same length."""
        if self.kind == "broken":
            return text
        data = base64.b64encode(text) if self.is_coded else text
        start, end = self.headers
        before = self.raw[:start] + self._headers(search) + search.cleaned(self.raw[end : self.start], "a message")
        body = before + data + search.cleaned(self.raw[self.end : self._checksum], "a message")
        if body == self.raw[: self._checksum]:
            return self.raw
        whole = sealed(body) if self.kind == "data" else body + self.raw[self._checksum :]
        if len(whole) != len(self.raw) or (self.kind == "data" and not _same_frame(whole, self.raw)):
            raise Unredactable("an eventstream message cannot be changed without breaking it")
        return whole

    def _headers(self, search: Search) -> bytes:
        return search.cleaned(self.raw[slice(*self.headers)], "a message's headers")

    @property
    def _checksum(self) -> int:
        return len(self.raw) - (CHECKSUM.size if self.kind == "data" else 0)


@dataclass(frozen=True, slots=True)
class Messages:
    """A body of such messages."""

    messages: tuple[_Message, ...]

    @classmethod
    def of(cls, body: bytes) -> "Messages":
        """The messages of a body; what is broken is one with itself as text."""
        decoder = EventStream()
        frames = [*decoder.feed(body, 0), *decoder.close(0)]
        return cls(tuple([_message(body[frame.start : frame.end], frame) for frame in frames]))

    def texts(self) -> list[bytes]:
        """What each message says."""
        return [message.text for message in self.messages]

    def with_texts(self, texts: Sequence[bytes], search: Search) -> bytes:
        """The body with these texts instead, each as long as before. `search` is for what stands around them.

        Raises Unredactable if what has to be overwritten holds a message together.
        """
        pairs = zip(self.messages, texts, strict=True)
        return b"".join([message.with_text(text, search) for message, text in pairs])


def _message(raw: bytes, frame: Frame) -> _Message:
    if frame.kind == "broken" or len(raw) < PRELUDE.size:
        return _Message(raw, "broken", (0, 0), 0, len(raw), is_coded=False)
    _, headers, _ = PRELUDE.unpack_from(raw)
    payload = min(PRELUDE.size + headers, len(raw))
    end = payload + len(frame.data)
    span = (PRELUDE.size, payload)
    inner = _INNER.search(raw, payload, end)
    if inner and base64.b64encode(base64.b64decode(inner[1])) == inner[1]:
        return _Message(raw, frame.kind, span, *inner.span(1), is_coded=True)
    return _Message(raw, frame.kind, span, payload, end, is_coded=False)


def _same_frame(one: bytes, other: bytes) -> bool:
    """Whether both are one message with the same headers but for their values."""
    found = [EventStream().feed(raw, 0) for raw in (one, other)]
    names = [[(frame.kind, [name for name, _ in frame.fields]) for frame in frames] for frames in found]
    return names[0] == names[1]
