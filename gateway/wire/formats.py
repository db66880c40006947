"""Which wire format a body has: what its media type says, corrected by how it begins.

Servers send JSON errors as `text/event-stream`, streams as `application/json` or `text/plain`, arrays in pieces as
`application/json`. How the bodies of each format begin is so different that a few bytes tell.
"""

from gateway.wire.document import Document
from gateway.wire.eventstream import EventStream
from gateway.wire.frame import Decoder
from gateway.wire.framing import BOM, NOT_BLANK
from gateway.wire.inflation import inflater
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse

__all__ = ["Document", "decoder_for", "inflater", "is_telling"]

_LONGEST_BLANK = 4096

# How SSE streams begin. No JSON value does.
_SSE_FIELDS = (b"data:", b"event:", b"retry:", b"id:", b":")

_NDJSON = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-lines",
        "application/stream+json",
        "application/x-json-stream",
    }
)


def is_telling(beginning: bytes) -> bool:
    """Whether the format can be told: there is something that is no white space and not half of a field's name."""
    if len(beginning) >= _LONGEST_BLANK:
        return True
    content = _content(beginning)
    return bool(content) and not any(begin.startswith(content) for begin in (BOM, *_SSE_FIELDS) if begin != content)


def decoder_for(content_type: str, beginning: bytes) -> Decoder:
    """A decoder for a body of this media type that begins like this."""
    media_type = content_type.partition(";")[0].strip().lower()
    content = _content(beginning)
    if content.startswith(_SSE_FIELDS):
        return Sse()
    if media_type in _NDJSON:
        return Ndjson()
    if content.startswith(b"["):
        return JsonArray()
    if content.startswith(b"{"):
        return Document()
    if media_type == "application/vnd.amazon.eventstream" or (not media_type and content.startswith(b"\0")):
        return EventStream()
    return Sse() if media_type in ("text/event-stream", "") else Document()


def _content(beginning: bytes) -> bytes:
    """The beginning without a mark of byte order and white space."""
    content = NOT_BLANK.search(beginning.removeprefix(BOM))
    return content.string[content.start() :] if content else b""
