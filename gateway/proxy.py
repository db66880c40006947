"""One request, start to end.

    request ──> route ──> body ──> upstream.send(request, client) ──> wait for the end ──> Relayed
                  └── NotRouted, BadRequest, Miss, UpstreamFailed ... ──> JSON in the provider's error shape

Whatever goes wrong before the response head is answered as an error; after it, only the way the body ends can tell.
The client's leaving cancels the task at any await, and `finally` tells the upstream.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import ClientConnectionError, web

from gateway.client import Client, Relayed
from gateway.dialects import PROVIDERS, Provider
from gateway.errors import Answer, BadRequest, GatewayError, Overloaded, answer_for, error_response
from gateway.escaping import escaped
from gateway.guard import READERS
from gateway.headers import FAULTS_HEADER, request_headers
from gateway.normalized import Normalized
from gateway.routes import Route, Routes, asks_for_normalized, in_format
from gateway.sessions import Sessions
from gateway.tap import UNTAPPED, Taps, Untapped
from recorder.errors import RecorderError
from recorder.interaction import Headers, Request
from recorder.staging import StagedEnd
from recorder.upstream import Upload

__all__ = ["Proxy", "ProxyLimits"]

logger = logging.getLogger(__name__)

# Bodies up to this size are awaited before the upstream is asked (SDKs send them at once); larger ones are passed on
# while they arrive.
_SMALL_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """`max_body` in bytes, `write_timeout` in seconds, `max_streams` at once."""

    max_body: int = 64 << 20
    write_timeout: float = 60.0
    max_streams: int = 10_000


class Proxy:
    """The server's request handler. `clients` are the relays under way, `aborted` counts those that broke upstream."""

    def __init__(
        self,
        routes: Routes,
        sessions: Sessions,
        default_cassette: str,
        limits: ProxyLimits,
        taps: Taps | None = None,
    ) -> None:
        self.clients: set[Client] = set()
        self.aborted = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._routes = routes
        self._sessions = sessions
        self._default_cassette = default_cassette
        self._limits = limits
        self._taps = taps

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Relay one request; errors come back in the shape of the provider that was asked."""
        tap = UNTAPPED if self._taps is None else self._taps.tap()
        try:
            return await self._answered(request, tap)
        finally:
            tap.left()

    async def _answered(self, request: web.BaseRequest, tap: Untapped) -> web.StreamResponse:
        provider: Provider | None = None
        try:
            route = self._route(request)
            provider = route.upstream
            return await self._relay(request, in_format(route, request.headers), tap)
        except (GatewayError, RecorderError) as error:
            answer = answer_for(error)
            logger.warning(
                "%d for %s %s: %s", answer.status, request.method, _shown(request), str(error).partition("\n")[0]
            )
        except Exception:  # the top of the proxy: one request's bug is not the next one's
            logger.exception("this is a bug in tokentape: %s %s", request.method, _shown(request))
            answer = Answer(500, "gateway_bug", "this is a bug in tokentape; its log has the details")
        response = error_response(answer, provider, normalized=asks_for_normalized(request.raw_path, request.headers))
        response.headers.update(tap.failed(answer))
        return response

    def refusal(self, request: web.BaseRequest, answer: Answer) -> web.Response:
        """The response for a request that is not let in, in the shape of the provider whose path it has."""
        try:
            provider = self._route(request).upstream
        except GatewayError:
            provider = None
        return error_response(answer, provider, normalized=asks_for_normalized(request.raw_path, request.headers))

    async def idle(self) -> None:
        """Wait until no relay is under way."""
        await self._quiet.wait()

    def _route(self, request: web.BaseRequest) -> Route:
        """Where the request goes, if it may be relayed at all."""
        # Bytes that are no ASCII come as surrogates; as Latin-1 text they go up as the same bytes.
        target = request.raw_path.encode("utf-8", "surrogateescape").decode("latin-1")
        if not target.startswith("/") or target.startswith("//"):
            raise BadRequest(f"expected a path such as /anthropic/v1/messages; got {target[:80]!r}: not an open proxy")
        if request.headers.get("Upgrade", "").lower() == "websocket":
            raise BadRequest("WebSocket connections are not relayed; use the HTTP streaming API", status=501)
        if len(self.clients) >= self._limits.max_streams:
            raise Overloaded(f"{len(self.clients)} streams are under way, which is the limit; raise max_streams")
        return self._routes.find(target, f"http://{request.headers.get('Host')}")

    async def _relay(self, request: web.BaseRequest, route: Route, tap: Untapped) -> web.StreamResponse:
        cassette = self._default_cassette if route.cassette is None else route.cassette
        faults = request.headers.get(FAULTS_HEADER)
        upstream = self._sessions.upstream(cassette, faults)
        headers = request_headers(request.raw_headers, route.upstream.dialect.credentials)
        _refuse_foreign_key(headers, route.upstream)
        body, upload = await self._body(request, whole=upstream.needs_body or route.normalized)
        asked = Request(route.upstream.name, request.method, route.target, headers, body)
        tap.asks(asked, cassette, whole=upload is None, faults=faults is not None)
        client = Client(request, request.get(READERS, ()))
        receiver = Normalized(client, asked, raw=route.raw) if route.normalized else client
        self.clients.add(client)
        self._quiet.clear()
        try:
            await upstream.send(asked, tap.around(receiver), upload)
            await client.relayed(request.writer, self._limits.write_timeout)
        except TimeoutError:
            logger.warning("%s %s: the client took nothing for too long", request.method, _shown(request))
            client.give_up(flush=False)
        finally:
            self.clients.discard(client)
            if not self.clients:
                self._quiet.set()
            client.leave()
            self._note(receiver, route, request)
        return Relayed(client)

    async def _body(self, request: web.BaseRequest, *, whole: bool) -> tuple[bytes, Upload | None]:
        """The body; unless the whole of it is needed, one that is large as an upload."""
        length = request.content_length
        if length is not None and length > self._limits.max_body:
            raise self._too_large()
        if not request.body_exists:
            return b"", None
        pieces = self._pieces(request)
        if whole or (length is not None and length <= _SMALL_BODY):
            return b"".join([piece async for piece in pieces]), None
        return b"", Upload(pieces, length)

    async def _pieces(self, request: web.BaseRequest) -> AsyncIterator[bytes]:
        """The body as it arrives. A client that waits for permission to send it gets that here: when it is wanted."""
        room = self._limits.max_body
        try:
            if request.headers.get("Expect", "").lower() == "100-continue" and request.version >= (1, 1):
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            while piece := await request.content.readany():
                room -= len(piece)
                if room < 0:
                    raise self._too_large()
                yield piece
        except (web.RequestPayloadError, ClientConnectionError) as error:
            raise BadRequest(f"the request body ended early or was malformed: {error}") from error

    def _too_large(self) -> BadRequest:
        return BadRequest(f"the body is over the limit of {self._limits.max_body:,} bytes; raise max_body", status=413)

    def _note(self, receiver: Client | Normalized, route: Route, request: web.BaseRequest) -> None:
        """Say what a person would want to know of a stream that did not end as streams should."""
        if receiver.head is None:
            return
        end = receiver.end
        if end is None:  # for reasons of its own, mostly good ones
            logger.info("%s %s: the client left before the end", request.method, _shown(request))
            return
        if isinstance(end, StagedEnd):  # on purpose, and reported by whoever staged it
            return
        if end.kind != "complete":
            self.aborted += 1
            logger.warning(
                "%s %s did not end well: %s, %s", request.method, _shown(request), end.kind, escaped(end.reason)
            )
            return
        if receiver.head.status == 200 and receiver.ended_early(route.upstream.dialect):
            logger.warning(
                "%s %s ended cleanly without its terminal event: it may be cut short", request.method, _shown(request)
            )


def _refuse_foreign_key(headers: Headers, provider: Provider) -> None:
    """A key that plainly belongs to another provider is not shown to this one. Own upstreams may take any."""
    if provider not in PROVIDERS:
        return
    for name, value in headers:
        if name.lower() in provider.dialect.credentials:
            key = value[7:].strip() if value[:7].lower() == "bearer " else value.strip()
            for prefix, owner in provider.dialect.foreign_keys:
                if key.startswith(prefix):
                    raise BadRequest(
                        f"the key in {name} looks like one of {owner} ({prefix}...) and was not sent to "
                        f"{provider.name}; check the base URL or the key"
                    )


def _shown(request: web.BaseRequest) -> str:
    """The path for a log line: without its query, which may hold a key, and without control characters."""
    return escaped(request.raw_path.partition("?")[0])
