"""A gateway under test, and a client that sees every byte it sends and how it ends the connection."""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from gateway.hosting import gateway_beside
from gateway.server import Report
from gateway.settings import Config, UpstreamSpec
from recorder.interaction import Interaction
from recorder.pacing import Pacing
from recorder.store import Store, cassette_path

__all__ = ["PATH", "Answered", "Gateway", "RawClient", "ask", "gateway", "post", "recorded"]

PATH = "/anthropic/v1/messages"

_QUICK = Config(
    port=0,
    mode="live",
    pacing=Pacing("instant"),
    connect_timeout=5.0,
    first_byte_timeout=5.0,
    idle_timeout=5.0,
    write_timeout=5.0,
    drain_timeout=0.2,
    read_on_timeout=5.0,
)
"""Time-outs far beyond what a busy machine needs; tests that wait for one make it short."""


@dataclass
class Gateway:
    """A gateway that listens. `report` is there after the block."""

    url: str
    serving: "asyncio.Task[Report]"

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")


@asynccontextmanager
async def gateway(upstream: str, **settings: Any) -> AsyncIterator[Gateway]:
    """A gateway in this process, in front of `upstream` (as anthropic, openai and own)."""
    names = (UpstreamSpec("anthropic", upstream), UpstreamSpec("openai", upstream), UpstreamSpec("own", upstream))
    config = replace(_QUICK, upstreams=names)
    async with gateway_beside(replace(config, **settings)) as (url, serving):
        yield Gateway(url, serving)


def recorded(folder: Path, name: str = "default") -> list[Interaction]:
    """What is on a cassette."""
    store = Store(cassette_path(folder, name))
    return [store.load(entry) for entry in store.read()]


@dataclass
class Answered:
    """A response as it came. `ended`: clean (its framing says it is whole), FIN or RST (before that), open (never)."""

    raw: bytearray = field(default_factory=bytearray)
    ended: str = "open"
    took: float = 0.0
    reads: list[tuple[float, bytes]] = field(default_factory=list)
    method: str = "POST"

    @property
    def head(self) -> bytes:
        return bytes(self.raw[: self.raw.find(b"\r\n\r\n")])

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)

    @property
    def body(self) -> bytes:
        """The body without its framing, as far as it came."""
        return self._parsed()[0]

    @property
    def whole(self) -> bool:
        """Whether the framing says that the response is complete. One that ends with its connection never is here."""
        if b"\r\n\r\n" not in self.raw:
            return False
        if self.header("transfer-encoding") == "chunked" and not self.raw.endswith(b"\r\n0\r\n\r\n"):
            return False  # spares taking large bodies apart again and again
        return self._parsed()[1]

    def _parsed(self) -> tuple[bytes, bool]:
        rest = bytes(self.raw[len(self.head) + 4 :])
        if self.method == "HEAD" or self.status in (204, 304):
            return rest, True
        if self.header("transfer-encoding") == "chunked":
            return _dechunked(rest)
        length = self.header("content-length")
        return rest, length is not None and len(rest) >= int(length)


def _dechunked(data: bytes) -> tuple[bytes, bool]:
    """The body, and whether its last chunk was there."""
    body, at = bytearray(), 0
    while (end := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:end], 16)
        if size == 0:
            assert data[at:] in (b"0\r\n\r\n", b"0\r\n", b"0\r\n\r"), data[at:]  # and nothing behind it
            return bytes(body), data.endswith(b"\r\n\r\n")
        body += data[end + 2 : end + 2 + size]
        at = end + 4 + size
    return bytes(body), False


class RawClient:
    """A client's socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._loop = asyncio.get_running_loop()

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int, *, receive_buffer: int | None = None) -> "AsyncIterator[RawClient]":
        sock = socket.socket()
        sock.setblocking(False)
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        with sock:
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
            yield cls(sock)

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self.sock, data)

    async def receive(self, size: int = 1 << 18) -> bytes:
        return await self._loop.sock_recv(self.sock, size)

    async def until(self, part: bytes) -> bytes:
        """Read until `part` has come."""
        data = b""
        async with asyncio.timeout(5):
            while part not in data:
                piece = await self.receive()
                assert piece, data
                data += piece
        return data

    async def answer(self, method: str = "POST", limit: float = 5.0, *, pause: float = 0.0) -> Answered:
        """Read one response to its end, whichever it is, perhaps with a pause (seconds) after each read."""
        answered = Answered(method=method)
        start = time.monotonic()
        try:
            async with asyncio.timeout(limit):
                while data := await self.receive():
                    answered.reads.append((time.monotonic() - start, data))
                    answered.raw += data
                    if answered.whole:
                        answered.ended = "clean"
                        break
                    if pause:
                        await asyncio.sleep(pause)
                else:
                    answered.ended = "FIN"
        except ConnectionResetError:
            answered.ended = "RST"
        except TimeoutError:
            pass
        answered.took = time.monotonic() - start
        return answered

    async def rest(self, limit: float = 2.0) -> tuple[bytes, str]:
        """Whatever still comes, and how the connection ends."""
        answered = Answered(raw=bytearray(b"HTTP/1.1 200\r\n\r\n"))
        try:
            async with asyncio.timeout(limit):
                while data := await self.receive():
                    answered.raw += data
                answered.ended = "FIN"
        except ConnectionResetError:
            answered.ended = "RST"
        except TimeoutError:
            pass
        return answered.body, answered.ended

    def reset(self) -> None:
        """Leave with an RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def post(path: str = PATH, body: bytes = b'{"stream": true}', *headers: bytes, method: bytes = b"POST") -> bytes:
    """A request's bytes."""
    lines = [b"%b %b HTTP/1.1" % (method, path.encode()), b"Host: 127.0.0.1", b"Content-Type: application/json"]
    if body or method == b"POST":
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, *headers, b"", body])


class Listens(Protocol):
    """Whoever can be asked: a gateway in this process, or one in another."""

    @property
    def port(self) -> int: ...


async def ask(gate: Listens, request: bytes | None = None, *, limit: float = 5.0) -> Answered:
    """Send one request on a connection of its own and read the answer."""
    request = request or post()
    async with RawClient.to(gate.port) as client:
        await client.send(request)
        return await client.answer(request.partition(b" ")[0].decode(), limit)
