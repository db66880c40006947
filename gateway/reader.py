"""The reader: a response's timed chunks to events, for any provider. Pure; the same chunks give the same events.

    head(at) ──────────> stream.start
    feed(chunk, at) ──> decoder ── frames ──> JSON ──> Api ──> Composer ──> events
    close(end, at) ───> what was left, stream.error if the stream was not whole, stream.end

Every data frame gives at least one event. A frame that cannot be read (no JSON, not the API's shape) becomes a
`provider` event with its data and a `problem`, and reading goes on.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any

from gateway.dialects.api import Api, Value
from gateway.dialects.apis import api_of, model_in
from gateway.dialects.composer import Composer
from gateway.dialects.json_object import json_object
from gateway.dialects.provider_error import error_in, is_error, refusal_in
from gateway.events import Event, Outcome
from gateway.wire import Decoder, Document, Frame, Undecodable, decoder_for, inflater, is_telling
from recorder.interaction import End, Interaction, Request, Response

__all__ = ["Reader", "loss_of", "read"]

# What JSON of an unexpected shape raises in code that reads it.
_MISFITS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Frames in one read of a compressed body: a few KB can hold millions of comments. A plain read has few, for its bytes.
_MAX_INFLATED = 1 << 15

# What a Server-Sent Event may have beside its name and data (comments are called ""). An eventstream's headers have a
# colon before their names.
_OWN_FIELDS = frozenset({"", "id", "retry"})

_REQUEST_IDS = ("request-id", "x-request-id", "x-amzn-requestid", "apim-request-id", "x-goog-request-id")


def read(interaction: Interaction, *, raw: bool = False) -> Iterator[Event]:
    """All events of a recorded interaction."""
    reader = Reader(interaction.request, raw=raw)
    yield from reader.head(interaction.response, interaction.head_at)
    for chunk in interaction.chunks:
        yield from reader.feed(chunk.data, chunk.at)
    yield from reader.close(interaction.end, interaction.end_at)


class Reader:
    """Reads one response. With `raw`, the first event of each frame carries the frame itself."""

    def __init__(self, request: Request, *, raw: bool = False) -> None:
        self._request = request
        self._raw = raw
        self._out = Composer()
        self._api = api_of(request.path)(self._out, request.path)
        self._beginning = b""
        self._decoder: Decoder | None = None
        self._folded = False
        self._response = Response(0)
        self._unreadable = False
        self._cut = False
        self._frames = 0
        self._bytes = 0

    def head(self, response: Response, at: int) -> list[Event]:
        """The response head has come, at `at` µs since the request was sent."""
        self._response = response
        self._inflate = inflater(response.header("content-encoding") or "")
        self._out.at(at)
        ids = (response.header(name) for name in _REQUEST_IDS)
        self._out.start(
            provider=self._request.upstream,
            api=self._api.name,
            model=_asked_model(self._request),
            status=response.status,
            request_id=next((found for found in ids if found), None),
        )
        return self._out.take()

    def feed(self, data: bytes, at: int) -> list[Event]:
        """Body bytes of one read."""
        self._bytes += len(data)
        if not self._unreadable:
            try:
                self._read_all(data, at)
            except Undecodable as error:
                self._unreadable = True
                self._out.at(at)
                self._fail("undecodable", str(error))
        return self._out.take()

    def _read_all(self, data: bytes, at: int) -> None:
        """Read the frames that these bytes complete. Raises Undecodable."""
        most = self._frames + _MAX_INFLATED
        for plain in self._inflate(data):
            for frame in self._decoder.feed(plain, at) if self._decoder else self._begun(plain, at):
                self._read(frame)
                if self._frames > most and plain is not data:
                    raise Undecodable(f"{len(data):,} compressed bytes hold more than {_MAX_INFLATED:,} frames")

    def close(self, end: End, at: int) -> list[Event]:
        """The reply has ended."""
        frames = [] if self._decoder else self._begun(b"", at, ended=True)
        for frame in frames + (self._decoder.close(at) if self._decoder else []):
            self._read(frame)
        self._out.at(at)
        outcome = self._outcome(end)
        self._out.end(outcome, frames=self._frames, size=self._bytes, micros=at, folded=self._folded)
        return self._out.take()

    def _begun(self, data: bytes, at: int, *, ended: bool = False) -> list[Frame]:
        """The first frames. Their format shows once the first bytes that are no white space have come."""
        self._beginning += data
        if not self._beginning or not (ended or is_telling(self._beginning)):
            return []
        data, self._beginning = self._beginning, b""
        self._decoder = decoder_for(self._response.header("content-type") or "", data)
        self._folded = isinstance(self._decoder, Document)
        return self._decoder.feed(data, at)

    def _read(self, frame: Frame) -> None:
        """Make events of one frame."""
        if frame.kind == "idle" and not (frame.event or frame.fields):
            return  # white space, or the bracket that ends an array
        self._frames += 1
        self._out.at(frame.at, frame.index, _raw(frame) if self._raw else None)
        if frame.kind == "broken":
            self._fail("malformed", frame.problem or "")
        else:
            if frame.fields and frame.kind != "partial":
                self._foreign_fields(frame)
            if frame.kind != "idle":
                self._interpret(frame)
            elif not self._out.spoke:
                self._out.ping()

    def _foreign_fields(self, frame: Frame) -> None:
        """Fields that the wire format does not have; llama.cpp's server reports its failures in one called `error`."""
        for name, text in frame.fields:
            if name in _OWN_FIELDS or name.startswith(":"):
                continue
            try:
                value: object = json_object(text)
            except _MISFITS:
                value = text
            if name == "error" and not (self._out.failed or self._out.finished):
                self._out.error("provider", *error_in(value), provider=value)
            else:
                self._out.provider(name, value)

    def _fail(self, kind: str, problem: str) -> None:
        """The bytes are not what they are said to be: the stream failed, unless its end was settled before."""
        if self._out.failed or self._out.finished:
            self._out.provider(kind, None, problem)
        else:
            self._out.error("upstream", kind, problem)

    def _interpret(self, frame: Frame) -> None:
        """Have the dialect say what the frame means; report it where that fails."""
        try:
            text = frame.data.decode()
        except UnicodeDecodeError as error:
            text = self._mended(frame, error)
        if text.startswith("[DONE]"):
            self._heed("[DONE]", self._api.done)
            return self._report_silence("[DONE]")
        if not text and frame.kind == "data" and not _is_bare_error(frame):
            return self._report_silence(frame.event or "frame")
        try:
            value = json_object(text if text or not _is_bare_error(frame) else "{}")
        except _MISFITS as error:
            self._cut = frame.kind == "partial" and bool(frame.event or frame.data)
            unknown = type(self._api) is Api and frame.kind == "data"  # may well send no JSON
            problem = None if unknown else _not_read(frame, error)
            return self._out.provider(frame.event or "frame", text or _unread(frame), problem)
        return self._heed_frame(frame, value)

    def _heed_frame(self, frame: Frame, value: Value) -> None:
        """Have the dialect say what this JSON means, and report what it cannot read or makes nothing of."""
        api = self._api
        api.repeated = False
        try:
            if self._folded:
                self._tell_document(value)
            else:
                api.frame(frame, value)
        except _MISFITS as error:
            self._out.provider(api.kind(frame, value), value, self._misread(error))
        if not self._out.spoke:
            self._out.provider(api.kind(frame, value), None if api.repeated else value)

    def _heed(self, name: str, say: Callable[[], None]) -> None:
        """Have the dialect say what an end means, and report what it cannot read."""
        try:
            say()
        except _MISFITS as error:
            self._out.provider(name, None, self._misread(error))

    def _misread(self, error: Exception) -> str:
        return f"not read as {self._api.name}: {type(error).__name__}: {error}"

    def _report_silence(self, name: str) -> None:
        """A frame that has no data, and of which nothing was made."""
        if not self._out.spoke:
            self._out.provider(name)

    def _tell_document(self, value: Value) -> None:
        if self._response.status >= 400:
            kind, message = refusal_in(value, self._response)
            self._out.error("provider", kind, message, status=self._response.status, provider=value)
        elif is_error(value):
            self._out.error("provider", *error_in(value), provider=value)
        else:
            self._api.document(value)

    def _mended(self, frame: Frame, error: UnicodeDecodeError) -> str:
        """The text of a frame that is none; says so."""
        self._out.provider(
            frame.event or frame.kind,
            {"base64": base64.b64encode(frame.data).decode()},
            f"not UTF-8 at byte {error.start} of its data: shown with U+FFFD there",
        )
        return frame.data.decode("utf-8", "replace")

    def _outcome(self, end: End) -> Outcome:
        """How the stream ended; says so in a stream.error where it was not the dialect who did."""
        out = self._out
        if end.kind == "complete" and not (out.failed or self._cut) and self._response.status < 400:
            self._heed("end", self._api.end)
        if out.failed:
            return "error"
        if out.finished:
            return "complete"
        if self._response.status >= 400:
            out.error("provider", "http_error", f"HTTP {self._response.status}", status=self._response.status)
            return "error"
        if end.kind == "client_closed":
            return "client_closed"
        kind = loss_of(end)
        if kind is None:
            missing = "inside an event" if self._cut else "without what ends a stream of this API"
            out.error("upstream", "ended_early", f"the body ended {missing}")
        elif kind == "gateway_closed":
            out.error("gateway", kind, "the gateway was stopped before the stream's end")
        else:
            out.error("upstream", kind, end.reason or "the connection ended inside the body")
        return "timeout" if kind == "timeout" else "truncated"


def loss_of(end: End) -> str | None:
    """Which error a body's end is: gateway_closed, timeout or connection_lost; None if the body is whole."""
    if end.kind == "complete":
        return None
    if end.kind == "gateway_closed":
        return "gateway_closed"
    return "timeout" if end.reason.partition(":")[0] in ("timeout", "stall") else "connection_lost"


def _raw(frame: Frame) -> dict[str, Any]:
    """The frame as it was received. Its bytes as base64 where they are no text; other fields only if there are any."""
    try:
        raw: dict[str, Any] = {"event": frame.event, "data": frame.data.decode() if frame.kind != "idle" else None}
    except UnicodeDecodeError:
        raw = {"event": frame.event, "base64": base64.b64encode(frame.data).decode()}
    if frame.fields:
        raw["fields"] = [list(field) for field in frame.fields]
    return raw


def _unread(frame: Frame) -> dict[str, str] | None:
    """The fields of a frame that was cut off before its data."""
    return dict(frame.fields) or None


def _not_read(frame: Frame, error: Exception) -> str:
    if frame.kind == "partial":
        return f"cut off by the end of the body after {frame.end - frame.start:,} bytes"
    return f"expected a JSON object: {error}"


def _is_bare_error(frame: Frame) -> bool:
    """Whether this is an eventstream's error, which says all in its headers and has no payload."""
    return (":message-type", "error") in frame.fields


def _asked_model(request: Request) -> str | None:
    """The model that the request names, in its path or its body."""
    try:
        model = json_object(request.body.decode()).get("model")
    except _MISFITS:
        model = None
    return model if isinstance(model, str) else model_in(request.path)
