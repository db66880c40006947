"""Long random texts: what keys without a known shape have in common. A measure for suspicion, nothing more.

A text is random if it is 24 to 200 letters, digits, `_` or `-` in a row, has capitals, small letters and digits, is
less than half words (three small letters in a row), and has at least 4 bits of entropy a character (24 different
characters have 4.6, hashes in hex at most 4). None are: ids that begin with a short name (`msg_01Ab...`), and the
values of members that are called an id, a signature, data or filling.
"""

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

__all__ = ["random_spans"]

_TOKEN = re.compile(rb"(?<![A-Za-z0-9_+/=.-])[A-Za-z0-9_-]{24,200}(?![A-Za-z0-9_+/=.-])")
_KINDS = (re.compile(rb"[A-Z]"), re.compile(rb"[a-z]"), re.compile(rb"[0-9]"))
_WORD = re.compile(rb"[a-z]{3,}")
_ID = re.compile(rb"[a-z]{2,12}[_-]")
# The name of the member that a text is the value of, right before it; in JSON inside JSON there are backslashes.
_MEMBER = re.compile(rb'([A-Za-z_]{1,40})\\{0,8}"\s{0,4}:\s{0,4}\\{0,8}"\Z')
_HARMLESS_MEMBER = re.compile(
    rb"(?i)(?:(?:\A|_|[a-z])(?:id|ids|signature|fingerprint|obfuscation|encrypted_content|data|cursor)|\A(?:p|bytes))\Z"
)
_BEFORE = 64
_BITS = 4.0


def random_spans(text: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each random text in `text`. Linear time."""
    for match in _TOKEN.finditer(text):
        if _is_random(match[0]):
            member = _MEMBER.search(text[max(0, match.start() - _BEFORE) : match.start()])
            if member is None or not _HARMLESS_MEMBER.search(member[1]):
                yield match.span()


def _is_random(token: bytes) -> bool:
    if _ID.match(token) or not all(kind.search(token) for kind in _KINDS):
        return False
    return 2 * sum(map(len, _WORD.findall(token))) < len(token) and _entropy(token) >= _BITS


def _entropy(token: bytes) -> float:
    """Bits a character, by how often each character is in the token itself."""
    counts = Counter(token).values()
    return -sum(count / len(token) * log2(count / len(token)) for count in counts)
