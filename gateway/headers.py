"""Which headers travel: end-to-end ones both ways, hop-by-hop ones never.

Names and values come as bytes and are kept as Latin-1 text, which loses nothing; order and spelling stay.
Framing (Content-Length, Transfer-Encoding) is made anew on each side, so that a copied one can never smuggle a request.
"""

from collections.abc import Iterable

from recorder.interaction import Headers

__all__ = ["CREDENTIALS", "request_headers", "response_headers"]

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

_OWN_PREFIX = b"x-tokentape-"

RawHeaders = Iterable[tuple[bytes, bytes]]


def request_headers(raw: RawHeaders, credentials: frozenset[str]) -> Headers:
    """The client's headers that go upstream; of credentials, only those in `credentials`."""
    raw = tuple(raw)
    unwanted = _NOT_UPSTREAM | _named_by_connection(raw) | {name.encode() for name in CREDENTIALS - credentials}
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in raw
        if (lower := name.lower()) not in unwanted and not lower.startswith(_OWN_PREFIX)
    )


def response_headers(raw: RawHeaders) -> Headers:
    """The upstream's headers that go to the client, Content-Length included."""
    raw = tuple(raw)
    unwanted = _HOP_BY_HOP | _named_by_connection(raw)
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in raw if name.lower() not in unwanted
    )


def _named_by_connection(raw: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """What a Connection header declares to be hop-by-hop, Content-Length excepted (a known smuggling trick)."""
    named = {
        token.strip().lower() for name, value in raw if name.lower() == b"connection" for token in value.split(b",")
    }
    return frozenset(named - {b"content-length", b"content-type", b""})
