"""Edits: places of a text that are overwritten, never lengthened or shortened.

What is filled in has no character that JSON, a URL or a header would have to escape, and begins anew at each place, so
that filling a place twice is filling it once.
"""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Edit", "applied", "filling", "fillings", "is_filling", "merged"]

_FILLING = b"REDACTED-"


class Edit(NamedTuple):
    """`data` replaces the bytes from `start` to before `end`, and is as long as they are."""

    start: int
    end: int
    data: bytes


def filling(length: int) -> bytes:
    """The placeholder, as long as what it replaces."""
    return (_FILLING * (length // len(_FILLING) + 1))[:length]


def is_filling(piece: bytes) -> bool:
    """Whether this is placeholder all through, wherever it begins: redacted before."""
    return piece in _FILLING * (len(piece) // len(_FILLING) + 2)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, overlapping ones united; empty ones left out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def fillings(data: bytes, spans: Iterable[tuple[int, int]]) -> list[Edit]:
    """What fills these places of `data`; nothing for those that are filled."""
    places = [(start, end) for start, end in merged(spans) if not is_filling(data[start:end])]
    return [Edit(start, end, filling(end - start)) for start, end in places]


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with the edits made."""
    changed = bytearray(data)
    for start, end, piece in edits:
        changed[start:end] = piece
    return bytes(changed)
