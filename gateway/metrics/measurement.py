"""One stream in numbers, folded from its events.

    events ── Meter.feed ──> Meter.measurement() ──> Measurement

Times are whole microseconds since the request had been sent. A token-bearing frame is an upstream frame with at least
one delta that bears tokens (`events.bears_tokens`): several deltas of one frame are one point in time, several frames
of one read are several points at the same time. It is visible if one of these deltas is no thinking.

What was not measured is None: no token of a document, no tokens that the provider's usage does not count, no time per
token of a stream that is not whole. docs/ttft.md defines each number.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from gateway.events import (
    BlockDelta,
    BlockKind,
    BlockStart,
    Event,
    MessageStart,
    Outcome,
    Ping,
    Provider,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
    bears_tokens,
)

__all__ = ["Measurement", "Meter", "Source", "Status"]

Source = Literal["live", "replay"]
"""Whether a provider answered, or a cassette."""

Status = Literal["ok", "error", "incomplete", "aborted"]

_STATUSES: dict[Outcome, Status] = {
    "complete": "ok",
    "error": "error",
    "truncated": "incomplete",
    "timeout": "incomplete",
    "client_closed": "aborted",
}

# A gap is a stall above both: a second, and ten times what is usual in this stream.
_STALL_US = 1_000_000
_STALL_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The numbers of one stream, or of one that still runs. Times in µs since the request had been sent.

    `token_at` are the times of the token-bearing frames. `tokens_out` includes reasoning, `tokens_in` cached ones; the
    former is None where the last count is older than the last token. `thinking` says whether any of the thinking was in
    the stream. `choices` are the messages that the answer has.
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
    thinking: bool = False
    choices: int = 0
    frames: int = 0
    size: int = 0

    @property
    def source(self) -> Source:
        """Who answered."""
        return "replay" if self.replayed else "live"

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
        return tuple([later - earlier for earlier, later in pairwise(self.token_at)])

    @property
    def tokens_streamed(self) -> int | None:
        """The output tokens that came in frames: all but reasoning of which the stream showed nothing."""
        if self.tokens_out is None or self.thinking:
            return self.tokens_out
        return self.tokens_out - (self.tokens_reasoning or 0)

    @property
    def itl(self) -> float | None:
        """Inter-token latency (µs): from first to last token, over the tokens after the first, by the provider's count.

        None where that says nothing: the count is final only in a whole stream, is of all choices together, and must
        be of two tokens at least that did not come at one time.
        """
        tokens = self.tokens_streamed
        if self.status != "ok" or self.choices > 1 or tokens is None or tokens < 2 or not self.token_at:
            return None
        return (self.token_at[-1] - self.token_at[0]) / (tokens - 1) or None

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
        long = [gap for gap in gaps if gap > _STALL_US]
        if not long:
            return 0
        usual = _STALL_TIMES * median(gaps)
        return sum(gap > usual for gap in long)


class Meter:
    """Counts while the events of one stream come; `measurement()` may be asked for at any time, also before the end."""

    def __init__(self, *, replayed: bool = False, new_connection: bool | None = None) -> None:
        self._replayed = replayed
        self._new_connection = new_connection
        self._start: StreamStart | None = None
        self._last: Event | None = None
        self._model: str | None = None
        self._choices = 0
        self._first: int | None = None
        self._unsaid: int | None = None
        self._blocks: dict[int, BlockKind] = {}
        self._token_at: list[int] = []
        self._token_src: int | None = None
        self._visible: int | None = None
        self._thinking = False
        self._usage: Usage | None = None
        self._error: str | None = None

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self._last = event
        if self._first is None and event.src is not None:
            self._chunk(event)
        match event:
            case BlockDelta():
                self._delta(event)
            case BlockStart():
                self._blocks[event.index] = event.kind
            case MessageStart():
                self._choices += 1
                self._model = self._model or event.model
            case Usage():
                self._usage = event
            case StreamError():
                self._error = event.kind
            case StreamStart():
                self._start = event

    def _chunk(self, event: Event) -> None:
        """The first frame that a client of the API is given, if this event tells of one.

        That is no ping and no error. One that cannot be read, or has nothing in it, is given to nobody either, and
        `[DONE]` is one of these.
        """
        empty = isinstance(event, Provider) and (event.data is None or event.problem is not None)
        if isinstance(event, Ping | StreamError):
            self._unsaid = event.src
        elif event.src != self._unsaid and not empty:
            self._first = _micros(event.t)

    def _delta(self, event: BlockDelta) -> None:
        block = self._blocks[event.index]
        if not bears_tokens(block, event.kind, event.payload):
            return
        if event.src != self._token_src:
            self._token_src = event.src
            self._token_at.append(_micros(event.t))
        if block == "thinking":
            self._thinking = True
        elif self._visible is None:
            self._visible = self._token_at[-1]

    def measurement(self) -> Measurement:
        """The numbers so far. Before the first event, that of a stream of nobody."""
        start, usage, counted, last = self._start, self._usage, self._counted(), self._last
        end = last if isinstance(last, StreamEnd) else None
        streamed = end is None or not end.folded
        return Measurement(
            provider=start.provider if start else "",
            api=start.api if start else "",
            model=self._model or (start.model if start else None),
            status=_STATUSES[end.outcome] if end else "incomplete",
            http_status=start.status if start else 0,
            error=self._error,
            streamed=streamed,
            replayed=self._replayed,
            new_connection=self._new_connection,
            ttfb=_micros(start.t) if start else 0,
            ttfc=self._first if streamed else None,
            ttfo=self._visible if streamed else None,
            token_at=tuple(self._token_at) if streamed else (),
            duration=_micros(last.t) if last else 0,
            tokens_in=usage.input if usage else None,
            tokens_out=counted.output if counted else None,
            tokens_reasoning=counted.reasoning if counted else None,
            tokens_cached=usage.cache_read if usage else None,
            thinking=self._thinking,
            choices=self._choices,
            frames=end.frames if end else 0,
            size=end.bytes if end else 0,
        )

    def _counted(self) -> Usage | None:
        """The usage, unless it is of before the last token, as the one that begins a message."""
        usage, last = self._usage, self._token_src
        early = usage is not None and usage.src is not None and last is not None and usage.src < last
        return None if early else usage


def _micros(millis: float) -> int:
    return round(millis * 1000)
