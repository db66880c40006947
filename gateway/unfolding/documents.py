"""The JSON of one frame, where it lies: everything around it blank, nothing moved."""

import re

__all__ = ["as_document"]

_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+[\[,]?+\s*+(?=[{\[])")
_DATA = re.compile(rb"(?:^|[\r\n])data:")
_LINE = re.compile(rb"[^\r\n]*+[\r\n]|[^\r\n]++")


def as_document(piece: bytes) -> bytes:
    """A text as long as `piece` that holds the JSON of its frame, and blanks for an event's fields and separators.

    Of what is no JSON any text may come.
    """
    if _DATA.search(piece):
        return b"".join([_line(line) for line in _LINE.findall(piece)])
    if before := _BEFORE.match(piece):
        return b" " * before.end() + piece[before.end() :]
    return piece


def _line(line: bytes) -> bytes:
    return b"     " + line[5:] if line.startswith(b"data:") else b" " * len(line)
