"""Which wire format a body has: what its media type says, corrected by how it begins.

Servers send JSON errors as `text/event-stream`, streams as `application/json` or `text/plain`, arrays in pieces as
`application/json`. How a body of each format begins is so different that a few bytes tell.
"""

import re
from collections.abc import Callable

from gateway.wire.document import Document
from gateway.wire.eventstream import EventStream
from gateway.wire.frame import Decoder
from gateway.wire.framing import BOM
from gateway.wire.inflation import inflater
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse

__all__ = ["Document", "decoder_for", "inflater", "is_telling"]

_LONGEST_BLANK = 4096

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")

# How a field of an SSE stream begins, none of which begins a JSON value.
_SSE_FIELDS = (b"data:", b"event:", b"retry:", b"id:", b":")

_BY_TYPE: dict[str, Callable[[], Decoder]] = {
    "text/event-stream": Sse,
    "application/x-ndjson": Ndjson,
    "application/ndjson": Ndjson,
    "application/jsonl": Ndjson,
    "application/x-jsonl": Ndjson,
    "application/jsonlines": Ndjson,
    "application/json-lines": Ndjson,
    "application/x-jsonlines": Ndjson,
    "application/x-json-stream": Ndjson,
    "application/stream+json": Ndjson,
    "application/json-seq": Ndjson,
    "application/vnd.amazon.eventstream": EventStream,
}


def is_telling(beginning: bytes) -> bool:
    """Whether the format can be told: there is something that is no white space, and no half of a field's name."""
    text = _text(beginning)
    if len(beginning) >= _LONGEST_BLANK:
        return True
    return bool(text) and not BOM.startswith(text) and not any(_is_begun(field, text) for field in _SSE_FIELDS)


def decoder_for(content_type: str, beginning: bytes) -> Decoder:
    """A decoder for a body of this media type that begins like this."""
    media_type = content_type.partition(";")[0].strip().lower()
    text = _text(beginning)
    by_type = _BY_TYPE.get(media_type)
    if by_type in (Ndjson, EventStream):
        return by_type()
    if text.startswith(_SSE_FIELDS):
        return Sse()
    if text.startswith(b"["):
        return JsonArray()
    if text.startswith(b"{"):
        return Document()
    if not media_type:
        return EventStream() if text.startswith(b"\0") else Sse()
    return by_type() if by_type else Document()


def _text(beginning: bytes) -> bytes:
    blank = _BLANK.match(beginning)
    return beginning[blank.end() :] if blank else beginning


def _is_begun(field: bytes, text: bytes) -> bool:
    return len(text) < len(field) and field.startswith(text)
