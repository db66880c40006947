"""Reading bodies that came compressed, to search them. Plain ones are asked for, yet some upstreams compress."""

import zlib
from typing import NamedTuple

from recorder.errors import Unredactable
from recorder.interaction import Headers

__all__ = ["Decoded", "decoded"]

# What one interaction may hold by default. Nobody looks into a larger body, so that no bomb goes off.
_LIMIT = 64 << 20
_PIECE = 1 << 20

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
# RFC 9110, 8.4.1.2: "deflate" means zlib's format, yet some send it without the wrapper.
_RAW = -15
# Any other name on a body that is plainly text is a mistake: some write a charset there.
_COMPRESSED = frozenset(("br", "zstd", "compress", "x-compress", "dcb", "dcz"))
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r\f"))


class Decoded(NamedTuple):
    """What a body says: as much as there is of one that was cut off. Of one that is not `sound`, only its beginning."""

    data: bytes
    sound: bool


def decoded(body: bytes, headers: Headers) -> Decoded | None:
    """The body without its gzip or deflate; None if it has neither, whatever its header says.

    Raises Unredactable if it has another coding, or more than 64 MiB in it.
    """
    coding = ",".join([value for name, value in headers if name.lower() == "content-encoding"]).strip().lower()
    if coding in ("", "identity") or not body:
        return None
    bits = _WINDOW_BITS.get(coding)
    if bits is None:
        if coding not in _COMPRESSED and _is_text(body):
            return None
        raise Unredactable(
            f"its content coding {coding[:40]!r} cannot be searched for secrets, only gzip and deflate can: "
            "have the client ask with Accept-Encoding: identity"
        )
    for attempt in (bits, _RAW) if coding == "deflate" else (bits,):
        found = _inflated(body, attempt)
        if found.data or found.sound:
            return found
    return None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return len(body.translate(None, _CONTROLS)) == len(body)


def _inflated(body: bytes, bits: int) -> Decoded:
    """All members of a gzip body, one after the other; zeros after the last are nothing."""
    pieces: list[bytes] = []
    size = 0
    while body:
        inflate = zlib.decompressobj(bits)
        data = body
        while data and not inflate.eof:
            try:
                pieces.append(inflate.decompress(data, _PIECE))
            except zlib.error:
                return Decoded(b"".join(pieces), sound=False)
            size += len(pieces[-1])
            if size > _LIMIT:
                raise Unredactable(f"more than {_LIMIT >> 20} MiB are compressed in it, which is more than is searched")
            data = inflate.unconsumed_tail
        body = inflate.unused_data.lstrip(b"\0") if bits > _WINDOW_BITS["deflate"] else inflate.unused_data
        if body and bits <= _WINDOW_BITS["deflate"]:
            return Decoded(b"".join(pieces), sound=False)
    return Decoded(b"".join(pieces), sound=True)
