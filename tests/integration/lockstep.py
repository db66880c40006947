"""An upstream and a client in lock-step: each piece is sent only when the client has the one before it.

    upstream ── piece ──> gateway ──> client ── "I have so many bytes" ──> upstream ── next piece ──> ...

So whoever holds a byte back stops the stream, and no two pieces can be read as one: what the upstream cut is what the
cassette must hold. Both ends live in the test's own process; no time-out has to be guessed but that of the failure.
"""

import asyncio
from itertools import pairwise
from random import Random

from tests.integration.gateways import Answered, RawClient
from tests.integration.upstreams import SSE, Visit, chunk

__all__ = ["Steps", "chunks_of", "cut", "lockstep"]

# Far beyond what any piece takes; reached only when somebody holds bytes back.
_HELD_BACK = 3.0
# Loopback delivers this much whole.
_ONE_READ = 16_000


class Steps:
    """One response in pieces, and how much of its body a client has so far (None: not even the head)."""

    def __init__(self, pieces: tuple[bytes, ...], head: bytes = SSE, *, chunked: bool = True) -> None:
        self.pieces = pieces
        self.head = head
        self.chunked = chunked
        self._received: int | None = None
        self._news = asyncio.Event()

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    def received(self, size: int) -> None:
        """The client has the head and `size` bytes of the body."""
        self._received = size
        self._news.set()

    async def _until(self, size: int) -> None:
        while self._received is None or self._received < size:
            self._news.clear()
            async with asyncio.timeout(_HELD_BACK):
                await self._news.wait()

    async def play(self, visit: Visit) -> None:
        """Be the upstream of this response, after its request."""
        await visit.send(self.head)
        sent = 0
        for piece in self.pieces:
            await self._until(sent)
            await visit.send(chunk(piece) if self.chunked else piece)
            sent += len(piece)
        if self.chunked:
            await self._until(sent)
            await visit.send(chunk(b""))


async def lockstep(client: RawClient, request: bytes, steps: Steps | None = None) -> Answered:
    """Send a request and read its answer, telling `steps` about every byte."""
    answered = Answered()
    async with asyncio.timeout(20):
        await client.send(request)
        while not answered.whole:
            data = await client.receive()
            if not data:
                answered.ended = "FIN"
                return answered
            answered.raw += data
            if steps is not None and b"\r\n\r\n" in answered.raw:
                steps.received(len(answered.body))
    answered.ended = "clean"
    return answered


def chunks_of(answered: Answered) -> list[bytes]:
    """The HTTP chunks of a whole chunked response, as they were framed."""
    assert answered.header("transfer-encoding") == "chunked"
    rest, chunks = answered.raw.partition(b"\r\n\r\n")[2], []
    while True:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line, 16)
        if size == 0:
            return chunks
        chunks.append(rest[:size])
        rest = rest[size + 2 :]


def cut(body: bytes, random: Random, most: int = 8) -> tuple[bytes, ...]:
    """Cut a body at up to `most` places anywhere, and where a piece would not go through a socket in one read."""
    places = {0, len(body), *range(0, len(body), _ONE_READ)}
    places |= {random.randrange(len(body)) for _ in range(random.randrange(most + 1)) if body}
    return tuple(body[start:end] for start, end in pairwise(sorted(places)))
