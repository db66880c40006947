"""The secrets that came with a request: the values of its credential carriers (headers, cookies, query).

And those that a response gives out in headers that are not stored.

They are looked for everywhere else, since providers echo keys in error texts. Not everything in a carrier is a secret:
the stand-ins that SDKs insist on where no key is needed ("test", "dummy-key") must not eat the same words elsewhere.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_to_bytes

from recorder.interaction import Request, Response
from recorder.secret_names import (
    hints_at_secret,
    is_harmless_request_header,
    is_harmless_response_header,
    is_secret_parameter,
)

__all__ = ["is_secret_value", "raw", "secrets_of", "secrets_of_reply"]

_CARRIERS = re.compile(
    r"(?:proxy-)?authorization|(?:x-|x-goog-)?api-key|ocp-apim-subscription-key|x-amz-security-token|x-auth-token"
)
_SHORTEST = 8
# Cookies also hold settings; session ids are long.
_SHORTEST_COOKIE = 16
# Each one is looked for in both bodies: real requests carry one or two, these bound the work for hostile ones.
_MOST = 32
_LONGEST = 4096

_STAND_IN = re.compile(
    rb"any|anything|api|bearer|changeme|default|dummy|empty|example|fake|for|here|keys?|lm|local|localhost|mock|my|"
    rb"needed|needs|no|none|not|null|object|pass|passwd|password|placeholder|provided|pwd|redacted|replay|required|sample|"
    rb"secret|sk|some|studio|test|testing|the|token|tokentape|undefined|unused|user|value|your"
)
_WORD = re.compile(rb"[a-z]+")
_DIGIT = re.compile(rb"[0-9]")
_PROSE = re.compile(rb"[A-Za-z]+(?:[ _.-][A-Za-z]+)*")


def secrets_of(request: Request) -> tuple[bytes, ...]:
    """The secrets among the request's carriers, each once, the surest first."""
    return tuple(islice(dict.fromkeys(value[:_LONGEST] for value in _secrets(request)), _MOST))


def secrets_of_reply(response: Response) -> tuple[bytes, ...]:
    """The secrets that a response gives out in headers that are not stored (a cookie, a token for the next request)."""
    found: list[bytes] = []
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            found += _cookies(raw(value).partition(b";")[0])
        elif hints_at_secret(name) and not is_harmless_response_header(name):
            found += [part for part in _parts(raw(value)) if is_secret_value(part) and not _is_prose(part)]
    return tuple(islice(dict.fromkeys(value[:_LONGEST] for value in found), _MOST))


def _secrets(request: Request) -> Iterator[bytes]:
    withheld = [(name.lower(), raw(value)) for name, value in request.headers if not is_harmless_request_header(name)]
    for name, value in withheld:
        if _CARRIERS.fullmatch(name):
            yield from (part for part in _parts(value) if is_secret_value(part))
    for value in _parameters(request.query):
        if is_secret_value(value):
            yield value
    for name, value in withheld:
        if name == "cookie":
            yield from _cookies(value)
        elif hints_at_secret(name) and not _CARRIERS.fullmatch(name):
            # Only the name hints at it: "production" in x-key-name is none.
            yield from (part for part in _parts(value) if is_secret_value(part) and not _is_prose(part))


def raw(text: str) -> bytes:
    """A header or target as it was on the wire."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _parts(value: bytes) -> Iterator[bytes]:
    """The value without its scheme (`Bearer`, `Basic`), and what base64 hides there."""
    scheme, _, rest = value.strip().partition(b" ")
    if scheme.lower() not in (b"basic", b"bearer"):
        yield value.strip()
    yield rest.strip()
    if scheme.lower() == b"basic":
        try:
            plain = base64.b64decode(rest)
        except binascii.Error:
            return
        yield plain
        yield plain.partition(b":")[2]


def _parameters(query: str) -> Iterator[bytes]:
    for parameter in re.split("[&;]", query):
        name, _, value = parameter.partition("=")
        if is_secret_parameter(name):
            yield raw(value)
            yield unquote_to_bytes(raw(value))


def _cookies(value: bytes) -> Iterator[bytes]:
    for cookie in value.split(b";"):
        part = cookie.partition(b"=")[2].strip()
        if len(part) >= _SHORTEST_COOKIE and is_secret_value(part) and not _is_prose(part):
            yield part


def is_secret_value(value: bytes, shortest: int = _SHORTEST) -> bool:
    """Whether what stands where a secret belongs is one: long enough, and no stand-in such as `test-key`."""
    return len(value) >= shortest and not _is_stand_in(value[:_LONGEST].lower())


def _is_stand_in(value: bytes) -> bool:
    """Made of words that say that this is no key, or of x, perhaps with a short number."""
    words = _WORD.findall(value)
    return len(_DIGIT.findall(value)) <= 4 and all(_STAND_IN.fullmatch(word) or not word.strip(b"x") for word in words)


def _is_prose(value: bytes) -> bool:
    return len(value) < 32 and _PROSE.fullmatch(value) is not None
