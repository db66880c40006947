"""One stream in numbers, folded from its events.

    events ── Meter.feed ──> Meter.measurement() ──> Measurement

Times are whole microseconds since the request had been sent. A token-bearing frame is an upstream frame with at least one
non-empty delta of text, thinking, refusal or tool arguments: not a role, a ping, a usage report or `[DONE]`. It is visible
if one of these is no thinking. Several deltas of one frame are one point in time. Tokens are only those that the
provider's usage counts; what it does not say is None.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

from gateway.events import (
    BlockDelta,
    BlockStart,
    Event,
    MessageStart,
    Outcome,
    Ping,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
)

__all__ = ["Measurement", "Meter", "Status", "measure"]

Status = Literal["ok", "error", "incomplete", "aborted"]

_STATUSES: dict[Outcome, Status] = {
    "complete": "ok",
    "error": "error",
    "truncated": "incomplete",
    "timeout": "incomplete",
    "client_closed": "aborted",
}

_TOKEN_DELTAS = frozenset({"text", "json", "json_patch"})

# A gap is a stall above both: a second, and ten times what is usual in this stream.
_STALL_US = 1_000_000
_STALL_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The numbers of one stream. Times in µs since the request had been sent; docs/ttft.md defines each.

    `token_at` are the times of the token-bearing frames. `tokens_out` includes reasoning, `tokens_in` cached tokens.
    """

    provider: str
    api: str
    model: str | None
    status: Status
    http_status: int
    error: str | None = None
    streamed: bool = True
    replayed: bool = False
    new_connection: bool | None = None
    ttfb: int
    ttfc: int | None = None
    ttfo: int | None = None
    token_at: tuple[int, ...] = ()
    duration: int
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_reasoning: int | None = None
    tokens_cached: int | None = None
    frames: int = 0
    size: int = 0

    @property
    def ttft(self) -> int | None:
        """Time to first token: to the first token-bearing frame, visible or not (µs)."""
        return self.token_at[0] if self.token_at else None

    @property
    def e2e(self) -> int | None:
        """To the last token-bearing frame (µs)."""
        return self.token_at[-1] if self.token_at else None

    @property
    def icl(self) -> tuple[int, ...]:
        """Inter-chunk latencies: the gaps between token-bearing frames (µs)."""
        return tuple(later - earlier for earlier, later in zip(self.token_at, self.token_at[1:], strict=False))

    @property
    def itl(self) -> float | None:
        """Inter-token latency (µs): first to last token over the tokens after the first, by the provider's count."""
        if len(self.token_at) < 1 or self.tokens_out is None or self.tokens_out < 2:
            return None
        return (self.token_at[-1] - self.token_at[0]) / (self.tokens_out - 1)

    @property
    def tps_user(self) -> float | None:
        """Output tokens per second after the first: 1 / itl."""
        itl = self.itl
        return 1_000_000 / itl if itl else None

    @property
    def stall_max(self) -> int | None:
        """The longest gap between token-bearing frames (µs)."""
        return max(self.icl, default=None)

    @property
    def stalls(self) -> int:
        """How many gaps are over a second and over ten times the stream's median gap."""
        gaps = self.icl
        return sum(gap > max(_STALL_US, _STALL_TIMES * median(gaps)) for gap in gaps)


class Meter:
    """Counts while the events of one stream come; `measurement()` may be asked for at any time, also before the end."""

    def __init__(self, *, streamed: bool = True, replayed: bool = False, new_connection: bool | None = None) -> None:
        self._streamed = streamed
        self._replayed = replayed
        self._new_connection = new_connection
        self._start: StreamStart | None = None
        self._model: str | None = None
        self._first: int | None = None
        self._visible: int | None = None
        self._token_at: list[int] = []
        self._token_src: int | None = None
        self._thinking: set[int] = set()
        self._usage: Usage | None = None
        self._error: str | None = None
        self._end: StreamEnd | None = None
        self._last = 0

    def feed(self, event: Event) -> None:
        """Take the next event."""
        at = self._last = round(event.t * 1000)
        if isinstance(event, StreamStart):
            self._start = event
            return
        if self._first is None and event.src is not None and not isinstance(event, Ping):
            self._first = at
        match event:
            case BlockDelta(kind=kind, payload=payload) if kind in _TOKEN_DELTAS and payload:
                self._token(event, at)
            case BlockStart(kind="thinking", index=index):
                self._thinking.add(index)
            case MessageStart(model=str(model)) if self._model is None:
                self._model = model
            case Usage():
                self._usage = event
            case StreamError(kind=kind):
                self._error = kind
            case StreamEnd():
                self._end = event

    def _token(self, event: BlockDelta, at: int) -> None:
        if self._visible is None and event.index not in self._thinking:
            self._visible = at
        if event.src is None or event.src != self._token_src:
            self._token_at.append(at)
            self._token_src = event.src

    def measurement(self) -> Measurement:
        """The numbers so far. Before the first event, that of a stream of nobody."""
        start, usage, end = self._start, self._usage, self._end
        return Measurement(
            provider=start.provider if start else "",
            api=start.api if start else "",
            model=self._model or (start.model if start else None),
            status=_STATUSES[end.outcome] if end else "incomplete",
            http_status=start.status if start else 0,
            error=self._error,
            streamed=self._streamed,
            replayed=self._replayed,
            new_connection=self._new_connection,
            ttfb=round(start.t * 1000) if start else 0,
            ttfc=self._first,
            ttfo=self._visible,
            token_at=tuple(self._token_at),
            duration=self._last,
            tokens_in=usage.input if usage else None,
            tokens_out=usage.output if usage else None,
            tokens_reasoning=usage.reasoning if usage else None,
            tokens_cached=usage.cache_read if usage else None,
            frames=end.frames if end else 0,
            size=end.bytes if end else 0,
        )


def measure(
    events: Iterable[Event], *, streamed: bool = True, replayed: bool = False, new_connection: bool | None = None
) -> Measurement:
    """The numbers of one stream, from all of its events."""
    meter = Meter(streamed=streamed, replayed=replayed, new_connection=new_connection)
    for event in events:
        meter.feed(event)
    return meter.measurement()
