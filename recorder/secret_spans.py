"""Where in a text secrets stand: known values in any spelling, members with telling names, paths that the user named.

All of it works on bytes and positions, without parsing the whole: the text may be JSON, JSON inside JSON, a stream of
events or cut off in the middle. Time is linear in the text. A secret that a stream spreads over several frames is not
seen here: whoever knows the stream's form searches the joined text as well (recorder/secret_search).
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

from recorder.key_shapes import Span
from recorder.paths import Paths
from recorder.secret_names import is_secret_member

__all__ = ["member_spans", "path_spans", "value_spans"]

# A secret that is echoed in part is still one: a fragment from this length on is replaced too.
_FRAGMENT = 20


def value_spans(data: bytes, secret: bytes) -> Iterator[Span]:
    """Where `secret` stands: as it is (or 20 bytes of it), URL-encoded, in JSON, base64 or hex."""
    if len(secret) > _FRAGMENT:
        yield from _fragments(data, secret)
    for spelling in _spellings(secret):
        for at in _finds(data, spelling):
            yield at, at + len(spelling)
    yield from _masked(data, secret)


def _finds(data: bytes, needle: bytes) -> Iterator[int]:
    at = data.find(needle)
    while at >= 0:
        yield at
        at = data.find(needle, at + len(needle))


def _fragments(data: bytes, secret: bytes) -> Iterator[Span]:
    """Every fragment holds a whole block: find the blocks, then see how far the fragment reaches to both sides."""
    # 32 blocks are enough for keys; of a longer secret (a token of some kilobytes) only longer fragments are found.
    size = max(_FRAGMENT // 2, len(secret) // 32)
    for offset in range(0, len(secret) - size + 1, size):
        block = secret[offset : offset + size]
        at = data.find(block)
        while at >= 0:
            before = _shared(reversed(secret[:offset]), reversed(data[max(0, at - offset) : at]))
            after = _shared(secret[offset:], data[at : at + len(secret) - offset])
            if before + after >= min(len(secret), 2 * size):
                yield at - before, at + after
            at = data.find(block, at + after)


def _masked(data: bytes, secret: bytes) -> Iterator[Span]:
    """Where `secret` stands with stars in its middle, and too little under them.

    Providers show 12 characters of a key of 50 to 160, so that its owner knows which one it is; that much stays.
    """
    most = min(_FRAGMENT - 1, len(secret) - _UNKNOWN)
    for at in _finds(data, secret[:_HEAD]):
        before = _shared(secret, data[at : at + len(secret)])
        if mask := _MASK.match(data, at + before):
            after = _longest_end(secret, data[mask.end() : mask.end() + len(secret)])
            if before + after > most:
                yield at, mask.end() + after if after else at + before


_MASK = re.compile(rb"(?:\*|\.|x|X|\xe2\x80[\xa2\xa6]|\\u20(?:22|26)){3,200}+")
_UNKNOWN = 16
_HEAD = 4
_LONGEST_END = 64


def _longest_end(secret: bytes, text: bytes) -> int:
    """The length of the longest end of `secret` that `text` begins with."""
    lengths = range(min(len(secret) - 1, _LONGEST_END), 0, -1)
    return next((length for length in lengths if text.startswith(secret[-length:])), 0)


def _shared(one: Iterable[int], other: Iterable[int]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


@lru_cache(maxsize=32)
def _spellings(secret: bytes) -> tuple[bytes, ...]:
    """The ways in which a whole secret may be written."""
    in_json = json.dumps(secret.decode("latin-1"))[1:-1]
    in_url = [quote(secret, safe=""), quote(secret), quote_plus(secret)]
    texts = [
        *in_url,
        *(text.replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d") for text in in_url),
        in_json,
        in_json.replace("/", "\\/"),
        "".join([f"\\u{ord(char):04x}" if char in "<>&='" else char for char in in_json]),  # safe in HTML, too
        secret.hex(),
        secret.hex().upper(),
        "".join([f"\\u{byte:04x}" for byte in secret]),
        "".join([f"\\u{byte:04X}" for byte in secret]),
    ]
    return tuple(dict.fromkeys([secret, *(text.encode() for text in texts), *_base64(secret)]))


def _base64(secret: bytes) -> Iterator[bytes]:
    """What base64 makes of the secret inside a longer text, at each of the three offsets; no bits of the neighbours."""
    for offset in range(3):
        bits = 8 * (offset + len(secret))
        whole = base64.b64encode(bytes(offset) + secret)[-(-8 * offset // 6) : bits // 6]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


# How the names of secret members end; `token` and `key` are not rare, but cheap to look at again.
_ENDINGS = (
    b"key", b"token", b"secret", b"password", b"passwd", b"passphrase", b"authorization", b"credential", b"credentials",
    b"cookie",
)  # fmt: skip
_BETWEEN = re.compile(rb'(\\*)"\s{0,16}:\s{0,16}\1"')
_LONGEST_NAME = 64


def member_spans(data: bytes) -> Iterator[Span]:
    """The values of JSON members whose names say that they are secret, also in JSON inside JSON strings.

    Only strings: in a schema `"password": {"type": "string"}` is no secret.
    """
    lower = data.lower()
    for ending in _ENDINGS:
        for at in _finds(lower, ending):
            end = at + len(ending)
            if lower[end : end + 1] in (b'"', b"\\") and (between := _BETWEEN.match(data, end)):
                opening = lower.rfind(b'"', max(0, end - _LONGEST_NAME), end)
                if is_secret_member(lower[opening + 1 : end].decode("latin-1")):
                    yield between.end(), _end_of_string(data, between.end(), len(between[1]))


def _end_of_string(data: bytes, start: int, level: int) -> int:
    """Where the string that begins at `start` ends, when its own quotes have `level` backslashes before them.

    Backslashes come in units of level + 1: an odd number of units before a quote means that it belongs to the string.
    """
    at = data.find(b'"', start)
    while at >= 0:
        run = at
        while run > start and data[run - 1] == _BACKSLASH:
            run -= 1
        backslashes = at - run
        if backslashes < level or (backslashes - level) // (level + 1) % 2 == 0:
            return max(start, at - min(level, backslashes))
        at = data.find(b'"', at + 1)
    return len(data)


_BACKSLASH = ord("\\")


# A string that is cut off counts too: looking for its end again and again would take quadratic time.
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"?|[\[\]{},]', re.DOTALL)


@dataclass(slots=True)
class _Level:
    """Where we are in one open object or array of a document."""

    paths: Paths
    is_object: bool
    hit: bool  # the whole object or array is under a path
    index: int = 0
    name: str | None = None

    def step(self) -> tuple[bool, Paths]:
        """Whether the present member or item is under a path, and the paths below it."""
        hit, below = self.paths.step(str(self.index) if self.name is None else self.name)
        return hit or self.hit, below

    def next(self) -> None:
        self.index += 1
        self.name = None


def path_spans(data: bytes, paths: Paths) -> Iterator[Span]:
    """The strings of a JSON document that are at `paths` or below."""
    if not paths or data.lstrip()[:1] not in (b"{", b"["):
        return
    stack: list[_Level] = []
    for token in _TOKEN.finditer(data):
        mark = token[0][:1]
        if mark in b"{[":
            hit, below = stack[-1].step() if stack else (False, paths)
            stack.append(_Level(below, mark == b"{", hit))
        elif not stack:
            return
        elif mark in b"}]":
            stack.pop()
        elif mark == b",":
            stack[-1].next()
        elif stack[-1].is_object and stack[-1].name is None:
            stack[-1].name = _name(token[1])
        elif stack[-1].step()[0]:
            yield token.span(1)


def _name(inside: bytes) -> str:
    try:
        return str(json.loads(b'"' + inside + b'"'))
    except ValueError:
        return inside.decode("latin-1")
