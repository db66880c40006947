"""The client's side of one relay: takes a reply as it comes and writes it to the client's socket, at once.

    upstream ── receive(head, at, data, end) ──> one transport.write ──> client
    client's buffer full ──> reply.pause() ... drained ──> reply.resume()

Framing follows the reply: its Content-Length, else chunked, else (HTTP/1.0) the connection's end. Only a complete reply
ends the HTTP body. After any other end the connection is closed with the body unfinished, so that no client can take
half a stream for a whole one; what had been received before is still delivered.
"""

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from gateway.dialects import Dialect
from recorder.interaction import End, Headers, Response
from recorder.staging import StagedEnd
from recorder.upstream import Reply

__all__ = ["Client", "Relayed"]

# Above this much unsent data the upstream is asked to wait; a read adds at most 256 KiB to it.
_HIGH_WATER = 64 << 10

# A client that does not even take what is left of a broken stream is let go after this long.
_FLUSH_S = 60.0

# The last chunks are kept to see whether the stream had its terminal event: 64 of the usual size, fewer if they are
# large (a final event that repeats the whole answer is).
_TAIL_CHUNKS = 64
_TAIL_LARGE = 16 << 10
_TAIL_BYTES = 512 << 10
_LAST_BYTES = 512

# struct linger: on, 0 seconds.
_RESET = struct.pack("ii", 1, 0)

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Client:
    """The receiver that is an HTTP client. `request` is the one being answered; `tail` its last chunks.

    `added` are headers of the gateway's own, for the response.
    """

    def __init__(self, request: web.BaseRequest, added: Headers = ()) -> None:
        assert request.transport is not None  # noqa: S101 - a request that is being handled has one
        self.transport: asyncio.Transport = request.transport
        self.tail: deque[bytes] = deque(maxlen=_TAIL_CHUNKS)
        self.head: Response | None = None
        self.end: End | None = None
        self.keep_alive = request.keep_alive
        self._request = request
        self._added = added
        self._http11 = request.version >= (1, 1)
        self._chunked = False
        self._bodiless = False
        self._reply: Reply | None = None
        self._congested = False
        self._wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # The receiver.

    def sent(self, reply: Reply, at: int) -> None:  # noqa: ARG002 - numbers are not made here
        """Keep the reply's handle."""
        self._reply = reply

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:  # noqa: ARG002
        """Write what one read brought, in one write."""
        if head is None and end is None:
            if data:  # an empty chunk would be the last one
                self._write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
                self.tail.append(data)
                if len(data) > _TAIL_LARGE:
                    self._shorten()
            return
        block = b"" if head is None else self._start(head)
        if data and not self._bodiless:
            self.tail.append(data)
            block += b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data
        if end is not None and end.kind == "complete" and self._chunked:
            block += b"0\r\n\r\n"
        if block:
            self._write(block)
        if end is not None:
            self._finish(end)

    def _shorten(self) -> None:
        """A large chunk has been added to the tail: let go of the oldest ones."""
        while len(self.tail) > 1 and sum(map(len, self.tail)) > _TAIL_BYTES:
            self.tail.popleft()

    def _write(self, block: bytes) -> None:
        transport = self.transport
        if transport.is_closing():
            return
        transport.write(block)
        if not self._congested and transport.get_write_buffer_size() > _HIGH_WATER:
            self._congested = True
            if self._reply is not None:
                self._reply.pause()
            self._rouse()

    def _start(self, head: Response) -> bytes:
        """Decide the framing and make the response head."""
        self.head = head
        length = head.header("content-length")
        self._bodiless = self._request.method == "HEAD" or head.status in (204, 304)
        self._chunked = self._http11 and not self._bodiless and length is None
        if not self._http11 and not self._bodiless and length is None:
            self.keep_alive = False
        headers = (*_relayed(head.headers), *self._added)
        return response_head(head.status, headers, chunked=self._chunked, keep_alive=self.keep_alive)

    def _finish(self, end: End) -> None:
        self.end = end
        if isinstance(end, StagedEnd) and end.reset:
            self._reset()
        elif end.kind != "complete":
            self.give_up(flush=self._http11)
        self._rouse()

    def give_up(self, *, flush: bool) -> None:
        """Leave the body unfinished: by a close, or without `flush` by a reset.

        With HTTP/1.0 a close would look like the body's end, so `flush` is not for it.
        """
        self.keep_alive = False
        if flush:
            self.transport.close()
            if self.transport.get_write_buffer_size():
                asyncio.get_running_loop().call_later(_FLUSH_S, self.transport.abort)
        else:
            self._linger()
            self.transport.abort()

    def _reset(self) -> None:
        """Leave the body unfinished by a reset, once all of it has been handed to the socket."""
        self._linger()
        self.give_up(flush=True)

    def _linger(self) -> None:
        """Have the socket end with a reset: abort() alone sends a FIN if nothing waits to be written."""
        with suppress(OSError, ValueError):  # it may be closed already
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _rouse(self) -> None:
        if not self._wake.done():
            self._wake.set_result(None)

    # The request's task.

    async def relayed(self, writer: AbstractStreamWriter, write_timeout: float) -> None:
        """Wait for the end; meanwhile, let a slow client catch up. Raises TimeoutError if it takes nothing at all."""
        while self.end is None or (self._congested and self.end.kind == "complete"):
            await self._wake
            self._wake = asyncio.get_running_loop().create_future()
            if self._congested:
                async with asyncio.timeout(write_timeout):
                    await writer.drain()
                self._congested = False
                if self._reply is not None:
                    self._reply.resume()

    def ended_early(self, dialect: Dialect) -> bool:
        """Whether the stream ended well as far as HTTP can tell, but without what ends a stream of the dialect."""
        content_type = (self.head and self.head.header("content-type")) or ""
        tail = b"".join(self.tail)
        # It mostly lies at the very end, and searching all of the tail takes 0.3 ms.
        return all(dialect.outcome(content_type, part) == "no terminal event" for part in (tail[-_LAST_BYTES:], tail))

    def leave(self) -> None:
        """The relay is over: if the reply is not, tell the upstream, and leave the body unfinished if it has begun."""
        if self.end is not None:
            return
        if self._reply is not None:
            self._reply.close()
        if self.head is not None:
            self.give_up(flush=self._http11)


def _relayed(headers: Headers) -> Headers:
    """Without what says which pages may read the answer: the upstream speaks of its own address, not of ours."""
    return tuple([header for header in headers if not header[0].lower().startswith("access-control-")])


def response_head(status: int, headers: Headers, *, chunked: bool, keep_alive: bool) -> bytes:
    """Status line and headers, with our own framing."""
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    if not keep_alive:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Relayed(web.StreamResponse):
    """What the server is given for a response that is already on its way: nothing is left to write."""

    def __init__(self, client: Client) -> None:
        super().__init__(status=client.head.status if client.head else 200)
        self._client = client

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002
        """Nothing: the head has been written."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing: the end has been written."""

    @property
    def keep_alive(self) -> bool | None:
        """Whether the client's connection may carry another request."""
        return self._client.keep_alive
