"""A normalised response: what any upstream replies, as the events of tokentape/1. docs/stream-format.md is its page.

    upstream ── receive(head, at, data, end) ──> Normalized ── receive(head, at, events, end) ──> client

What becomes of a reply is decided by its head:

* a stream, or the answer of an API that streams: events, each sent on in the call that brought its last byte. Whatever
  ends the reply, the events end well and say what it was, so the client's body is always whole.
* a status of 400 or more: one JSON error, the same for all providers. It is as short as its limit, so it is awaited.
* anything else (a list of models, audio, a redirect): as it came.

The header `x-tokentape-format` of the response says which: `normalized` for the first two, else `native`.
"""

import json
import logging
from typing import Any, NamedTuple, Protocol

from gateway.dialects import Dialect
from gateway.dialects.api import Api
from gateway.dialects.apis import api_of
from gateway.dialects.provider_error import refusal_in
from gateway.errors import normalized_error
from gateway.events import ErrorSource, Outcome, StreamEnd, event_sse
from gateway.headers import FORMAT_HEADER
from gateway.reader import Reader, loss_of
from gateway.wire import Undecodable, inflater
from recorder.interaction import COMPLETE, End, Headers, Request, Response
from recorder.upstream import Receiver, Reply

__all__ = ["Normalized"]

logger = logging.getLogger(__name__)

# Errors are some hundred bytes; those that quote the request back are longer. What is beyond this is not repeated.
_MAX_ERROR = 1 << 20

# Bodies of these types are streams, whichever API they are of.
_STREAMS = frozenset({"text/event-stream", "application/vnd.amazon.eventstream", "application/x-ndjson"})
# As what some servers send their streams and documents. Sound is neither.
_UNCLEAR = frozenset({"", "text/plain"})

# Headers that speak of the native body (besides content-*), or of who may keep it.
_OF_THE_BODY = frozenset(
    {"accept-ranges", "age", "cache-control", "digest", "etag", "expires", "last-modified", "pragma", "repr-digest"}
    | {"x-accel-buffering"}
)
_EVENTS: Headers = (
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-cache"),
    ("X-Accel-Buffering", "no"),
    (FORMAT_HEADER, "normalized"),
)


class Normalized:
    """The receiver that has its client told in events. `head` and `end` are the upstream's own."""

    def __init__(self, client: Receiver, request: Request, *, raw: bool = False) -> None:
        self.head: Response | None = None
        self.end: End | None = None
        self._client = client
        self._request = request
        self._raw = raw
        self._sent_at = 0
        self._broken = False
        self._form: _Form = _Untouched()

    def sent(self, reply: Reply, at: int) -> None:
        """Times are counted from here; the client itself makes the upstream wait."""
        self._sent_at = at
        self._client.sent(reply, at)

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        """Turn what one read brought into what the client gets of it, in one call."""
        if head is not None:
            self.head = head
            self._form = _form_of(self._request, head, raw=self._raw)
        self.end = end
        if self._broken:
            return
        try:
            said = self._form.said(head, (at - self._sent_at) // 1000, data, end)
        except Exception:  # a bug in reading is not the sender's, who may be recording this reply
            logger.exception("this is a bug in tokentape: %s cannot be shown in the one format", self._request.path)
            self._broken = True
            said = _Said(head and Response(500), b"", End("gateway_closed", "a bug in tokentape"))
        self._client.receive(said.head, at, said.data, said.end)

    def ended_early(self, dialect: Dialect) -> bool:  # noqa: ARG002 - the events know their API's end better
        """Whether a stream ended well as far as HTTP can tell, but without what ends a stream of its API."""
        return self._form.outcome == "truncated"


class _Said(NamedTuple):
    head: Response | None
    data: bytes
    end: End | None


class _Form(Protocol):
    """What becomes of a reply. `outcome` is that of its events, once they have ended."""

    outcome: Outcome | None

    def said(self, head: Response | None, at: int, data: bytes, end: End | None) -> _Said:
        """What the client gets of one read; `at` in µs since the request was sent."""


def _form_of(request: Request, head: Response, *, raw: bool) -> _Form:
    if request.method == "HEAD" or head.status in (204, 205) or 300 <= head.status < 400:
        return _Untouched()
    if head.status >= 400:
        return _Refusal(head)
    media_type = (head.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type in _STREAMS or (_answers(request) and ("json" in media_type or media_type in _UNCLEAR)):
        return _Events(request, raw=raw)
    return _Untouched()


def _answers(request: Request) -> bool:
    """Whether the request asks an API that we know for an answer, rather than for a list of old ones."""
    return request.method == "POST" and api_of(request.path) is not Api


class _Untouched:
    """The reply as it came."""

    outcome: Outcome | None = None

    def said(self, head: Response | None, at: int, data: bytes, end: End | None) -> _Said:  # noqa: ARG002
        if head is not None:
            others = tuple((name, value) for name, value in head.headers if name.lower() != FORMAT_HEADER)
            head = Response(head.status, (*others, (FORMAT_HEADER, "native")))
        return _Said(head, data, end)


class _Events:
    """The reply as Server-Sent Events, which always end well: the last one says how the reply ended."""

    def __init__(self, request: Request, *, raw: bool) -> None:
        self.outcome: Outcome | None = None
        self._reader = Reader(request, raw=raw)

    def said(self, head: Response | None, at: int, data: bytes, end: End | None) -> _Said:
        events = []
        if head is not None:
            events += self._reader.head(head, at)
            head = Response(200, (*_kept(head), *_EVENTS))
        if data:
            events += self._reader.feed(data, at)
        if end is not None:
            events += self._reader.close(end, at)
            self.outcome = next((event.outcome for event in events if isinstance(event, StreamEnd)), None)
            end = COMPLETE
        return _Said(head, b"".join(map(event_sse, events)), end)


class _Refusal:
    """The reply as one JSON error, once all of it is there."""

    outcome: Outcome | None = None

    def __init__(self, head: Response) -> None:
        self._head = head
        self._inflate = inflater(head.header("content-encoding") or "")
        self._body = bytearray()
        self._unread = ""

    def said(self, head: Response | None, at: int, data: bytes, end: End | None) -> _Said:  # noqa: ARG002
        try:
            for plain in self._inflate(data):
                self._body += plain[: _MAX_ERROR - len(self._body)]
                if len(self._body) == _MAX_ERROR:
                    break
        except Undecodable as error:  # what could be read is shown
            self._unread = str(error)
        if end is None:
            return _Said(None, b"", None)
        body = self._error(end)
        framing = (("Content-Type", "application/json"), ("Content-Length", str(len(body))))
        headers = (*_kept(self._head), *framing, (FORMAT_HEADER, "normalized"))
        return _Said(Response(self._head.status, headers), body, COMPLETE)

    def _error(self, end: End) -> bytes:
        """The JSON. A body that was cut off, or is no JSON, is shown as the text that it is."""
        text = self._body.decode("utf-8", "replace")
        kind = loss_of(end)
        if kind == "gateway_closed":
            return self._json("gateway", kind, "the gateway was stopped before the error's end", text)
        if kind is not None:
            return self._json("upstream", kind, end.reason or "the connection ended inside the error's body", text)
        try:
            value = json.loads(text)
            return self._json("provider", *refusal_in(value, self._head), value)
        except (ValueError, RecursionError):
            pass
        known = self._unread or text.strip().partition("\n")[0].strip()[:200]
        message = f"HTTP {self._head.status}" + (f": {known}" if known else "")
        return self._json("provider", "http_error", message, text)

    def _json(self, source: ErrorSource, kind: str, message: str, provider: Any) -> bytes:
        error = normalized_error(source, self._head.status, kind, message)
        if provider != "":
            error["error"]["provider"] = provider
        return json.dumps(error, allow_nan=False).encode()


def _kept(head: Response) -> Headers:
    """The upstream's headers that are as true of the events: request ids, rate limits, when to try again."""
    return tuple(
        (name, value)
        for name, value in head.headers
        if not (lower := name.lower()).startswith("content-") and lower not in _OF_THE_BODY and lower != FORMAT_HEADER
    )
