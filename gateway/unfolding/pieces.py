"""A body in pieces: every byte in exactly one, a frame of the stream in each. What is no stream is one piece."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from gateway.wire import Decoder, Document
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse

__all__ = ["cut", "cut_again"]


def cut(body: bytes, decoder: Decoder) -> list[bytes]:
    """The frames of `body`, in the wire format of this new decoder."""
    if isinstance(decoder, Document):
        return [body]
    if isinstance(decoder, Sse) and b"\r" not in body:
        return _split(body, b"\n\n")
    if isinstance(decoder, Ndjson):
        return _split(body, b"\n")
    frames = [*decoder.feed(body, 0), *decoder.close(0)]
    return [body[frame.start : frame.end] for frame in frames]


def _split(body: bytes, separator: bytes) -> list[bytes]:
    """What the decoder of these frames finds, many times as fast. Blank pieces do no harm."""
    *pieces, last = body.split(separator)
    whole = [piece + separator for piece in pieces]
    return [*whole, last] if last else whole


def cut_again(data: bytes, pieces: Sequence[bytes]) -> list[bytes]:
    """`data` cut where `pieces` were joined, with a byte between each two."""
    starts = accumulate([len(piece) + 1 for piece in pieces], initial=0)
    return [data[start : end - 1] for start, end in pairwise(starts)]
