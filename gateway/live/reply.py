"""One request and its reply on a connection: bytes are handed to the receiver in the same call that read them.

    socket ── data_received ──> stamp ──> llhttp ──> receiver.receive(head, at, data, end)

A reply is the connection's protocol for as long as it lasts. llhttp (through httptools) parses; what it lets through
and HTTP forbids is refused here: other versions than 1.0 and 1.1, a Transfer-Encoding that is not `chunked`, a head
without end, an unasked-for 101, bytes after the end. A reply ends complete only by its own framing, or by the
connection's end where it has no other (RFC 9112, 6.3).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import cast

import httptools

from gateway.headers import response_headers
from recorder.clock import Clock
from recorder.errors import FailureReason, UpstreamFailed
from recorder.interaction import COMPLETE, End, Response
from recorder.upstream import Connection, Receiver

__all__ = ["LiveReply", "Timeouts"]

# Real heads are below 10 KB. Beyond this (1xx heads included) it is an attack or a mistake.
_MAX_HEAD = 256 << 10

_FRAMING = (b"content-length", b"transfer-encoding")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect (TLS included), to the whole response head, between two reads after it."""

    connect: float = 10.0
    first_byte: float = 600.0
    idle: float = 600.0


class LiveReply(asyncio.Protocol):
    """The reply to one request. `released(transport, reusable)` is called once; `where` is the upstream in errors."""

    def __init__(
        self,
        transport: asyncio.Transport,
        where: str,
        receiver: Receiver,
        *,
        timeouts: Timeouts,
        clock: Clock,
        released: Callable[[asyncio.Transport, bool], None],
    ) -> None:
        self.connection: Connection | None = None
        self._transport = transport
        self._where = where
        self._receiver = receiver
        self._timeouts = timeouts
        self._now = clock.now
        self._released = released
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._head_waiter: asyncio.Future[None] = self._loop.create_future()
        self._writable: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head_only = False
        self._sent = False
        self._sent_at = 0
        self._paused = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_size = 0
        self._head: Response | None = None  # until it has been delivered
        self._head_seen = False
        self._until_close = False
        self._reusable = False
        self._parts: list[bytes] = []
        self._complete = False
        self._over = False
        self._read_at = 0

    async def send(self, head: bytes, body: bytes, pieces: AsyncIterator[bytes] | None, *, head_only: bool) -> None:
        """Write the request and wait for the response head. Raises UpstreamFailed. Cancelling drops the connection."""
        self._head_only = head_only
        if self._transport.is_closing():  # it ended before it was ours, so nobody will call connection_lost
            self.close()
            raise UpstreamFailed("closed", f"{self._where} closed the connection before the request")
        self._transport.set_protocol(self)
        self._timer = self._loop.call_later(self._timeouts.first_byte, self._head_is_late)
        try:
            await self._write(head + body if body else head)
            if pieces is not None:
                await self._relay(pieces)
            if not self._over:
                self._mark_sent()
            await self._head_waiter
        except BaseException:
            self.close()
            raise

    async def _relay(self, pieces: AsyncIterator[bytes]) -> None:
        """Pass the body on while it arrives. Once the provider has answered, or gone, the rest is not wanted."""
        uploading = self._loop.create_task(self._upload(pieces))
        try:
            await asyncio.wait({uploading, self._head_waiter}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            uploading.cancel()
        if uploading.done():
            uploading.result()

    async def _upload(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            await self._write(piece)

    async def _write(self, data: bytes) -> None:
        self._sent_at = self._now()  # before it: a provider may answer before a busy machine returns from it
        self._transport.write(data)
        if self._writable is not None:
            await self._writable
            self._sent_at = self._now()

    def _mark_sent(self, *, whole: bool = True) -> None:
        if not self._sent:
            self._sent = True
            self._reusable = whole
            self._receiver.sent(self, self._sent_at)

    # asyncio's callbacks

    def pause_writing(self) -> None:
        """The socket takes no more of the request for now."""
        if not self._head_waiter.done():
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The request goes on; also called when there is no more point in waiting."""
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Parse one read and deliver what it brought."""
        at = self._read_at = self._now()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._complete:
                self._break("protocol", f"sent a malformed response ({error.__context__ or error})", at)
                return
            self._reusable = False  # bytes after the end: dropped
        if self._head_seen:
            self._deliver(at)
            return
        self._head_size += len(data)
        if self._head_size > _MAX_HEAD:
            self._break("protocol", f"sent a response head over {_MAX_HEAD:,} bytes", at)

    def _deliver(self, at: int) -> None:
        parts = self._parts
        head = self._head
        if head is not None:
            self._head = None
            self._mark_sent(whole=False)
        elif not (parts or self._complete):
            return
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        self._receiver.receive(head, at, body, COMPLETE if self._complete else None)
        if head is not None:
            self._head_came()
        if self._complete:
            self._finish()

    def _head_came(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self._timeouts.idle, self._maybe_stalled)
        if not self._head_waiter.done():
            self._head_waiter.set_result(None)
        self.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection's end: the body's end where it has no other, else a broken reply."""
        if self._over:
            return
        at = self._now()
        self._reusable = False
        if exc is not None:
            self._break("closed", f"reset the connection ({exc})", at)
        elif self._until_close:
            self._complete = True
            self._deliver(at)
        else:
            self._break("closed", "closed the connection before the end", at)

    # llhttp's callbacks

    def on_message_begin(self) -> None:
        """A second answer in the same read was not asked for."""
        if self._complete:
            self._reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, of the head or of a trailer; trailers are not forwarded."""
        if not self._head_seen:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole: check what llhttp does not. 1xx heads are swallowed."""
        if self._complete:
            return
        status = self._parser.get_status_code()
        if status == 101:
            raise httptools.HttpParserError("101, which nobody asked for")
        if 100 <= status < 200:
            self._headers.clear()
            return
        version = self._parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise httptools.HttpParserError(f"HTTP/{version}")
        framing = [(lower, value) for name, value in self._headers if (lower := name.lower()) in _FRAMING]
        codings = [value.strip().lower() for name, value in framing if name == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]):
            raise httptools.HttpParserError(f"Transfer-Encoding {b', '.join(codings).decode('latin-1')!r}")
        self._until_close = not framing and status not in (204, 304) and not self._head_only
        self._head = Response(status, response_headers(self._headers))
        self._head_seen = True
        if self._head_only:
            self.on_message_complete()

    def on_body(self, body: bytes) -> None:
        """Body bytes, without their framing."""
        if not self._complete:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        """The reply's own framing says that it is whole."""
        if self._head_seen and not self._complete:
            self._complete = True
            # After HEAD nothing tells a body that was sent all the same from the next response.
            self._reusable = self._reusable and not self._head_only and self._parser.should_keep_alive()

    # ends

    def _head_is_late(self) -> None:
        self._break("timeout", f"sent no whole response head within {self._timeouts.first_byte:g} s", self._now())

    def _maybe_stalled(self) -> None:
        """The idle limit, checked lazily: a chunk re-arms no timer."""
        now = self._now()
        limit = self._timeouts.idle
        rest = limit - (now - self._read_at) / 1e9
        if self._paused or rest > 0:
            self._timer = self._loop.call_later(rest if rest > 0 else limit, self._maybe_stalled)
        else:
            self._break("stall", f"sent nothing for {limit:g} s", now)

    def _break(self, reason: str, what: str, at: int) -> None:
        """The reply cannot end well: raise before the head has been delivered, else end it as an upstream error."""
        if not self._head_waiter.done():
            failed = UpstreamFailed(cast("FailureReason", reason), f"{self._where} {what}")
            self._head_waiter.set_exception(failed)
        else:
            parts = b"".join(self._parts)
            self._receiver.receive(None, at, parts, End("upstream_error", f"{reason}: {what}"))
        self._reusable = False
        self._finish()

    def _finish(self) -> None:
        """Let go of the connection, once: a receiver may close in the midst of what it is given."""
        if self._over:
            return
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        self.resume_writing()
        self.resume()
        self._released(self._transport, self._reusable)

    # recorder.Reply

    def pause(self) -> None:
        """Stop reading: TCP tells the provider to wait."""
        if not self._over and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on; the time that the client took does not count as the provider's silence."""
        if self._paused:
            self._paused = False
            self._read_at = self._now()
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def close(self) -> None:
        """The client has left: the provider sees its connection go."""
        if not self._over:
            self._reusable = False
            self._finish()
