"""What keys look like: patterns for the formats that their issuers made recognisable.

Rules: time linear in the text (bounded or possessive quantifiers, none nested over the same characters); a key never
begins in the middle of a longer token, so that base64 images and signatures stay whole; hyphenated words
("sk-learn-contrib-packages") are no key. Each pattern begins with a literal, which re skips to as fast as a plain find;
that is why look-behinds stand after it.
"""

import re
from collections.abc import Iterable, Iterator

__all__ = ["KEY_SHAPES", "Span", "shape_spans"]

Span = tuple[int, int]
"""Start and end in a bytes."""

_WORD = rb"[A-Za-z0-9_-]"
_BASE64 = rb"[A-Za-z0-9+/_-]"
# Lower-case words with hyphens are prose; in a random tail some digit, capital or long run breaks this.
_NOT_WORDS = rb"(?!(?:[a-z]{1,15}[-_])*+[a-z]{0,15}(?!" + _WORD + rb"))"
_NOT_SENTENCE = rb"(?!(?:[a-z]{1,15}[-_./])*+[a-z]{0,15}(?![A-Za-z0-9_.~+/=-]))"


# What a key may follow although it ends in a letter or digit: an escape of JSON or of a URL.
_ESCAPES = (rb"\\[bfnrt]", rb"\\u[0-9A-Fa-f]{4}", rb"%[0-9A-Fa-f]{2}")


# What is in every text that a pattern matches: looking for it first is many times as fast as the pattern.
_NEEDLES: dict[re.Pattern[bytes], bytes] = {}


def _shape(needle: bytes, pattern: bytes) -> re.Pattern[bytes]:
    compiled = re.compile(pattern)
    _NEEDLES[compiled] = needle
    return compiled


def _key(head: bytes, tail: bytes, *, kind: bytes = b"", alphabet: bytes = _WORD) -> re.Pattern[bytes]:
    """A key that begins with `head` and `kind` (a pattern), not preceded by a character of its `alphabet`."""
    start = re.escape(head) + kind
    begins = [rb"(?<!" + alphabet + start + rb")", *(rb"(?<=" + escape + start + rb")" for escape in _ESCAPES)]
    return _shape(head, start + rb"(?:" + rb"|".join(begins) + rb")" + tail)


KEY_SHAPES: tuple[re.Pattern[bytes], ...] = (
    _key(rb"sk-", _NOT_WORDS + _WORD + rb"{20,}"),
    _key(rb"csk-", rb"[A-Za-z0-9]{20,}"),
    _key(rb"ek_", rb"[A-Za-z0-9]{20,}"),
    _key(rb"gsk_", rb"[A-Za-z0-9]{20,}"),
    _key(rb"hf_", rb"[A-Za-z0-9]{20,}"),
    _key(rb"r8_", rb"[A-Za-z0-9]{20,}"),
    _key(rb"xai-", rb"[A-Za-z0-9]{20,}"),
    _key(rb"pplx-", rb"[A-Za-z0-9]{20,}"),
    _key(rb"nvapi-", _WORD + rb"{30,}"),
    _key(rb"AIza", _WORD + rb"{30,45}(?!" + _BASE64 + rb")", alphabet=_BASE64),
    _key(rb"ya29.", _WORD + rb"{20,}", alphabet=_BASE64),
    _key(rb"AKIA", rb"[0-9A-Z]{16}(?!" + _BASE64 + rb")", alphabet=_BASE64),
    _key(rb"ASIA", rb"[0-9A-Z]{16}(?!" + _BASE64 + rb")", alphabet=_BASE64),
    _key(rb"ABSKQmVkcm9ja", rb"[A-Za-z0-9+/=]{20,}", alphabet=_BASE64),
    _key(rb"gh", rb"[A-Za-z0-9]{30,}", kind=rb"[oprsu]_"),
    _key(rb"github_pat_", rb"[A-Za-z0-9_]{30,}"),
    _key(rb"glpat-", _WORD + rb"{20,}"),
    _key(rb"xox", _NOT_WORDS + rb"[A-Za-z0-9-]{20,}", kind=rb"[abeprs]-"),
    # A JSON web token: two objects in base64, and a signature.
    _key(rb"eyJ", _WORD + rb"{8,}+\.eyJ" + _WORD + rb"{8,}+\." + _WORD + rb"{8,}", alphabet=_BASE64),
    # In a JSON string the ends of its lines are two characters each.
    _shape(
        b" KEY-----",
        rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nr]){40,}+"
        rb"(?:-----END [A-Z0-9 ]{0,40}-----)?",
    ),
    # Bearer; without its B, which some write small.
    _shape(b"earer ", rb"earer " + _NOT_SENTENCE + rb"(?P<secret>[A-Za-z0-9_.~+/=-]{20,})"),
)
"""The known shapes. In a pattern with a group called `secret`, only that group is the secret."""


def shape_spans(data: bytes, patterns: Iterable[re.Pattern[bytes]]) -> Iterator[Span]:
    """Where `patterns` match."""
    for pattern in patterns:
        if _NEEDLES.get(pattern, b"") not in data:
            continue
        group = "secret" if "secret" in pattern.groupindex else 0
        for match in pattern.finditer(data):
            yield match.span(group)
