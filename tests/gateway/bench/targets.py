"""Time that is a thing of the test, a client that answers by a plan, and shots as they are when a run is over."""

import asyncio
import heapq
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

from gateway.bench.shot import Shot
from recorder.interaction import COMPLETE, Request, Response
from recorder.upstream import Connection

__all__ = ["MS", "REQUEST", "PlannedClient", "VirtualClock", "answered", "stream"]

MS = 1_000_000
REQUEST = Request("acme", "POST", "/v1/chat/completions", (("content-type", "application/json"),), b'{"stream": true}')
HEAD = Response(200, (("content-type", "text/event-stream"),))


class VirtualClock:
    """Moves to the next deadline when every task waits for one: sleeps take no time, and keep their order."""

    def __init__(self):
        self.time = 0
        self._sleepers = []
        self._numbers = count()

    def now(self):
        return self.time

    def wall(self):
        return datetime.fromtimestamp(self.time / 1e9, UTC)

    async def sleep_until(self, at):
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (at, next(self._numbers), waking))
        await waking

    async def _move(self):
        while True:
            for _ in range(12):
                await asyncio.sleep(0)
            if self._sleepers:
                at, _, waking = heapq.heappop(self._sleepers)
                self.time = max(self.time, at)
                if not waking.done():
                    waking.set_result(None)

    @asynccontextmanager
    async def moving(self):
        task = asyncio.create_task(self._move())
        try:
            yield self
        finally:
            task.cancel()


class Reply:
    connection = Connection(reused=True, waited=0)

    def __init__(self):
        self.closed = False

    def close(self):
        self.closed = True


class PlannedClient:
    """Answers after `delay` ms; `status` of a number may be given. `asked` are the shots, in their order."""

    def __init__(self, clock, delay=10, statuses=None):
        self.clock = clock
        self.delay = delay
        self.statuses = statuses or {}
        self.asked = []
        self.most = self.under_way = 0
        self.closed = False

    def check(self, questions):
        pass

    async def ask(self, shot):
        self.asked.append(shot)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        shot.sent(Reply(), self.clock.now())
        try:
            await self.clock.sleep_until(self.clock.now() + self.delay * MS)
            status = self.statuses.get(len(self.asked), 200)
            shot.receive(Response(status), self.clock.now(), b"x", COMPLETE)
        finally:
            self.under_way -= 1

    async def close(self):
        self.closed = True


def stream(*texts, usage=None):
    """The frames of a chat stream, one for each text, then the reason, the usage and the end."""
    frames = [f'data: {{"choices":[{{"index":0,"delta":{{"content":"{text}"}}}}]}}\n\n' for text in texts]
    frames.append('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')
    if usage is not None:
        frames.append(f'data: {{"choices":[],"usage":{{"prompt_tokens":3,"completion_tokens":{usage}}}}}\n\n')
    return [frame.encode() for frame in [*frames, "data: [DONE]\n\n"]]


def answered(number=0, *, intended=0, started=0, sent=0, ttft=100, gap=10, texts=("a", "b", "c"), status=200, usage=3):
    """A shot that has ended: times in ms, on one clock; frames come `gap` apart from `ttft` on."""
    shot = Shot(number, REQUEST, None if intended is None else intended * MS, started * MS)
    shot.sent(Reply(), sent * MS)
    at = (sent + ttft) * MS
    shot.receive(Response(status, HEAD.headers), at, b"", None)
    for frame in stream(*texts, usage=usage):
        shot.receive(None, at, frame, None)
        at += gap * MS
    shot.receive(None, at, b"", COMPLETE)
    return shot
