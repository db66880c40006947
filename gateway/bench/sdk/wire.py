"""Below an SDK: an HTTP transport that notes what was really sent, and stamps what comes before the SDK sees it.

    SDK ──> httpx2 ──> Wire ──> connection        the request as it goes, connection new or kept, sent, head
    SDK <── httpx2 <── Wire <── connection        each piece of the body with the time at which the SDK was given it

A stamp is taken when the HTTP client hands a piece up. What that client itself takes, from the socket to here, is not
in the SDK's share; the own HTTP path of the same target shows it.
"""

from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import httpx2

from gateway.bench.shot import Shot
from gateway.headers import response_headers
from recorder.clock import Clock
from recorder.interaction import COMPLETE, End, Request, Response

__all__ = ["SHOT", "Wire"]

SHOT: ContextVar[Shot] = ContextVar("shot")
"""The request that this task is making."""

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.ConnectTimeout, "connect_timeout"),
    (httpx2.ConnectError, "refused"),
    (httpx2.TimeoutException, "timeout"),
)


class Wire(httpx2.AsyncHTTPTransport):
    """The SDK's way to the network; what passes goes into the task's shot. `fresh`: a new connection each time."""

    def __init__(self, clock: Clock, *, fresh: bool) -> None:
        super().__init__(limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0 if fresh else None))
        self._clock = clock

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it; the response's body is stamped as it is read."""
        shot = SHOT.get()
        shot.request = _as_sent(request, shot.request.upstream, shot.request.target)
        shot.connection = "reused"
        request.extensions = {**request.extensions, "trace": self._tracer(shot)}
        try:
            response = await super().handle_async_request(request)
        except httpx2.HTTPError as error:
            reason = next((word for kind, word in _REASONS if isinstance(error, kind)), "closed")
            shot.fail(reason, f"{request.url.scheme}://{request.url.netloc.decode()}: {error or type(error).__name__}")
            raise
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - this transport is asynchronous
        head = Response(response.status_code, response_headers(response.headers.raw))
        shot.receive(head, shot.head_at or self._clock.now(), b"", None)
        response.stream = _Stamped(response.stream, shot, self._clock)
        return response

    def _tracer(self, shot: Shot) -> Any:
        async def trace(event: str, _: object) -> None:
            if event == "connection.connect_tcp.started":
                shot.connection = "new"
            elif event.endswith(".send_request_body.complete"):
                shot.sent_at = self._clock.now()
            elif event.endswith(".receive_response_headers.complete"):
                shot.head_at = self._clock.now()

        return trace


class _Stamped(httpx2.AsyncByteStream):
    """A body whose pieces are stamped on their way up."""

    def __init__(self, inner: httpx2.AsyncByteStream, shot: Shot, clock: Clock) -> None:
        self._inner = inner
        self._shot = shot
        self._now = clock.now

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._inner:
                self._shot.receive(None, self._now(), piece, None)
                yield piece
        except httpx2.HTTPError as error:
            self._shot.receive(None, self._now(), b"", End("upstream_error", f"closed: {error}"))
            raise
        self._shot.receive(None, self._now(), b"", COMPLETE)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _as_sent(request: httpx2.Request, upstream: str, target: str) -> Request:
    """The request as the SDK has made it. The target stays the one that was asked for, below the target's base URL."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    return Request(upstream, request.method, target, headers, request.content)
