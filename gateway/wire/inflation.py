"""Content codings: the body as it was before it was compressed, piece by piece.

No piece is longer than 1 MiB, whatever a small read of compressed bytes grows to, so that no bomb fills the memory.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

__all__ = ["PIECE", "Undecodable", "inflater"]

PIECE = 1 << 20

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW = -15


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
        self._bits = _WINDOW_BITS[coding]
        self._inflate = zlib.decompressobj(self._bits)
        self._held = b""
        self._place = 0

    def __call__(self, data: bytes) -> Iterator[bytes]:
        if self._coding == "deflate" and self._place < 2:
            data = self._held = self._held + data
            if len(data) < 2:
                return
            self._bits = 15 if _is_zlib(data) else _RAW
            self._inflate = zlib.decompressobj(self._bits)
            self._place = 2
        yield from self._pieces(data)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        more = True
        while more:
            if self._inflate.eof:
                data = self._follow(data)
            try:
                piece = self._inflate.decompress(data, PIECE)
            except zlib.error as error:
                raise Undecodable(f"the body is not the {self._coding} that it is said to be: {error}") from None
            if piece:
                yield piece
            data = self._inflate.unconsumed_tail or self._inflate.unused_data
            more = bool(data) or len(piece) == PIECE

    def _follow(self, data: bytes) -> bytes:
        """What comes after the end: more gzip members, or nothing."""
        if data and self._bits == _WINDOW_BITS["gzip"]:
            self._inflate = zlib.decompressobj(self._bits)
        elif data:
            raise Undecodable(f"the body goes on after the end of its {self._coding}")
        return data


def _is_zlib(data: bytes) -> bool:
    """Whether zlib's two bytes of header are there. Some send deflate without them (RFC 9110, 8.4.1.2)."""
    return data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
