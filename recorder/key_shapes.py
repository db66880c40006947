"""What keys look like: patterns for the formats that their issuers made recognisable.

Rules: time linear in the text (bounded or possessive quantifiers, none nested over the same characters); a key never
begins in the middle of a longer token, so that base64 images and signatures stay whole; hyphenated words
("sk-learn-contrib-packages") are no key. Each pattern begins with a literal, which re skips to as fast as a plain find;
that is why look-behinds stand after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

__all__ = ["KEY_SHAPES", "LongWords", "Span", "long_words", "shape_spans"]

Span = tuple[int, int]
"""Start and end in a bytes."""

LongWords = Mapping[bytes, Sequence[int]]
"""Words and where they begin."""

_WORD = rb"[A-Za-z0-9_-]"
_BASE64 = rb"[A-Za-z0-9+/_-]"
# Lower-case words with hyphens are prose; in a random tail some digit, capital or long run breaks this.
_NOT_WORDS = rb"(?!(?:[a-z]{1,15}[-_])*+[a-z]{0,15}(?!" + _WORD + rb"))"
_NOT_SENTENCE = rb"(?!(?:[a-z]{1,15}[-_./])*+[a-z]{0,15}(?![A-Za-z0-9_.~+/=-]))"


# What a key may follow although it ends in a letter or digit: an escape of JSON or of a URL.
_ESCAPES = (rb"\\[bfnrt]", rb"\\u[0-9A-Fa-f]{4}", rb"%[0-9A-Fa-f]{2}")


# Most shapes lie within one long word. Words are found at the speed of memory, and few texts have many, so these
# patterns are tried on words only, and only where the literal that each begins with is found. Pattern -> literal.
_WITHIN_WORD: dict[re.Pattern[bytes], bytes] = {}
# How the others begin.
_BEGINNINGS: dict[re.Pattern[bytes], bytes] = {}
_LONG = 20
_WORD_MARK = b"x"
_MARKS = bytes(
    _WORD_MARK[0] if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "_.~+/=-") else 0
    for byte in range(256)
)
# What is looked at before a word: the longest escape.
_BEFORE = 16


def _within_word(literal: bytes, pattern: bytes) -> re.Pattern[bytes]:
    """A shape that begins with `literal`, all of it letters, digits or _.~+/=-, and at least 20 of them in a row."""
    compiled = re.compile(pattern)
    _WITHIN_WORD[compiled] = literal
    return compiled


def _beginning_with(literal: bytes, pattern: bytes) -> re.Pattern[bytes]:
    """Any other shape that begins with `literal`."""
    compiled = re.compile(literal + pattern)
    _BEGINNINGS[compiled] = literal
    return compiled


def _key(head: bytes, tail: bytes, *, kind: bytes = b"", alphabet: bytes = _WORD) -> re.Pattern[bytes]:
    """A key that begins with `head` and `kind` (a pattern), not preceded by a character of its `alphabet`."""
    start = re.escape(head) + kind
    begins = [rb"(?<!" + alphabet + start + rb")", *(rb"(?<=" + escape + start + rb")" for escape in _ESCAPES)]
    return _within_word(head, start + rb"(?:" + rb"|".join(begins) + rb")" + tail)


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
    _beginning_with(
        rb"-----BEGIN ",
        rb"[A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nr]){40,}+"
        rb"(?:-----END [A-Z0-9 ]{0,40}-----)?",
    ),
    # Bearer; without its B, which some write small.
    _beginning_with(rb"earer ", rb"" + _NOT_SENTENCE + rb"(?P<secret>[A-Za-z0-9_.~+/=-]{20,})"),
)
"""The known shapes. In a pattern with a group called `secret`, only that group is the secret."""


def shape_spans(data: bytes, patterns: Iterable[re.Pattern[bytes]], words: LongWords | None = None) -> Iterator[Span]:
    """Where `patterns` match. `words` are the `long_words` of the same data, for those who have them anyway."""
    within_word, others = _sorted(tuple(patterns))
    for pattern, beginning in others:
        if beginning in data:
            yield from _matches(pattern, data, 0, len(data))
    if not within_word:
        return
    for word, starts in (long_words(data) if words is None else words).items():
        likely = [pattern for pattern, literal in within_word if literal in word]
        for start in starts if likely else ():
            before, end = max(0, start - _BEFORE), start + len(word)
            yield from (span for pattern in likely for span in _matches(pattern, data, before, end))


_Beginnings = tuple[tuple[re.Pattern[bytes], bytes], ...]


@lru_cache(maxsize=16)
def _sorted(patterns: tuple[re.Pattern[bytes], ...]) -> tuple[_Beginnings, _Beginnings]:
    """The patterns that match within a word, and the others, each with the literal it begins with."""
    within = tuple([(pattern, _WITHIN_WORD[pattern]) for pattern in patterns if pattern in _WITHIN_WORD])
    others = tuple([(pattern, _BEGINNINGS.get(pattern, b"")) for pattern in patterns if pattern not in _WITHIN_WORD])
    return within, others


def _matches(pattern: re.Pattern[bytes], data: bytes, start: int, end: int) -> Iterator[Span]:
    group = "secret" if "secret" in pattern.groupindex else 0
    for match in pattern.finditer(data, start, end):
        yield _whole_characters(data, *match.span(group))


# Bytes of a UTF-8 character after its first.
_MORE = range(0x80, 0xC0)
_MOST = 3


def _whole_characters(data: bytes, start: int, end: int) -> Span:
    """A span that cuts no character in half: what is left of a text must be a text."""
    for _ in range(_MOST):
        start -= 0 < start < len(data) and data[start] in _MORE
        end += end < len(data) and data[end] in _MORE
    return start, end


def long_words(data: bytes) -> LongWords:
    """The words of at least 20 letters, digits and _.~+/=-, and where each stands: a stream repeats its id often."""
    found: dict[bytes, list[int]] = {}
    marked = data.translate(_MARKS)
    start = marked.find(_WORD_MARK * _LONG)
    while start >= 0:
        end = marked.find(b"\0", start + _LONG)
        end = len(data) if end < 0 else end
        word = data[start:end]
        if word in found:
            found[word].append(start)
        else:
            found[word] = [start]
        start = marked.find(_WORD_MARK * _LONG, end)
    return found
