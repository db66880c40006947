"""Scripted upstreams: sockets that answer byte for byte what a test says, and keep a journal of all they saw.

    async with scripted(plays(HEAD, b"first", 0.1, RST)) as upstream:
        ...
        assert len(upstream.requests) == 1

A script is what happens on one connection after the other. `plays` makes one of steps: bytes are sent, a number is
waited for (seconds), FIN, RST and HANG end the connection or never do. Nothing here parses more HTTP than it must to
tell where a request ends.
"""

import asyncio
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

__all__ = [
    "FIN",
    "HANG",
    "RST",
    "SSE",
    "Asked",
    "Script",
    "Upstream",
    "Visit",
    "backlog_full",
    "chunk",
    "drips",
    "plays",
    "response",
    "scripted",
    "scripted_tls",
    "sse",
    "unused_port",
]


class _Ending:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


FIN: Final = _Ending("FIN")
RST: Final = _Ending("RST")
HANG: Final = _Ending("HANG")

Step = bytes | float | _Ending

SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
"""The head of a stream in chunks."""


def chunk(data: bytes) -> bytes:
    """One HTTP chunk; `chunk(b"")` is the last one."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def sse(*events: bytes, end: bool = True) -> bytes:
    """A whole stream as one block: the head and each event as a chunk, with the last chunk unless `end` is False."""
    return SSE + b"".join(chunk(event) for event in events) + (chunk(b"") if end else b"")


def response(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A response with a Content-Length."""
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body])


def drips(data: bytes, gap: float) -> tuple[Step, ...]:
    """Steps that send one byte every `gap` seconds."""
    return tuple(step for number in data for step in (bytes([number]), gap))


@dataclass(frozen=True)
class Asked:
    """One request as it came, with the time when it was whole."""

    head: bytes
    body: bytes
    at: float

    @property
    def line(self) -> bytes:
        return self.head.partition(b"\r\n")[0]

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:-2]
        return [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)


class Visit:
    """One accepted connection. Reads all the time (unless `reading` is cleared), so that its end is seen at once."""

    def __init__(self, upstream: "Upstream", sock: socket.socket) -> None:
        self.received = bytearray()
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = asyncio.Event()
        self.gone_at = 0.0
        self.sent = 0
        self._upstream = upstream
        self._sock = sock
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.pump = self._loop.create_task(self._pump())

    async def _pump(self) -> None:
        with suppress(OSError):
            while await self.reading.wait() and (data := await self._loop.sock_recv(self._sock, 1 << 18)):
                self.received += data
                self._news.set()
        self.gone_at = time.monotonic()
        self.gone.set()
        self._news.set()

    async def at_least(self, size: int) -> None:
        """Wait until `size` bytes are there that no request has used yet."""
        while len(self.received) < size:
            if self.gone.is_set():
                raise ConnectionResetError("the client's side is gone")
            self._news.clear()
            await self._news.wait()

    async def head(self) -> bytes:
        """Wait for a whole request head; it stays in `received`."""
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            await self.at_least(len(self.received) + 1)
        return bytes(self.received[: end + 4])

    async def request(self) -> Asked:
        """Wait for a whole request and note it in the journal."""
        head = await self.head()
        rest = len(head)
        fields = dict(Asked(head, b"", 0).headers)
        if "chunked" in fields.get("transfer-encoding", ""):
            body, used = await self._chunked(rest)
        else:
            size = int(fields.get("content-length", "0"))
            await self.at_least(rest + size)
            body, used = bytes(self.received[rest : rest + size]), rest + size
        del self.received[:used]
        asked = Asked(head, body, time.monotonic())
        self._upstream.requests.append(asked)
        return asked

    async def _chunked(self, at: int) -> tuple[bytes, int]:
        body = bytearray()
        while True:
            while (end := self.received.find(b"\r\n", at)) < 0:
                await self.at_least(len(self.received) + 1)
            size = int(self.received[at:end], 16)
            await self.at_least(end + 4 + size)
            body += self.received[end + 2 : end + 2 + size]
            at = end + 4 + size
            if size == 0:
                return bytes(body), at

    async def play(self, *steps: Step) -> bool:
        """Take the steps; False when the connection is over."""
        for step in steps:
            if isinstance(step, bytes):
                await self.send(step)
            elif isinstance(step, _Ending):
                await self._end(step)
                return False
            else:
                await asyncio.sleep(step)
        return True

    async def _end(self, how: _Ending) -> None:
        if how is HANG:
            await self.gone.wait()
        elif how is RST:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self._sock.shutdown(socket.SHUT_WR)
            await self.gone.wait()

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self._sock, data)
        self.sent += len(data)

    async def flood(self, piece: bytes) -> None:
        """Send without end; `sent` says how much the sockets took."""
        while True:
            await self.send(piece)

    async def close(self) -> None:
        self.pump.cancel()
        with suppress(asyncio.CancelledError):
            await self.pump
        self._sock.close()
        self.gone.set()


Script = Callable[[Visit], Awaitable[None]]


def plays(*steps: Step) -> Script:
    """For each request on each connection: read it, then take the steps."""
    return plays_in_turn(steps)


def plays_in_turn(*answers: tuple[Step, ...]) -> Script:
    """As `plays`, with other steps for each request; after the last ones, the last again."""
    left = list(answers)

    async def script(visit: Visit) -> None:
        going = True
        while going:
            await visit.request()
            going = await visit.play(*(left.pop(0) if len(left) > 1 else left[0]))

    return script


@dataclass
class Upstream:
    """A listening socket on 127.0.0.1, its visits and the requests of all of them."""

    script: Script
    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    visits: list[Visit] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    async def visited(self, count: int = 1) -> Visit:
        """Wait for the `count`th connection."""
        async with asyncio.timeout(5):
            while len(self.visits) < count:
                await asyncio.sleep(0.002)
        return self.visits[count - 1]

    async def asked(self, count: int = 1) -> Asked:
        """Wait for the `count`th request."""
        async with asyncio.timeout(5):
            while len(self.requests) < count:
                await asyncio.sleep(0.002)
        return self.requests[count - 1]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[Upstream]:
    """Run a scripted upstream while the block runs. What goes wrong in a script fails the test at the end."""
    loop = asyncio.get_running_loop()
    listener = _listener()
    upstream = Upstream(script, listener.getsockname()[1])
    plays_under_way: list[asyncio.Task[None]] = []

    async def host(visit: Visit) -> None:
        try:
            await upstream.script(visit)
        except OSError:
            pass  # the gateway has left
        except Exception as error:
            upstream.failures.append(error)
        finally:
            await visit.close()

    async def accept() -> None:
        while True:
            sock, _ = await loop.sock_accept(listener)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            visit = Visit(upstream, sock)
            upstream.visits.append(visit)
            plays_under_way.append(loop.create_task(host(visit)))

    accepting = loop.create_task(accept())
    try:
        yield upstream
    finally:
        for task in (accepting, *plays_under_way):
            task.cancel()
        await asyncio.gather(accepting, *plays_under_way, return_exceptions=True)
        listener.close()
    assert not upstream.failures, upstream.failures


@asynccontextmanager
async def scripted_tls(answer: bytes, context: ssl.SSLContext, host: str = "127.0.0.1") -> AsyncIterator[Upstream]:
    """A TLS upstream that answers every request with the same bytes; `visits` stays empty, `requests` has heads."""
    upstream = Upstream(plays(), 0, "https", host)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            upstream.requests.append(Asked(head, b"", time.monotonic()))
            writer.write(answer)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        await server.wait_closed()


def _listener(backlog: int = 128) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(backlog)
    listener.setblocking(False)
    return listener


def unused_port() -> int:
    """A port on which nothing listens."""
    with _listener() as listener:
        return int(listener.getsockname()[1])


@contextmanager
def backlog_full() -> Iterator[str]:
    """A host whose accept queue is full: a connection to it is neither taken nor refused. Gives its URL."""
    with _listener(backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(address)
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            for filler in fillers:
                filler.close()
