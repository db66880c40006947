"""One request of a run and what came back: bytes and times, kept as they came and read when the run is over.

    intended ── client queue ──> started ── connect, write ──> sent ──> head ──> reads ... ──> end      one clock (ns)

A Shot is a Receiver: the own HTTP path pushes into it what each read brought, stamped before anything looked at it. It
becomes an Interaction exactly as a recording does, so a cassette of the run holds just what was measured.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from recorder.interaction import Chunk, End, Fact, Interaction, Request, Response
from recorder.upstream import Reply

__all__ = ["Failure", "Shot"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there was no answer: a word for it, and a sentence."""

    reason: str
    message: str


@dataclass(slots=True)
class Shot:
    """One request under way, or ended. Times are monotonic ns; `intended` is None in a closed loop.

    `yielded`: what an SDK gave its caller, and when; empty on the own HTTP path.
    """

    number: int
    request: Request
    intended: int | None
    started: int
    sent_at: int = 0
    head: Response | None = None
    head_at: int = 0
    reads: list[tuple[int, bytes]] = field(default_factory=list)
    end: End | None = None
    end_at: int = 0
    connection: str | None = None
    failure: Failure | None = None
    yielded: list[tuple[int, object]] = field(default_factory=list)
    ended: "asyncio.Event" = field(default_factory=asyncio.Event)
    reply: Reply | None = None

    def sent(self, reply: Reply, at: int) -> None:
        """The request is on its way, whole."""
        self.reply = reply
        self.sent_at = at
        if reply.connection is not None:
            self.connection = "reused" if reply.connection.reused else "new"

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        """Keep what one read brought."""
        if head is not None:
            self.head, self.head_at = head, at
        if data:
            self.reads.append((at, data))
        if end is not None:
            self.end, self.end_at = end, at
            self.ended.set()

    def fail(self, reason: str, message: str) -> None:
        """There will be no answer."""
        self.failure = Failure(reason, message)
        self.ended.set()

    def abandon(self, at: int) -> None:
        """The run is over before the answer is."""
        if self.ended.is_set():
            return
        if self.reply is not None:
            self.reply.close()
        if self.head is None:
            self.fail("abandoned", "the run was ended before it was answered")
        else:
            self.receive(None, at, b"", End("client_closed", "the run was ended"))

    @property
    def status(self) -> str:
        """By what it is counted: its HTTP status, or a failure's reason."""
        return self.failure.reason if self.failure else str(self.head.status if self.head else "no answer")

    @property
    def queued(self) -> int | None:
        """The client's own queue: from the intended start to the actual one (ns)."""
        return None if self.intended is None else self.started - self.intended

    @property
    def first_byte(self) -> int | None:
        """From sending to the first byte of the body (ns): what can be told without reading the stream."""
        return self.reads[0][0] - self.sent_at if self.reads else None

    def interaction(self, facts: Mapping[str, Fact]) -> Interaction | None:
        """What goes on a cassette, with `facts` beside it; None if there was no answer."""
        if self.head is None or self.end is None:
            return None
        start = self.sent_at
        told = {**facts, **({} if self.connection is None else {"connection": self.connection})}
        return Interaction(
            request=self.request,
            response=self.head,
            head_at=(self.head_at - start) // 1000,
            chunks=tuple([Chunk((at - start) // 1000, data) for at, data in self.reads]),
            end=self.end,
            end_at=(self.end_at - start) // 1000,
            facts=told,
        )
