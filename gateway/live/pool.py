"""Connections to providers: made, kept while idle, handed out again.

A connection is handed out only while its provider has sent nothing since the last reply: bytes or an end on an idle
connection take it out of the pool. Requests are never sent twice.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import aiohappyeyeballs

from recorder.errors import FailureReason, UpstreamFailed

__all__ = ["Address", "Pool"]

# Load balancers in front of providers close idle connections after a minute or more: stay well below.
_IDLE_S = 20.0
# Enough for a burst of streams to find warm connections again; above it they are closed.
_IDLE_MAX = 64
# RFC 8305: start the next address when the first has not connected after this long.
_HAPPY_EYEBALLS_S = 0.25


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider listens."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"


class _Idle(asyncio.Protocol):
    """The protocol of a connection nobody uses: whatever happens on it ends it."""

    def __init__(self, transport: asyncio.Transport, forget: Callable[["_Idle"], None]) -> None:
        self.transport = transport
        self._forget = forget
        self._timer = asyncio.get_running_loop().call_later(_IDLE_S, self.drop)

    def take(self) -> asyncio.Transport:
        """Hand the connection out."""
        self._timer.cancel()
        return self.transport

    def drop(self) -> None:
        """Close the connection."""
        self._timer.cancel()
        self._forget(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - not ours to read
        self.drop()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended does not matter
        self.drop()


class Pool:
    """Idle connections by address, and the way to new ones. `connect_timeout` in seconds, TLS included."""

    def __init__(self, connect_timeout: float) -> None:
        self.own_ports: set[int] = set()
        self._connect_timeout = connect_timeout
        self._idle: dict[Address, list[_Idle]] = {}
        self._tls: ssl.SSLContext | None = None

    def kept(self, address: Address) -> asyncio.Transport | None:
        """An idle connection to `address`, if there is one."""
        idle = self._idle.get(address)
        while idle:
            transport = idle.pop().take()
            if not transport.is_closing():
                return transport
        return None

    async def acquire(self, address: Address) -> asyncio.Transport:
        """A connection to `address`, kept or new. Raises UpstreamFailed within the connect timeout."""
        kept = self.kept(address)
        if kept is not None:
            return kept
        try:
            async with asyncio.timeout(self._connect_timeout):
                return await self._connect(address)
        except TimeoutError:
            raise UpstreamFailed(
                "connect_timeout", f"{address} did not take the connection within {self._connect_timeout:g} s"
            ) from None
        except OSError as error:
            reason, what = _explain(error)
            raise UpstreamFailed(reason, f"{address} {what}") from error

    async def _connect(self, address: Address) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        sock = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_HAPPY_EYEBALLS_S, loop=loop)
        try:
            self._refuse_ourselves(sock, address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            transport, _ = await loop.create_connection(
                asyncio.Protocol,
                sock=sock,
                ssl=self._context() if address.tls else None,
                server_hostname=address.host if address.tls else None,
            )
        except BaseException:
            sock.close()
            raise
        return transport

    def _refuse_ourselves(self, sock: socket.socket, address: Address) -> None:
        """An upstream that turns out to be this gateway would call itself until nothing is left."""
        peer, own = sock.getpeername(), sock.getsockname()
        if peer[1] in self.own_ports and peer[0] == own[0]:
            raise UpstreamFailed("loop", f"{address} is this gateway itself; give the upstream another URL")

    def _context(self) -> ssl.SSLContext:
        """Verifies host and chain by the system's authorities; SSL_CERT_FILE and SSL_CERT_DIR are honoured."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def give_back(self, address: Address, transport: asyncio.Transport, *, reusable: bool) -> None:
        """Keep a connection for the next request, or close it."""
        idle = self._idle.setdefault(address, [])
        if not reusable or transport.is_closing() or len(idle) >= _IDLE_MAX:
            transport.abort()
            return
        kept = _Idle(transport, lambda one: idle.remove(one) if one in idle else None)
        transport.set_protocol(kept)
        idle.append(kept)

    def close(self) -> None:
        """Close every idle connection."""
        for idle in self._idle.values():
            for kept in tuple(idle):
                kept.drop()


def _explain(error: OSError) -> tuple[FailureReason, str]:
    """Why there is no connection, in words for whoever reads the client's error."""
    if isinstance(error, socket.gaierror):
        return "dns", f"cannot be found: name resolution failed ({error.strerror})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "tls", f"has a certificate that does not hold: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "tls", f"does not speak TLS as expected ({error.reason or error})"
    if isinstance(error, ConnectionRefusedError):
        return "refused", "refused the connection; is it running?"
    return "refused", f"cannot be reached ({error.strerror or error})"
