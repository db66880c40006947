"""The tap of one relay: a receiver before the client's own, which passes everything on and tells what passed.

    upstream ── receive ──> Tap ── receive ──> Client or Normalized
                             └─ then: one look at the clock, and the read is packed

The moments (docs/slow.md): received, body complete, sent, head, each read and each write. On a response head it writes
what it knows by then: `Server-Timing`, and whose stream this is. Nothing else of a response is changed.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Protocol
from urllib.parse import quote

from gateway.errors import Answer
from gateway.headers import CASSETTE_HEADER, SOURCE_HEADER, STREAM_HEADER
from gateway.tap.messages import READ, Began, Ended, Failed, Head, Sent, record
from recorder.clock import Clock
from recorder.interaction import End, Headers, Request, Response
from recorder.upstream import Receiver, Reply

__all__ = ["UNTAPPED", "Outlet", "Tap", "Taps", "Untapped"]

# Of a request's body, what is told: enough to be read by a person.
_MAX_BODY = 1 << 20

_packed = READ.pack

_OWN = frozenset((STREAM_HEADER, SOURCE_HEADER, CASSETTE_HEADER))


class Outlet(Protocol):
    """Where records go: `records` is emptied from time to time, while a tap is open."""

    records: bytearray

    def opened(self, tap: "Tap") -> bool:
        """A stream begins. Whether it may be told."""

    def closed(self, tap: "Tap") -> None:
        """It has been told to its end."""


class Untapped:
    """No tap: what a relay has where nothing is observed."""

    def asks(self, request: Request, cassette: str, *, whole: bool, faults: bool) -> None:
        """Nothing."""

    def around(self, receiver: Receiver) -> Receiver:
        """The receiver itself."""
        return receiver

    def failed(self, answer: Answer) -> Headers:  # noqa: ARG002
        """No headers."""
        return ()

    def left(self) -> None:
        """Nothing."""


UNTAPPED = Untapped()


class Taps:
    """Makes taps. `mode` is the gateway's; `exact`: its replays are meant to keep the recorded times."""

    def __init__(self, outlet: Outlet, clock: Clock, *, mode: str, exact: bool) -> None:
        self.outlet = outlet
        self.clock = clock
        self.mode = mode
        self.exact = exact
        self.numbers = count(1)
        self.stamp = _base36(int(clock.wall().timestamp()))

    def tap(self) -> "Tap":
        """A tap for a request whose head has just come."""
        return Tap(self)


class Tap(Untapped):
    """Tells of one request from `asks` on: until its end, its failure, or its client's leaving.

    It says nothing where the outlet does not want to hear of the stream, and no more than its end once it is cut short.
    `number` is the stream's, from `asks` on.
    """

    def __init__(self, taps: Taps) -> None:
        self._taps = taps
        self._now: Callable[[], int] = taps.clock.now
        self._records = taps.outlet.records
        self._received = self._now()
        self._wall = taps.clock.wall().timestamp()
        self._body_at: int | None = None
        self.number = 0
        self._open = False  # its end is to be told
        self._reads = False  # so is each read
        self._sent: Sent | None = None
        self._headers: Headers = ()

    def asks(self, request: Request, cassette: str, *, whole: bool, faults: bool) -> None:
        """This is what is asked, now. `whole`: all of its body is there."""
        taps = self._taps
        self._body_at = self._now() if whole else None
        self.number = next(taps.numbers)
        self._open = self._reads = taps.outlet.opened(self)
        name = f"{taps.stamp}-{self.number}"
        self._headers = ((STREAM_HEADER, name),)
        if taps.mode != "live":
            self._headers += ((CASSETTE_HEADER, _in_a_header(cassette)),)
        self._tell(
            "began",
            Began(
                id=name,
                started=self._wall,
                at=self._received,
                upstream=request.upstream,
                method=request.method,
                target=request.target,
                headers=request.headers,
                body=request.body[:_MAX_BODY],
                whole=whole and len(request.body) <= _MAX_BODY,
                cassette=None if taps.mode == "live" else cassette,
                mode=taps.mode,
                exact=taps.exact and not faults,
            ),
        )

    def around(self, receiver: Receiver) -> Receiver:
        """What the upstream is given in place of `receiver`."""
        self._inner = receiver
        self._receive = receiver.receive
        return self

    def cut_short(self) -> bool:
        """No more reads are told; gives whether all were until now."""
        whole, self._reads = self._reads, False
        return whole

    # The receiver.

    def sent(self, reply: Reply, at: int) -> None:
        """Note what the request went out on, and what of the time until then was ours."""
        self._inner.sent(reply, at)
        connection = reply.connection
        reused = None if connection is None else connection.reused
        overhead = None
        if self._body_at is not None:
            overhead = at - self._body_at - (0 if connection is None else connection.waited)
        self._sent = Sent(at, reused, overhead)
        self._headers += ((SOURCE_HEADER, "replay" if connection is None else "live"),)
        self._tell("sent", self._sent)

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        """Pass on first; then tell."""
        if head is None and end is None:
            self._receive(None, at, data, None)
            if self._reads:
                records = self._records
                records += _packed(self.number, at, self._now(), len(data))
                records += data
            return
        self._receive(head and self._marked(head, at), at, data, end)
        out = self._now()
        if head is not None:
            self._tell("head", Head(at, head.status, head.headers))
        if data and self._reads:
            self._records += _packed(self.number, at, out, len(data)) + data
        if end is not None:
            self._end("ended", Ended(at, end.kind, end.reason))

    def _marked(self, head: Response, at: int) -> Response:
        """The head with our headers after the upstream's own."""
        own = self._headers
        if self._sent is not None:
            timing = f"upstream;dur={(at - self._sent.at) / 1e6:.3f}"
            if self._sent.overhead is not None:
                timing += f", gateway;dur={self._sent.overhead / 1e6:.3f}"
            own += (("Server-Timing", timing),)
        kept = tuple([pair for pair in head.headers if pair[0].lower() not in _OWN])
        return Response(head.status, kept + own)

    # The proxy.

    def failed(self, answer: Answer) -> Headers:
        """There is no reply, and this is answered instead; gives the headers that say which stream this was."""
        if not self.number:
            return ()
        if self._sent is None and self._taps.mode == "replay":
            self._headers += ((SOURCE_HEADER, "replay"),)
        self._end("failed", Failed(self._now(), answer.status, answer.source, answer.kind, answer.message))
        return self._headers

    def left(self) -> None:
        """The relay is over. If the reply is not, its client has left."""
        self._end("ended", Ended(self._now(), "client_closed", ""))

    def _end(self, kind: str, fields: Ended | Failed) -> None:
        """Told once, if the beginning was."""
        self._tell(kind, fields)
        if self._open:
            self._open = False
            self._taps.outlet.closed(self)

    def _tell(self, kind: str, fields: Began | Sent | Head | Ended | Failed) -> None:
        if self._open:
            self._records += record((self.number, kind, tuple(fields)))


@lru_cache(maxsize=256)
def _in_a_header(name: str) -> str:
    """A cassette's name, percent-encoded: it may have letters that a header cannot."""
    return quote(name)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
