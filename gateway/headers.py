"""Which headers travel: end-to-end ones both ways, hop-by-hop ones never.

Names and values come as bytes and are kept as Latin-1 text, which loses nothing; order and spelling stay.
Framing (Content-Length, Transfer-Encoding) is made anew on each side, so that a copied one can never smuggle a request.
"""

from collections.abc import Iterable
from functools import lru_cache

from recorder.interaction import Headers

__all__ = [
    "CASSETTE_HEADER",
    "CREDENTIALS",
    "FAULTS_HEADER",
    "FAULT_HEADER",
    "FORMAT_HEADER",
    "RAW_HEADER",
    "SOURCE_HEADER",
    "STREAM_HEADER",
    "request_headers",
    "response_headers",
]

# RFC 9110, 7.6.1, and what proxies of the past have sent.
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-connection te trailer transfer-encoding upgrade "
    b"proxy-authenticate proxy-authorization proxy-authentication-info".split()
)
# Not forwarded upstream: the gateway speaks for itself there. Cookies belong to whatever site set them.
_NOT_UPSTREAM = _HOP_BY_HOP | {b"host", b"content-length", b"accept-encoding", b"expect", b"cookie"}

CREDENTIALS = frozenset(
    ("authorization", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key", "x-amz-security-token")
)
"""Request headers (lower case) that carry a provider's key. Each upstream is sent its own only."""

# Our own, which never go up. This asks for a format in a request, and says in a response which one it is.
_OWN_PREFIX = b"x-tokentape-"
FORMAT_HEADER = "x-tokentape-format"
RAW_HEADER = "x-tokentape-raw"
# What is to be damaged in a replayed answer, and in the response what has been.
FAULTS_HEADER = "x-tokentape-faults"
FAULT_HEADER = "x-tokentape-fault"

# In responses, where streams are observed: which one this is, whether it is live or a replay, and of what cassette.
STREAM_HEADER = "x-tokentape-stream"
SOURCE_HEADER = "x-tokentape-source"
CASSETTE_HEADER = "x-tokentape-cassette"

RawHeaders = Iterable[tuple[bytes, bytes]]


def request_headers(raw: RawHeaders, credentials: frozenset[str]) -> Headers:
    """The client's headers that go upstream; of credentials, only those in `credentials`."""
    raw = tuple(raw)
    named = _named_by_connection(raw)
    return tuple(
        [
            (kept, value.decode("latin-1"))
            for name, value in raw
            if (kept := _request_name(name, credentials)) is not None and name.lower() not in named
        ]
    )


def response_headers(raw: RawHeaders) -> Headers:
    """The upstream's headers that go to the client, Content-Length included."""
    raw = tuple(raw)
    named = _named_by_connection(raw)
    return tuple(
        [
            (kept, value.decode("latin-1"))
            for name, value in raw
            if (kept := _response_name(name)) is not None and name.lower() not in named
        ]
    )


# Clients and providers send the same names all the time; a hostile one can only fill a cache of this size.
@lru_cache(maxsize=1024)
def _request_name(name: bytes, credentials: frozenset[str]) -> str | None:
    """The name as text if such a header goes upstream, else None."""
    lower = name.lower()
    if lower in _NOT_UPSTREAM or lower.startswith(_OWN_PREFIX):
        return None
    foreign = lower.decode("latin-1") in CREDENTIALS - credentials
    return None if foreign else name.decode("latin-1")


@lru_cache(maxsize=1024)
def _response_name(name: bytes) -> str | None:
    """The name as text if such a header goes to the client, else None."""
    return None if name.lower() in _HOP_BY_HOP else name.decode("latin-1")


def _named_by_connection(raw: RawHeaders) -> frozenset[bytes]:
    """What a Connection header declares to be hop-by-hop, Content-Length excepted (a known smuggling trick)."""
    values = [value for name, value in raw if len(name) == len(b"connection") and name.lower() == b"connection"]
    named = {token.strip().lower() for value in values for token in value.split(b",")}
    return frozenset(named - {b"content-length", b"content-type", b""})
