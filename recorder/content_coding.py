"""Reading bodies that came compressed, to search them. Plain ones are asked for, yet some upstreams compress."""

import zlib

from recorder.interaction import Headers

__all__ = ["decoded"]

# What one interaction may hold by default; of a larger body only the beginning is read, so no bomb goes off.
_LIMIT = 64 << 20

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def decoded(body: bytes, headers: Headers) -> bytes | None:
    """The body without its gzip or deflate; None if it has neither or cannot be read.

    Of a body that was cut off, as much as there is.
    """
    coding = next((value.strip().lower() for name, value in headers if name.lower() == "content-encoding"), "")
    bits = _WINDOW_BITS.get(coding)
    if bits is None:
        return None
    # RFC 9110, 8.4.1.2: "deflate" means zlib's format, yet some send it without the wrapper.
    for attempt in (bits, -15) if coding == "deflate" else (bits,):
        try:
            return zlib.decompressobj(attempt).decompress(body, _LIMIT)
        except zlib.error:
            continue
    return None
