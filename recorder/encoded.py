"""Texts that hide in base64: found in a larger text, read, and written back at the same length.

    ... "data":"eyJwYXNzd29yZCI6Imh1bnRlcjIifQ==" ...  <──>  {"password":"hunter2"}

Only what decodes to printable text is one. Images, sounds and signatures do not, which their first bytes show, and so
they cost next to nothing and stay as they are.
"""

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

from recorder.key_shapes import LongWords

__all__ = ["HiddenText", "hidden_texts"]

_RUN = re.compile(rb"[A-Za-z0-9+/_-]{24,}+={0,2}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")
# The first characters tell: that this many bytes of an image are all printable does not happen.
_TELLING = 24
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r"))


class HiddenText(NamedTuple):
    """`text` is what the base64 from `start` to before `end` says."""

    start: int
    end: int
    text: bytes
    is_url_safe: bool

    def spelled(self, text: bytes) -> bytes:
        """The base64 of another text of the same length; as long as this one's."""
        coded = base64.b64encode(text)[: self.end - self.start]
        return coded.translate(_TO_URL_SAFE) if self.is_url_safe else coded


def hidden_texts(words: LongWords) -> Iterator[HiddenText]:
    """The texts that are in base64 within these words of a text, not in its order."""
    for word, starts in words.items():
        for run in _RUN.finditer(word):
            if (found := _hidden_text(run)) is not None:
                yield from (found._replace(start=found.start + at, end=found.end + at) for at in starts)


def _hidden_text(run: re.Match[bytes]) -> HiddenText | None:
    word = run[0].rstrip(b"=")
    if not _is_printable(_decoded(word[:_TELLING])):
        return None
    length = len(word) - (len(word) % 4 == 1)  # a last character alone is less than a byte
    text = _decoded(word[:length])
    if not _is_printable(text) or not _is_text(text):
        return None
    hidden = HiddenText(run.start(), run.start() + length, text, b"-" in word or b"_" in word)
    return hidden if hidden.spelled(text) == word[:length] else None


def _decoded(word: bytes) -> bytes:
    return base64.b64decode(word.translate(_URL_SAFE) + b"=" * (-len(word) % 4))


def _is_printable(text: bytes) -> bool:
    return len(text.translate(None, _CONTROLS)) == len(text)


def _is_text(text: bytes) -> bool:
    """Whether these bytes are UTF-8, perhaps cut off at the end."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start > 0 and error.reason == "unexpected end of data"
    return True
