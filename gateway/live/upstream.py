"""The live upstream: the only way out of the gateway to a provider."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from gateway.live.pool import Address, Pool
from gateway.live.reply import LiveReply, Timeouts
from recorder.clock import Clock
from recorder.interaction import Request
from recorder.upstream import Connection, Receiver, Upload

__all__ = ["Live", "Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """An upstream's base URL, taken apart: `path` goes before every target, `host` is the Host header."""

    address: Address
    host: str
    path: str

    @classmethod
    def parse(cls, url: str) -> "Origin":
        """Read `http(s)://host[:port][/path]`. Raises ValueError that says what was expected."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"expected http://host[:port][/path] or https://...; got {url!r}")
        if parts.query or parts.fragment or parts.username is not None:
            plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"  # a password is not repeated
            raise ValueError(f"expected a URL without user, query and fragment, such as {plain!r}")
        tls = parts.scheme == "https"
        try:
            port = parts.port
        except ValueError:
            raise ValueError(f"expected a port from 0 to 65535; got {url!r}") from None
        address = Address(parts.hostname, port or (443 if tls else 80), tls)
        return cls(address, parts.netloc, parts.path.rstrip("/"))


class Live:
    """Sends requests to the providers in `origins` (by upstream name) over pooled HTTP/1.1 connections."""

    needs_body = False

    def __init__(self, origins: Mapping[str, Origin], timeouts: Timeouts, clock: Clock) -> None:
        self.pool = Pool(timeouts.connect)
        self._origins = origins
        self._timeouts = timeouts
        self._clock = clock

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Send a request to its provider. Raises UpstreamFailed; the message says what was tried."""
        origin = self._origins[request.upstream]
        address = origin.address
        asked_at = self._clock.now()
        kept = self.pool.kept(address)
        transport = kept or await self.pool.acquire(address)
        reply = LiveReply(
            transport,
            str(address),
            receiver,
            timeouts=self._timeouts,
            clock=self._clock,
            released=partial(self._released, address),
        )
        reply.connection = Connection(kept is not None, self._clock.now() - asked_at)
        pieces = None if upload is None else upload.pieces if upload.length is not None else _chunked(upload.pieces)
        await reply.send(
            _request_head(origin, request, upload), request.body, pieces, head_only=request.method == "HEAD"
        )

    def _released(self, address: Address, transport: asyncio.Transport, reusable: bool) -> None:
        self.pool.give_back(address, transport, reusable=reusable)

    async def close(self) -> None:
        """Close idle connections. Replies under way end when their clients let go of them."""
        self.pool.close()


def _request_head(origin: Origin, request: Request, upload: Upload | None) -> bytes:
    """Request line and headers. The framing is ours, and so is Accept-Encoding: a cassette should stay readable."""
    lines = [f"{request.method} {origin.path}{request.target} HTTP/1.1", f"Host: {origin.host}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    lines.append("Accept-Encoding: identity")
    if upload is not None and upload.length is None:
        lines.append("Transfer-Encoding: chunked")
    elif upload is not None:
        lines.append(f"Content-Length: {upload.length}")
    elif request.body or request.method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def _chunked(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
