"""What secrets are called: in query strings, in JSON, and which headers are known not to hold any.

Headers go by an allow-list, since nobody can list the names of all secrets. Globs stand for families, so that no
provider is named here.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

__all__ = [
    "hints_at_secret",
    "is_harmless_request_header",
    "is_harmless_response_header",
    "is_secret_member",
    "is_secret_parameter",
]


def _globs(*globs: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(glob).replace(r"\*", ".+") for glob in globs), re.IGNORECASE)


# What says how a request was made (SDK, version, betas) and how its body is to be read.
_REQUEST_HEADERS = _globs(
    "accept", "content-encoding", "content-type", "user-agent", "x-goog-api-client", "x-stainless-*",
    "x-tokentape-key",
    "*-beta", "*-version",
)  # fmt: skip
# What an SDK or a person reads in an answer: its form, its id, its limits, whether and when to try again.
_RESPONSE_HEADERS = _globs(
    "cache-control", "content-disposition", "content-encoding", "content-language", "content-length", "content-type",
    "date", "location", "request-id", "retry-after", "retry-after-ms", "x-should-retry",
    "*-errortype", "*-processing-ms", "*-ratelimit-*", "*-request-id", "*-requestid", "*-token-count", "*-version",
    "ratelimit-*",
)  # fmt: skip
# Held back, and its value is looked for in the bodies as well.
_HINT = re.compile(r"auth|key|token|secret|passw|credential|signature|session|cookie", re.IGNORECASE)

# Of names without - and _, in lower case.
_TOKENS = "(?:access|auth|authorization|bearer|id|refresh|session)token"
_PARAMETER = re.compile(
    rf"(?:access|api|auth|subscription|xapi)?key|(?:awsaccess|access)keyid|token|{_TOKENS}|auth|authorization|credential|"
    r"(?:client)?secret|password|sig|signature"
)
_MEMBER = re.compile(
    rf"(?:.*(?:(?:access|api|auth|private|secret|subscription)key|{_TOKENS}|authorization|credentials?|passphrase|passwd|"
    r"password|secret)|(?:set)?cookie)"
)
_SEPARATORS = str.maketrans("", "", "-_")


@lru_cache(maxsize=1024)
def is_harmless_request_header(name: str) -> bool:
    """Whether a request header of this name is stored."""
    return _REQUEST_HEADERS.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def is_harmless_response_header(name: str) -> bool:
    """Whether a response header of this name is stored."""
    return _RESPONSE_HEADERS.fullmatch(name) is not None


def hints_at_secret(name: str) -> bool:
    """Whether a header of this name probably holds a secret."""
    return _HINT.search(name) is not None


def is_secret_parameter(name: str) -> bool:
    """Whether a query parameter, its name as written in the URL (perhaps percent-encoded), holds a secret."""
    plain = unquote_plus(name).strip().casefold()
    return plain.startswith(("x-amz-", "x-goog-")) or _PARAMETER.fullmatch(plain.translate(_SEPARATORS)) is not None


@lru_cache(maxsize=1024)
def is_secret_member(name: str) -> bool:
    """Whether a string under this JSON name is a secret: `api_key`, `X-Api-Key`, `clientSecret`; not `max_tokens`."""
    return _MEMBER.fullmatch(name.casefold().translate(_SEPARATORS)) is not None
