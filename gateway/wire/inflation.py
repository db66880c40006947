"""Content codings: the body as it was before it was compressed, piece by piece.

No piece is longer than 256 KiB, whatever a small read of compressed bytes grows to, so that no bomb fills the memory.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

__all__ = ["PIECE", "Undecodable", "inflater"]

PIECE = 256 << 10

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW = -15
_HEADER = 2


class Undecodable(ValueError):
    """The body's content coding is not known here, or its bytes are not of it."""


def inflater(content_encoding: str) -> Callable[[bytes], Iterable[bytes]]:
    """What turns the body's bytes, read by read, into plain ones, for this `Content-Encoding`.

    Iterating over what it returns raises Undecodable.
    """
    codings = [coding.strip().lower() for coding in content_encoding.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings:
        return _plain
    if len(codings) > 1 or codings[0] not in _WINDOW_BITS:
        return _Unknown(content_encoding)
    return _Inflation(codings[0])


def _plain(data: bytes) -> tuple[bytes]:
    return (data,)


class _Unknown:
    def __init__(self, coding: str) -> None:
        self._coding = coding

    def __call__(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise Undecodable(
                f"the body has the content coding {self._coding!r}, of which only gzip and deflate can be read: have "
                "the client ask with Accept-Encoding: identity"
            )
        yield from ()


class _Inflation:
    """Inflates one body."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._beginning = b""
        self._bits = 0
        self._inflate = zlib.decompressobj()

    def __call__(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes of these, in pieces."""
        if not self._bits:
            data = self._beginning = self._beginning + data
            if len(data) < _HEADER:
                return
            self._bits = _RAW if self._coding == "deflate" and not _is_zlib(data) else _WINDOW_BITS[self._coding]
            self._inflate = zlib.decompressobj(self._bits)
        while data := self._continued(data):
            piece = self._inflated(data)
            while len(piece) == PIECE:
                yield piece
                piece = self._inflated(self._inflate.unconsumed_tail)
            yield piece
            data = self._inflate.unused_data

    def _inflated(self, data: bytes) -> bytes:
        try:
            return self._inflate.decompress(data, PIECE)
        except zlib.error as error:
            raise Undecodable(f"the body is not the {self._coding} that its head says: {error}") from None

    def _continued(self, data: bytes) -> bytes:
        """What there is to inflate. After the end that may be another gzip member, or zeros, which are nothing."""
        if not self._inflate.eof:
            return data
        data = data.lstrip(b"\0")
        if data and self._coding == "deflate":
            raise Undecodable("the body goes on after the end of its deflate")
        if data:
            self._inflate = zlib.decompressobj(self._bits)
        return data


def _is_zlib(data: bytes) -> bool:
    """Whether zlib's header of two bytes is there. Some send deflate without it (RFC 9110, 8.4.1.2)."""
    return data[0] & 15 == 8 and int.from_bytes(data[:_HEADER], "big") % 31 == 0
