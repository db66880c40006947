"""Errors that the gateway answers with, and their HTTP status.

    what went wrong                                         status   kind
    ─────────────────────────────────────────────────────────────────────────────────
    no upstream fits the path (NotRouted)                   404      not_found_error
    the request cannot be relayed as it is (BadRequest)     400…     invalid_request_error
    nothing stored matches (recorder's Miss)                404      cassette_miss
    the cassette cannot be used (CassetteError)             400/500  cassette_error
    recording has failed, strict (RecordingStopped)         503      recording_stopped
    no response head from the upstream (UpstreamFailed)     502/504  upstream_error / upstream_timeout
    too many streams at once (Overloaded)                   503      gateway_overloaded
    a request that is not let in (gateway/guard)            421/403  misdirected_request / cross_site_request

The body has the provider's own error shape, so that SDKs raise their usual exceptions with our message in them. Whoever
asked for the normalized format gets the one shape that all errors have there, whoever made them.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import web

from gateway.dialects import Provider, plain_error
from gateway.events import ErrorSource
from gateway.headers import FORMAT_HEADER
from recorder.errors import CassetteError, CassetteName, Miss, RecordingStopped, UpstreamFailed

__all__ = [
    "Answer",
    "BadRequest",
    "GatewayError",
    "NotRouted",
    "Overloaded",
    "answer_for",
    "error_response",
    "normalized_error",
]


class GatewayError(Exception):
    """Base of the gateway's own errors."""


class NotRouted(GatewayError):
    """No upstream fits the path; the message lists what would."""


class BadRequest(GatewayError):
    """The request cannot be relayed as it is; nothing was sent upstream."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Overloaded(GatewayError):
    """The gateway carries as many streams as it may."""


class Answer(NamedTuple):
    """Status, kind and message of an error response. `retry`: what `x-should-retry` tells the SDKs, if anything.

    `source` says who failed: the upstream, or the gateway itself.
    """

    status: int
    kind: str
    message: str
    retry: bool | None = None
    source: ErrorSource = "gateway"


_ANSWERS: tuple[tuple[type[Exception], int, str, bool | None], ...] = (
    (NotRouted, 404, "not_found_error", False),
    (BadRequest, 400, "invalid_request_error", False),
    (Overloaded, 503, "gateway_overloaded", None),
    (Miss, 404, "cassette_miss", False),
    (CassetteName, 400, "cassette_error", False),
    (CassetteError, 500, "cassette_error", False),
    (RecordingStopped, 503, "recording_stopped", False),
    (UpstreamFailed, 502, "upstream_error", None),
)


def answer_for(error: Exception) -> Answer:
    """The answer for one of the errors above."""
    status, kind, retry = next(row[1:] for row in _ANSWERS if isinstance(error, row[0]))
    if isinstance(error, BadRequest):
        status = error.status
    if isinstance(error, UpstreamFailed) and error.reason in ("timeout", "connect_timeout"):
        status, kind = 504, "upstream_timeout"
    if isinstance(error, UpstreamFailed):
        return Answer(status, kind, f"upstream {error}", retry, "upstream")
    return Answer(status, kind, str(error), retry)


def normalized_error(source: ErrorSource, status: int, kind: str, message: str) -> dict[str, dict[str, Any]]:
    """The JSON body of an error in the normalized format; `source` says whose it is."""
    return {"error": {"source": source, "status": status, "kind": kind, "message": message}}


def error_response(answer: Answer, provider: Provider | None, *, normalized: bool = False) -> web.Response:
    """The HTTP response for an answer: normalized, or in the provider's shape where one was named."""
    headers = {FORMAT_HEADER: "normalized"} if normalized else {}
    if answer.retry is not None:
        headers["x-should-retry"] = "true" if answer.retry else "false"
    return web.Response(
        status=answer.status,
        headers=headers,
        content_type="application/json",
        body=json.dumps(_body(answer, provider, normalized=normalized)).encode(),
    )


def _body(answer: Answer, provider: Provider | None, *, normalized: bool) -> Mapping[str, object]:
    if normalized:
        return normalized_error(answer.source, answer.status, answer.kind, answer.message)
    shape = provider.dialect.error if provider is not None else plain_error
    return shape(answer.status, answer.kind, answer.message)
