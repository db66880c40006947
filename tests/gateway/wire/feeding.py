"""Feeding a decoder its body in every way that reads may cut it, and what must hold for each."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from gateway.wire import Decoder, Frame

Make = Callable[[], Decoder]


def cut(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """The body in reads of these sizes; the last one is what is left over."""
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
    yield body[start:]


def fed(decoder: Decoder, reads: Iterable[bytes]) -> list[Frame]:
    """All frames; read n comes at n µs, the end at -1."""
    frames = [frame for at, data in enumerate(reads) for frame in decoder.feed(data, at)]
    return frames + decoder.close(-1)


def timeless(frames: Sequence[Frame]) -> list[Frame]:
    """The frames without times, up to the first broken one: those must not depend on the reads."""
    same = []
    for frame in frames:
        same.append(frame._replace(at=0))
        if frame.kind == "broken":
            break
    return same


def decoded(make: Make, body: bytes) -> list[Frame]:
    """The frames of a body, which are the same whole, byte by byte, and in two reads wherever they are cut."""
    whole = fed(make(), [body])
    check_bytes(whole, body)
    bytewise = fed(make(), cut(body, [1] * len(body)))
    check_bytes(bytewise, body)
    assert timeless(bytewise) == timeless(whole)
    for place in range(len(body) if len(body) < 500 else 0):
        assert timeless(fed(make(), cut(body, [place]))) == timeless(whole), f"cut at {place}"
    return timeless(whole)


def check_bytes(frames: Sequence[Frame], body: bytes) -> None:
    """Every byte is in exactly one frame, in order, and the frames are numbered."""
    assert [frame.index for frame in frames] == list(range(len(frames)))
    ends = [0, *(frame.end for frame in frames)]
    assert [frame.start for frame in frames] == ends[:-1]
    assert ends[-1] == len(body)
    assert all(frame.start < frame.end for frame in frames)
    assert all(bool(frame.problem) == (frame.kind == "broken") for frame in frames)


def check_truncated(make: Make, body: bytes) -> None:
    """A body that is cut off has the same frames up to there; what comes after is at most one frame more."""
    whole = timeless(fed(make(), [body]))
    for place in range(len(body)):
        frames = timeless(fed(make(), [body[:place]]))
        check_bytes(frames, body[:place])
        shared = [frame for frame in whole if frame.end <= place]
        # A frame that ends where the body is cut may have waited for the byte after it.
        assert frames[: len(shared) - 1] == shared[:-1]
        assert len(frames) <= len(shared) + 1
