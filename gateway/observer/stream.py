"""One stream as it passes: its bytes while they are kept, and its numbers.

    began ──> sent ──> head ──> chunk* ──> ended        as a recording of it would have them, to the microsecond
         └─────────────────────────────────> failed     no response: the gateway has answered in its place

The times are counted as `recorder.recording` counts them, and the same Reader and Meter read them: so the numbers of a
live stream are those of its recording.
"""

from array import array
from dataclasses import replace
from typing import Any, Literal

from gateway.dialects.apis import operation_of
from gateway.events import ErrorSource, Event, StreamEnd, StreamError, StreamStart
from gateway.metrics import Measurement, Meter, Source
from gateway.observer.finished import FinishedStream
from gateway.observer.ticks import Ticks
from gateway.reader import Reader, read
from gateway.tap.messages import Began, Ended, Failed, Head, Sent
from recorder.interaction import Chunk, End, EndKind, Interaction, Request, Response

__all__ = ["State", "Stream"]

State = Literal["running", "ok", "error", "incomplete", "aborted"]

# What one stream may take of the observer's memory with its bytes, and of its time with its reads: the numbers of what
# is beyond are not those of all of it, and it says so.
_MAX_KEPT = 8 << 20
_MAX_READS = 200_000
# What a read takes besides its bytes: times, a tick, a token's time.
_READ = 400

_END_KINDS: dict[str, EndKind] = {
    kind: kind for kind in ("complete", "upstream_error", "client_closed", "gateway_closed")
}
_TRACE = ("traceparent", "tracestate")
_SOURCES: dict[str, ErrorSource] = {kind: kind for kind in ("provider", "upstream", "gateway")}


class Stream:
    """A stream under way, or ended. `target` is its request's without secrets; `kept` are bytes of bodies in memory.

    `broken`: not all of it was told; its numbers say nothing. `truncated`: not all of its bytes are kept.
    """

    def __init__(self, began: Began, target: str) -> None:
        self.began = began
        self.target = target
        self.request = Request(began.upstream, began.method, began.target, began.headers, began.body)
        self.kept = len(began.body)
        self.truncated = not began.whole
        self.broken = False
        self.source: Source = "replay" if began.mode == "replay" else "live"
        self.started = began.started
        self.overhead_request: int | None = None
        self.overheads = array("q")
        self.ticks = Ticks()
        self.chunk_count = 0
        self.size = 0
        self.sent_at: int | None = None
        self.response: Response | None = None
        self.head_at = 0
        self.chunks: list[Chunk] = []
        self.end: End | None = None
        self.end_at = 0
        self.asked_model: str | None = None
        self.failure: Failed | None = None
        self.shown: dict[str, Any] | None = None  # its summary, once that is final
        self._keeps = True
        self._reader: Reader | None = Reader(self.request)
        self._reused: bool | None = None
        self._meter: Meter | None = None
        self._final: Measurement | None = None

    @property
    def id(self) -> str:
        """Its name, as in the response's headers."""
        return self.began.id

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.end is not None or self.failure is not None

    # What is told of it.

    def sent(self, sent: Sent) -> None:
        """The request is out."""
        self.sent_at = sent.at
        self.started = self.began.started + (sent.at - self.began.at) / 1e9
        self.source = "replay" if sent.reused is None else "live"
        self._reused = sent.reused
        self.overhead_request = None if sent.overhead is None else sent.overhead // 1000

    def head(self, head: Head) -> None:
        """The response head is in."""
        self.response = Response(head.status, head.headers)
        self.head_at = self._offset(head.at)
        new_connection = None if self._reused is None else not self._reused
        self._meter = Meter(replayed=self.source == "replay", new_connection=new_connection)
        if self._reader is not None:
            self._feed(self._reader.head(self.response, self.head_at))

    def chunk(self, at: int, out: int, data: bytes) -> None:
        """One read, and when its write had returned."""
        self.chunk_count += 1
        self.size += len(data)
        offset = self._offset(at)
        if self.chunk_count > _MAX_READS:
            self.broken = self.truncated = True
            return
        self.overheads.append((out - at) // 1000)
        if self.kept + len(data) > _MAX_KEPT:
            self._keeps, self.truncated = False, True
        elif self._keeps:
            self.kept += len(data) + _READ
            self.chunks.append(Chunk(offset, data))
        if self._reader is not None and not self.broken:
            self._feed(self._reader.feed(data, offset))

    def ended(self, ended: Ended) -> None:
        """No more will come."""
        self.end = End(_END_KINDS.get(ended.kind, "upstream_error"), ended.reason)
        self.end_at = self._offset(ended.at)
        if self._reader is not None and self.response is not None and not self.broken:
            self._feed(self._reader.close(self.end, self.end_at))
        self._close()

    def failed(self, failed: Failed) -> None:
        """There was no response."""
        self.failure = failed
        self.end_at = self._offset(failed.at)
        self._meter = Meter(replayed=self.source == "replay")
        self._feed(self._failure_events(failed))
        self._close()

    def lost(self) -> None:
        """Something was not told: what is known by now is not enough for any number."""
        self.broken = self.truncated = True

    def forget(self) -> None:
        """Keep only the numbers."""
        self.chunks.clear()
        self.ticks.made.clear()
        if self.shown is not None:
            self._final, self.overheads = None, array("q")
        self.request = Request(self.began.upstream, self.began.method, self.target)
        self.began = self.began._replace(headers=(), body=b"", target=self.target)
        self.kept = 0
        self._keeps, self.truncated = False, True

    def _offset(self, at: int) -> int:
        """µs since the request had been sent; before that, since it came."""
        return (at - (self.began.at if self.sent_at is None else self.sent_at)) // 1000

    def _feed(self, events: list[Event]) -> None:
        if events and isinstance(events[0], StreamStart):
            self.asked_model = events[0].model
        self.ticks.feed(events)
        if self._meter is not None:
            for event in events:
                self._meter.feed(event)

    def _close(self) -> None:
        self._final = self.measurement()
        if self.response is None and self.failure is None:  # the client did not wait for one
            provider = self.began.upstream
            self._final = replace(self._final, provider=provider, status="aborted", duration=self.end_at)
        self._reader = self._meter = None

    def _failure_events(self, failed: Failed) -> list[Event]:
        """What the reader would say if the gateway's answer were a provider's, but for whose it is."""
        ms = self.end_at / 1000
        events = Reader(self.request).head(Response(failed.status), self.end_at)
        source = _SOURCES.get(failed.source, "gateway")
        return [
            *events,
            StreamError(seq=1, t=ms, source=source, kind=failed.kind, message=failed.message, status=failed.status),
            StreamEnd(seq=2, t=ms, outcome="error", frames=0, bytes=0, duration=ms),
        ]

    # What is known of it.

    @property
    def state(self) -> State:
        """How it ended, or that it has not."""
        if not self.over:
            return "running"
        if self.broken:
            return "incomplete"
        if self.response is None and self.failure is None:
            return "aborted"
        return self.measurement().status

    def measurement(self) -> Measurement:
        """Its numbers, or those of so far."""
        if self._final is not None:
            return self._final
        meter = self._meter or Meter(replayed=self.source == "replay")
        return meter.measurement()

    def keeps_time(self) -> bool:
        """Whether what is between a read and its write says something of the gateway."""
        return self.source == "live" or self.began.exact

    def interaction(self) -> Interaction:
        """What a cassette would hold of it by now, before redaction. Of one that still runs, the end is made up."""
        return Interaction(
            request=self.request,
            response=self.response or Response(self.failure.status if self.failure else 0),
            head_at=self.head_at,
            chunks=tuple(self.chunks),
            end=self.end or End("client_closed"),
            end_at=self.end_at if self.over else self.chunks[-1].at if self.chunks else self.head_at,
        )

    def events_of(self, interaction: Interaction) -> list[Event]:
        """The events of `interaction`, which is this one after redaction; without an end while there is none."""
        if self.failure is not None:
            return self._failure_events(self.failure)
        if self.response is None:
            return []
        events = list(read(interaction, raw=True))
        return events if self.over else [event for event in events if not isinstance(event, StreamEnd)]

    def finished(self, server: tuple[str, int]) -> FinishedStream:
        """It as whoever counts streams is given it."""
        began = self.began
        return FinishedStream(
            id=self.id,
            measurement=self.measurement(),
            source=self.source,
            cassette=began.cassette,
            mode=began.mode,
            method=began.method,
            target=self.target,
            operation=operation_of(self.request.path),
            server_address=server[0],
            server_port=server[1],
            started=self.started,
            failed=self.failure is not None,
            asked_model=self.asked_model,
            trace=tuple([(name.lower(), value) for name, value in began.headers if name.lower() in _TRACE]),
            overhead_request=self.overhead_request,
            overhead_chunks=tuple(self.overheads) if self.keeps_time() else (),
        )
