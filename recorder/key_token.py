"""The key token: which key a request came with, told without the key.

    client's key ── HMAC-SHA256, 8 hex digits ──> request header `x-tokentape-key` on the cassette

Stored only where keys decide a match, so that a test with a wrong key is not answered as one with the right key was.
The token tells two keys apart and gives nothing of them back: keys are long and random, and 32 bits of their hash fit
millions of guesses. In replay there mostly is no key, only a stand-in that SDKs insist on: `carries` finds it.
"""

import hmac

from recorder.carriers import raw, secrets_of
from recorder.interaction import Headers, Request, header

__all__ = ["KEY_HEADER", "carries", "token_in", "token_of", "with_token"]

KEY_HEADER = "x-tokentape-key"

# Not a secret. It keeps the tokens apart from every other hash of the same key.
_DOMAIN = b"tokentape key token 1"
_DIGITS = 8


def token_of(request: Request) -> str | None:
    """The token of the key that `request` carries, wherever it carries it; None without a key, or with a stand-in."""
    secrets = secrets_of(request)
    return hmac.new(_DOMAIN, secrets[0], "sha256").hexdigest()[:_DIGITS] if secrets else None


def token_in(headers: Headers) -> str | None:
    """The token that was stored among `headers`, or None."""
    return header(headers, KEY_HEADER)


def with_token(headers: Headers, token: str | None) -> Headers:
    """`headers` with this token in place of any other; as they are if it is None."""
    if token is None:
        return headers
    return (*(header for header in headers if header[0].lower() != KEY_HEADER), (KEY_HEADER, token))


def carries(request: Request, stand_in: str) -> bool:
    """Whether the text `stand_in` stands in a header or in the target of `request`."""
    wanted = raw(stand_in)
    return any(wanted in raw(text) for text in (request.target, *(value for _, value in request.headers)))
