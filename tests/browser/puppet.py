"""A provider whose stream a test plays by hand, piece by piece, and a client that reads it through the gateway.

async with puppet.stream(gateway.url, "m-live") as stream:
    await stream.say("Hel")          # has been sent; the client may not have it yet
    ...
    await stream.say("lo")
                                     # the end of the block ends the stream, and the client has read it all
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

__all__ = [
    "DONE",
    "LAST",
    "NAME",
    "PATH",
    "Puppet",
    "PuppetStream",
    "ask",
    "delta",
    "frame",
    "puppet_beside",
    "request_body",
]

NAME = "puppet"
"""Of the upstream in the gateway; it speaks as OpenAI's chat completions do."""

PATH = "/v1/chat/completions"


LAST = {"index": 0, "delta": {}, "finish_reason": "stop"}
DONE = b"data: [DONE]\n\n"


@dataclass
class PuppetStream:
    """One stream under way. `body` is what the client has read by the end."""

    model: str
    pieces: "asyncio.Queue[bytes | None]" = field(default_factory=asyncio.Queue)
    body: bytes = b""

    async def say(self, text: str, kind: str = "content") -> None:
        """Send a piece of text (`reasoning`: of thinking)."""
        await self.send(frame(self.model, delta(**{kind: text})))

    async def send(self, data: bytes) -> None:
        """Send bytes as they are, in one write of their own."""
        await self.pieces.put(data)
        await self.pieces.join()


def delta(**said: object) -> dict[str, object]:
    """The choice of a frame that says something."""
    return {"index": 0, "delta": said, "finish_reason": None}


def frame(model: str, choice: object) -> bytes:
    """A frame as OpenAI's."""
    value = {"id": "c1", "object": "chat.completion.chunk", "model": model, "choices": [choice]}
    return b"data: " + json.dumps(value).encode() + b"\n\n"


class Puppet:
    """The provider; `url` is where it listens."""

    def __init__(self) -> None:
        self.url = ""
        self._streams: dict[str, PuppetStream] = {}

    @property
    def flags(self) -> list[str]:
        """What a gateway in front of it is started with."""
        return ["--upstream", f"{NAME}={self.url},dialect=openai"]

    @asynccontextmanager
    async def stream(self, gateway: str, model: str) -> AsyncIterator[PuppetStream]:
        """A stream of this model through the gateway at `gateway`, until the end of the block."""
        stream = self._streams[model] = PuppetStream(model)
        reading = asyncio.create_task(ask(gateway, stream))
        try:
            yield stream
            await stream.send(frame(model, LAST) + DONE)
            await stream.pieces.put(None)
            await reading
        finally:
            reading.cancel()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        stream = self._streams[(await request.json())["model"]]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while (piece := await stream.pieces.get()) is not None:
            await response.write(piece)
            stream.pieces.task_done()
        return response


def request_body(model: str) -> bytes:
    """What a client asks."""
    return json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": "Say it."}]}).encode()


async def ask(gateway: str, stream: PuppetStream) -> None:
    """Read a whole stream through the gateway."""
    async with (
        ClientSession() as session,
        session.post(f"{gateway}/{NAME}{PATH}", data=request_body(stream.model)) as answer,
    ):
        assert answer.status == 200, await answer.text()
        async for data in answer.content.iter_any():
            stream.body += data


@asynccontextmanager
async def puppet_beside() -> AsyncIterator[Puppet]:
    """A puppet that listens."""
    puppet = Puppet()
    app = web.Application()
    app.router.add_post(PATH, puppet.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    puppet.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield puppet
    await runner.cleanup()
