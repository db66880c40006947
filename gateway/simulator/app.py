"""The simulated provider as an aiohttp application: all APIs on one port, on their native paths.

    request ── route ──> Api ── answer (pure) ──> Answer ── frame by frame, at absolute deadlines ──> client

The only state is how often a fault with `times` has been met, and when the last answers' frames really left, for
whoever checks a measurement. No key is asked for, nothing is compressed.
"""

import asyncio
import socket
import struct
from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.simulator import anthropic, gemini
from gateway.simulator.answer import Answer, Asked, answer, plain, refusal, understood
from gateway.simulator.anthropic import ANTHROPIC
from gateway.simulator.api import Api
from gateway.simulator.faults import Fault, instructed
from gateway.simulator.gemini import GEMINI_ARRAY, GEMINI_EVENTS, GEMINI_WHOLE
from gateway.simulator.ollama import OLLAMA_CHAT, OLLAMA_GENERATE
from gateway.simulator.openai_chat import OPENAI_CHAT
from gateway.simulator.openai_responses import OPENAI_RESPONSES
from gateway.simulator.prompt import Json
from gateway.simulator.script import born, digest, write
from gateway.simulator.simulation import Simulation
from recorder.clock import Clock, SystemClock

__all__ = ["simulator_app", "simulator_runner"]

# As large as the largest body that a provider takes (images and documents in base64), with room.
_LARGEST_BODY = 64 * 1024 * 1024
# Streams under way may finish this long after a stop, in seconds; stalled ones are released at once.
_SHUTDOWN = 2.0
# A plan costs a millisecond; a load test asks the same few things again and again, many at once.
_REMEMBERED = 16
# SO_LINGER on, zero seconds: closing sends a reset instead of an orderly end.
_RESET = struct.pack("ii", 1, 0)

_POSTS: Mapping[str, Api] = {
    "/v1/messages": ANTHROPIC,
    "/v1/chat/completions": OPENAI_CHAT,
    "/v1/responses": OPENAI_RESPONSES,
    "/api/chat": OLLAMA_CHAT,
    "/api/generate": OLLAMA_GENERATE,
}
_GEMINI = "/{version:v1|v1beta}/models/{model:[^:/]+}:{method}"
_MODELS = ("/v1/models", "/v1beta/models")

# Answers whose times are kept: those of a long run, in a few megabytes.
_KEPT_TIMES = 1_000

Counted = Callable[[int], Json]


def simulator_app(simulation: Simulation, clock: Clock | None = None) -> web.Application:
    """The application. Serve it with handler cancellation (`simulator_runner` does), or a stall outlives its client."""
    desk = _Desk(simulation, clock or SystemClock())
    app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[desk.refuse])
    for path, api in _POSTS.items():
        app.router.add_post(path, partial(desk.answer, api))
    app.router.add_post("/v1/messages/count_tokens", partial(desk.count, ANTHROPIC, anthropic.counted))
    app.router.add_post(_GEMINI, desk.gemini)
    for path in _MODELS:
        app.router.add_get(path, desk.models)
        app.router.add_get(path + "/{model}", desk.models)
    app.router.add_get("/api/tags", desk.models)
    app.router.add_get("/api/version", desk.version)
    app.router.add_get("/simulator/sent", desk.sent)
    app.on_shutdown.append(desk.close)
    return app


def simulator_runner(simulation: Simulation, clock: Clock | None = None) -> web.AppRunner:
    """The application in a runner that ends a handler when its client leaves, logs nothing and stops soon."""
    app = simulator_app(simulation, clock)
    return web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=_SHUTDOWN)


class _Desk:
    """Where requests arrive."""

    def __init__(self, simulation: Simulation, clock: Clock) -> None:
        self._simulation = simulation
        self._clock = clock
        self._met: Counter[str] = Counter()
        self._sent: deque[Json] = deque(maxlen=_KEPT_TIMES)
        self._planned = lru_cache(_REMEMBERED)(answer)
        self._closing = asyncio.Event()

    async def answer(self, api: Api, request: web.Request) -> web.StreamResponse:
        """Answer what a model is asked."""
        raw = await request.read()
        arrived = self._clock.now()
        try:
            body = understood(raw, api.needs)
            model = request.match_info.get("model") or str(body.get("model"))
            simulation, fault = instructed(model, request.headers.get("x-simulate", ""), self._simulation)
        except ValueError as wrong:
            return await self._send(request, self._refusal(api, 400, str(wrong), raw), arrived)
        fingerprint = digest(str(simulation.seed).encode(), request.path.encode(), raw)
        fault = self._due(fault, fingerprint)
        return await self._send(
            request, self._planned(Asked(api, body, model, simulation, fault, fingerprint)), arrived
        )

    async def gemini(self, request: web.Request) -> web.StreamResponse:
        """Choose by the method that follows the model's name."""
        method = request.match_info["method"]
        if method == "countTokens":
            return await self.count(GEMINI_WHOLE, gemini.counted, request)
        if method == "generateContent":
            return await self.answer(GEMINI_WHOLE, request)
        if method != "streamGenerateContent":
            raise web.HTTPNotFound
        return await self.answer(GEMINI_EVENTS if request.query.get("alt") == "sse" else GEMINI_ARRAY, request)

    async def count(self, api: Api, counted: Counted, request: web.Request) -> web.StreamResponse:
        """Count the tokens of a request as the answer to it would."""
        raw = await request.read()
        try:
            body = understood(raw, tuple(name for name in api.needs if name != "max_tokens"))
        except ValueError as wrong:
            return await self._send(request, self._refusal(api, 400, str(wrong), raw), 0)
        script = write(api.read(body), "", self._simulation, digest(raw))
        return await self._plain(request, api, counted(script.input_tokens))

    async def models(self, request: web.Request) -> web.StreamResponse:
        """List the models, or say something of one; any name will do."""
        api = _owner(request)
        created = born(self._simulation.seed)
        name = request.match_info.get("model")
        cards = [api.card(each, created) for each in ((name,) if name else api.models)]
        return await self._plain(request, api, cards[0] if name else api.listing(cards))

    async def version(self, request: web.Request) -> web.StreamResponse:
        """Say Ollama's version, which clients ask for to see whether it is there."""
        return await self._plain(request, OLLAMA_CHAT, {"version": "0.30.0"})

    async def sent(self, _request: web.Request) -> web.StreamResponse:
        """Tell when the frames of the last answers left, in fact: what a measurement can be checked against."""
        return web.json_response({"answers": list(self._sent)})

    @web.middleware
    async def refuse(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Give aiohttp's own refusals (404, 405, 413) the provider's shape."""
        try:
            return await handler(request)
        except web.HTTPException as refused:
            message = f"{refused.reason}: {request.method} {request.path}"
            fingerprint = digest(request.path.encode())
            api, seed = _owner(request), self._simulation.seed
            refusing = refusal(api, refused.status, seed, fingerprint, message=message)
            return await self._send(request, refusing, self._clock.now())

    async def close(self, _app: web.Application) -> None:
        """Release the stalled streams: the server stops."""
        self._closing.set()

    def _due(self, fault: Fault | None, fingerprint: str) -> Fault | None:
        """The fault, unless this request has met it as often as it wanted to."""
        if fault is None or not fault.times:
            return fault
        self._met[fingerprint] += 1
        return fault if self._met[fingerprint] <= fault.times else None

    def _refusal(self, api: Api, status: int, message: str, raw: bytes) -> Answer:
        return refusal(api, status, self._simulation.seed, digest(raw), message=message)

    async def _plain(self, request: web.Request, api: Api, value: Json) -> web.StreamResponse:
        fingerprint = digest(request.path.encode())
        return await self._send(request, plain(api, value, self._simulation.seed, fingerprint), self._clock.now())

    async def _send(self, request: web.Request, planned: Answer, arrived: int) -> web.StreamResponse:
        """Let it leave on time. The head goes with the first frame, as real ones do; each frame is one write."""
        response = web.StreamResponse(status=planned.head.status, headers=planned.head.headers)
        sleep_until, now = self._clock.sleep_until, self._clock.now
        left: list[int] = []
        self._sent.append({"path": request.path, "arrived": arrived, "opening": planned.opening, "left": left})
        try:
            await sleep_until(arrived + planned.offsets[0])
            await response.prepare(request)
            for offset, frame in zip(planned.offsets, planned.frames, strict=False):
                await sleep_until(arrived + offset)
                left.append(now())
                await response.write(frame)
        except ConnectionResetError:
            return response  # the client has left: there is nobody to tell
        if planned.ending == "silence":
            await self._closing.wait()
        if planned.ending != "end" and request.transport is not None:
            _drop(request.transport, reset=planned.ending != "close")
        return response


def _drop(transport: asyncio.Transport, *, reset: bool) -> None:
    """End the connection in the middle of a body: by a reset, or by an orderly close that comes too early."""
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.close()


def _owner(request: web.Request) -> Api:
    """Whose error shape and whose models: by path, and where two share it by the headers that only one sends."""
    path, headers = request.path, request.headers
    if path.startswith("/api/"):
        return OLLAMA_CHAT
    if path.startswith("/v1/messages") or "anthropic-version" in headers:
        return ANTHROPIC
    if path.startswith("/v1beta/") or ":" in path or "x-goog-api-key" in headers or "key" in request.query:
        return GEMINI_WHOLE
    return OPENAI_CHAT
