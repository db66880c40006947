"""Recording: an upstream around another one, which keeps what passes.

    inner ── read ──> forward to the client ──> append (time, bytes)      nothing else happens per chunk
    inner ── end  ──> thread: redact, pack, one write ──> end to the client

The client sees the end of its body only when the interaction is on file. With chunked framing that holds back the end
alone; where the last read is itself the end (Content-Length, or a reply that came in one read), it holds that back.

A recording never hurts the stream: if the disk fails, the stream goes on and the recorder is `degraded`, loudly. A
recording in flight is kept in memory up to `max_interaction` bytes; beyond that it is dropped whole, and said so.

A client may leave early for good reasons (it has seen enough), so the recording reads on without it for a while. What
still ends incomplete is kept with its End, and never replayed as whole.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from recorder.cassette import Cassette
from recorder.clock import Clock
from recorder.errors import CassetteError, CassetteFull, RecordingStopped, Unstorable
from recorder.interaction import Chunk, End, Fact, Interaction, Request, Response
from recorder.upstream import Connection, Receiver, Reply, Upload, Upstream

__all__ = ["Recording", "RecordingLimits"]

logger = logging.getLogger(__name__)


# For the report; all are in the log.
_REFUSALS_KEPT = 100


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """How far a recording goes. `max_interaction` in bytes of both bodies, `read_on_timeout` in seconds."""

    max_interaction: int = 64 << 20
    read_on: bool = True
    read_on_timeout: float = 60.0
    strict: bool = False


class Recording:
    """Asks the inner upstream and puts each interaction on the cassette.

    `degraded` says why recording has stopped, `refused` why single interactions were not stored (a hundred at most).
    """

    needs_body = False

    def __init__(
        self,
        inner: Upstream,
        cassette: Cassette,
        writer: Executor,
        clock: Clock,
        *,
        limits: RecordingLimits | None = None,
        facts: dict[str, Fact] | None = None,
    ) -> None:
        self.degraded: str | None = None
        self.refused: list[str] = []
        self.clock = clock
        self.limits = limits or RecordingLimits()
        self.under_way: set[_Take] = set()
        self._inner = inner
        self._cassette = cassette
        self._writer = writer
        self._facts = facts or {}

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Relay and record. Raises RecordingStopped when degraded and strict, else what the inner upstream raises."""
        if self.degraded is not None:
            if self.limits.strict:
                raise RecordingStopped(f"not sent, because it could not be recorded: {self.degraded}")
            await self._inner.send(request, receiver, upload)
            return
        facts = {**self._facts, "recorded_at": self.clock.wall().isoformat(timespec="milliseconds")}
        await _Take(self, request, receiver, facts).send(self._inner, upload)

    def store(self, take: "_Take") -> "asyncio.Future[None]":
        """Put a finished take on the cassette, in the writer's thread."""
        return asyncio.get_running_loop().run_in_executor(
            self._writer, lambda: self._cassette.record(take.interaction())
        )

    def failed(self, error: BaseException) -> None:
        """A recording could not be stored: what cannot be stored is lost alone, any other failure ends recording."""
        if isinstance(error, CassetteFull | Unstorable):
            logger.error("an interaction was not recorded: %s", error)
            if len(self.refused) < _REFUSALS_KEPT:
                self.refused.append(str(error))
        elif self.degraded is None:
            self.degraded = str(error)
            bug = None if isinstance(error, CassetteError) else error
            logger.error("recording has stopped, streams go on unrecorded: %s", error, exc_info=bug)

    async def settled(self) -> None:
        """Wait until nothing is under way: every recording has ended and is on file."""
        while self.under_way:
            await asyncio.wait([take.on_file for take in self.under_way])

    async def close(self) -> None:
        """End what is still under way as `gateway_closed`; wait until it is on file. The inner upstream is shared."""
        for take in tuple(self.under_way):
            take.cut(End("gateway_closed"))
        await self.settled()


class _Take:
    """One interaction being recorded: the inner upstream's receiver, and the client's reply."""

    def __init__(self, recording: Recording, request: Request, receiver: Receiver, facts: dict[str, Fact]) -> None:
        self.on_file: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._recording = recording
        self._request = request
        self._receiver = receiver
        self._facts = facts
        self._room = recording.limits.max_interaction - len(request.body)
        self._uploaded = bytearray()
        self._sending: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._reply: Reply | None = None
        self._sent_at = 0
        self._head: Response | None = None
        self._head_at = 0
        self._reads: list[tuple[int, bytes]] = []
        self._end: End | None = None
        self._end_at = 0
        recording.under_way.add(self)

    async def send(self, inner: Upstream, upload: Upload | None) -> None:
        """Send through `inner`. If the client leaves before the head, the request itself goes on."""
        copied = None if upload is None else Upload(self._copy(upload.pieces), upload.length)
        self._sending = asyncio.get_running_loop().create_task(inner.send(self._request, self, copied))
        self._sending.add_done_callback(self._forget_if_failed)
        try:
            await asyncio.shield(self._sending)
        except asyncio.CancelledError:
            if upload is None:
                self.close()
            else:  # the rest of the body will never come
                self.cut(End("client_closed"))
            raise

    async def _copy(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            yield piece
            self._room -= len(piece)
            if self._room >= 0:
                self._uploaded += piece

    def _forget_if_failed(self, sending: asyncio.Task[None]) -> None:
        """Nothing more will come: without an end there is nothing to store."""
        if (sending.cancelled() or sending.exception() is not None) and self._end is None:
            self._done()

    # The receiver of the inner upstream.

    def sent(self, reply: Reply, at: int) -> None:
        self._reply = reply
        self._sent_at = at
        if reply.connection is not None:
            self._facts["connection"] = "reused" if reply.connection.reused else "new"
        self._receiver.sent(self, at)

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        if end is not None:
            self._finish(head, at, data, end)
            return
        self._receiver.receive(head, at, data, None)
        self._keep(head, at, data)

    def _keep(self, head: Response | None, at: int, data: bytes) -> None:
        if head is not None:
            self._head = head
            self._head_at = at
        if data:
            self._room -= len(data)
            if self._room >= 0:
                self._reads.append((at, data))
            else:
                self._reads.clear()
                if self._receiver is _NOBODY:  # neither for a client nor for the cassette
                    asyncio.get_running_loop().call_soon(self.cut, End("client_closed"))

    def _finish(self, head: Response | None, at: int, data: bytes, end: End) -> None:
        """Take the last read: the client gets the end of its body only after the interaction is on file."""
        self._keep(head, at, data)
        self._end, self._end_at = end, at
        if self._room < 0:
            self._recording.failed(CassetteFull(self._too_large()))
            self._release(head, at, data, end)
            return
        # With a length, or without any body, the last read is itself the end for the client.
        if data and head is None and self._head is not None and self._head.header("content-length") is None:
            self._receiver.receive(None, at, data, None)
            data = b""
        storing = self._recording.store(self)
        storing.add_done_callback(lambda stored: self._stored(stored.exception(), head, at, data, end))

    def _stored(self, error: BaseException | None, head: Response | None, at: int, data: bytes, end: End) -> None:
        if error is not None:
            self._recording.failed(error)
        self._release(head, at, data, end)

    def _release(self, head: Response | None, at: int, data: bytes, end: End) -> None:
        self._receiver.receive(head, at, data, end)
        self._done()

    def _done(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._recording.under_way.discard(self)
        if not self.on_file.done():
            self.on_file.set_result(None)

    def _too_large(self) -> str:
        limit = self._recording.limits.max_interaction
        return (
            f"{self._request.method} {self._request.path} has bodies over the limit of {limit:,} bytes; "
            "raise max_interaction to record it"
        )

    def interaction(self) -> Interaction:
        """What was kept, as it goes on the cassette. Called once, after the end, in the writer's thread."""
        assert self._head is not None and self._end is not None  # noqa: PT018, S101 - _finish saw both
        start = self._sent_at
        request = self._request
        if self._uploaded:
            request = replace(request, body=bytes(self._uploaded))
        return Interaction(
            request=request,
            response=self._head,
            head_at=(self._head_at - start) // 1000,
            chunks=tuple([Chunk((at - start) // 1000, data) for at, data in self._reads]),
            end=self._end,
            end_at=(self._end_at - start) // 1000,
            facts=self._facts,
        )

    # The client's reply.

    @property
    def connection(self) -> Connection | None:
        return None if self._reply is None else self._reply.connection

    def pause(self) -> None:
        if self._reply is not None:
            self._reply.pause()

    def resume(self) -> None:
        if self._reply is not None:
            self._reply.resume()

    def close(self) -> None:
        """The client has left: read on for a while, or end the recording here."""
        if self._receiver is _NOBODY:
            return
        self._receiver = _NOBODY
        if self._end is not None:
            return
        limits = self._recording.limits
        if not limits.read_on or self._room < 0:
            self.cut(End("client_closed"))
            return
        self._facts["client_left"] = True
        self.resume()
        self._patience = asyncio.get_running_loop().call_later(
            limits.read_on_timeout, self.cut, End("client_closed", f"read on for {limits.read_on_timeout:g} s")
        )

    def cut(self, end: End) -> None:
        """End the recording here, as `end` says."""
        if self._end is not None:
            return
        if self._reply is not None:
            self._reply.close()
        if self._head is not None:
            self._finish(None, self._recording.clock.now(), b"", end)
            return
        self._end = end
        if self._sending is not None:
            self._sending.cancel()
        self._done()


class _Nobody:
    """The receiver of a reply whose client has left."""

    def sent(self, reply: Reply, at: int) -> None: ...

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None: ...


_NOBODY = _Nobody()
