"""The one escaper of the house: text from outside, on its way to a terminal or a log.

A cassette may come from a stranger and an error message from an upstream; a terminal obeys control characters, and a
line break forges a log line.
"""

import re

__all__ = ["escaped", "escaped_json"]

# C0, DEL, C1, the line separators, what reorders text on a terminal (bidi marks, embeddings, isolates), and surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str, limit: int = 200) -> str:
    """`text` on one line, harmless to a terminal, at most `limit` characters of it."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return _UNSAFE.sub(lambda found: _SHORT.get(found[0]) or _code(ord(found[0])), cut)


def escaped_json(text: str) -> str:
    """Lines of JSON as the same JSON, harmless to a terminal: what is unsafe can only stand in its strings."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)


def _code(point: int) -> str:
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
