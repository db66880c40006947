"""What other tools store is not what was on the wire: headers and bodies made into what an upstream could have sent.

Clients and browsers store bodies decoded, beside the headers of the coded ones; they store the framing of a connection
that is gone, and HTTP/2's pseudo-headers. All that would make a replay wrong.
"""

import re
from collections.abc import Iterable

from gateway.exchange.words import text_of
from gateway.headers import response_headers
from recorder.interaction import Headers

__all__ = ["answer_headers", "asked_headers", "is_coded"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def asked_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """The headers of a request. Which of them are stored is redaction's business."""
    return tuple(header for pair in pairs for header in _headers(*pair))


def answer_headers(pairs: Iterable[tuple[str, str]], body: bytes, *, coded: bool) -> Headers:
    """The headers of an answer whose body is `body`, of which Content-Encoding is true only if it is `coded`."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in asked_headers(pairs)]
    untrue = set() if coded else {"content-encoding"}
    return tuple(
        (name, value)
        for name, value in response_headers(raw)
        if name.lower() not in untrue and not (name.lower() == "content-length" and value != str(len(body)))
    )


def is_coded(body: bytes) -> bool:
    """Whether a body that is said to be compressed still is: no such format is UTF-8, and what is asked for here is."""
    return text_of(body) is None


def _headers(name: str, value: str) -> Iterable[tuple[str, str]]:
    """One header as it is, or several where a browser has put them into one; none if it is not HTTP/1.1's."""
    if _TOKEN.fullmatch(name):
        for line in value.split("\n"):
            text = line.encode("utf-8", "replace").decode("latin-1") if not _is_latin(line) else line
            yield name, _CONTROLS.sub("", text).strip()


def _is_latin(text: str) -> bool:
    return all(character < "\u0100" for character in text)
