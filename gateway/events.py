"""The events of tokentape/1: what any provider's stream says, in one vocabulary. docs/stream-format.md is their page.

    stream.start  message.start  (block.start  block.delta*  block.stop)*  usage*  message.stop  stream.end
    and at any place: ping, provider, and at most one stream.error

Frozen values. A field that is None has nothing to say and is absent from the JSON. `t` is milliseconds since the
request had been sent; `src` is the index of the frame an event came from, None where the gateway had to make it up;
`raw` is that frame as it was received, on its first event, if it was asked for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

__all__ = [
    "FORMAT",
    "BlockDelta",
    "BlockKind",
    "BlockStart",
    "BlockStop",
    "DeltaKind",
    "ErrorSource",
    "Event",
    "MessageStart",
    "MessageStop",
    "Outcome",
    "Ping",
    "Provider",
    "Reason",
    "StreamEnd",
    "StreamError",
    "StreamStart",
    "Usage",
    "bears_tokens",
    "event_json",
    "event_sse",
]

FORMAT = "tokentape/1"

BlockKind = Literal["text", "thinking", "tool_call", "tool_result", "refusal", "image", "audio", "other"]
DeltaKind = Literal["text", "json", "json_patch", "signature", "citation", "data", "transcript", "logprobs", "provider"]
By = Literal["client", "server"]
Reason = Literal["stop", "length", "tool_calls", "stop_sequence", "content_filter", "refusal", "pause", "other"]
ErrorSource = Literal["provider", "upstream", "gateway"]
Outcome = Literal["complete", "error", "truncated", "client_closed", "timeout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have: their place in the stream, their time (ms), their frame."""

    type: ClassVar[str]

    seq: int
    t: float
    src: int | None = None
    raw: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStart(Event):
    """The response head has come. `model` is the one that was asked for."""

    type: ClassVar[str] = "stream.start"

    format: str = FORMAT
    provider: str
    api: str
    model: str | None = None
    status: int
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStart(Event):
    """The message of one choice begins. `id` and `model` are what the provider said."""

    type: ClassVar[str] = "message.start"

    choice: int = 0
    role: str | None = None
    id: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStart(Event):
    """A block begins. `by` says who executes a tool call; `ref` is the id of the call that a result answers."""

    type: ClassVar[str] = "block.start"

    index: int
    kind: BlockKind
    choice: int | None = None
    id: str | None = None
    name: str | None = None
    by: By | None = None
    ref: str | None = None
    provider_type: str | None = None
    provider: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDelta(Event):
    """More of an open block. `payload` has the fields of its kind, which stand beside the others in the JSON."""

    type: ClassVar[str] = "block.delta"

    index: int
    kind: DeltaKind
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStop(Event):
    """A block is done. `synthesized` where the provider has no such thing."""

    type: ClassVar[str] = "block.stop"

    index: int
    synthesized: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Event):
    """Running totals of tokens. `input` includes cached ones, `output` includes reasoning; `provider` is verbatim."""

    type: ClassVar[str] = "usage"

    input: int | None = None
    output: int | None = None
    total: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    provider: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStop(Event):
    """The message of one choice is done. `provider_reason` is the provider's own word."""

    type: ClassVar[str] = "message.stop"

    choice: int = 0
    reason: Reason
    provider_reason: str | None = None
    stop_sequence: str | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Event):
    """The provider keeps the connection alive."""

    type: ClassVar[str] = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Event):
    """Whatever has no mapping, verbatim. Without `data`: a frame that says nothing that is not said elsewhere."""

    type: ClassVar[str] = "provider"

    name: str
    data: Any = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamError(Event):
    """The stream failed: the provider said so, or its connection was lost, or the gateway gave up."""

    type: ClassVar[str] = "stream.error"

    source: ErrorSource
    kind: str
    message: str
    status: int | None = None
    provider: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd(Event):
    """The last event. `bytes` and `frames` of the upstream's body; `ttft` and `duration` in ms as `t`.

    `folded` if the answer was no stream: its events were made of one document, so that none has a time of its own.
    """

    type: ClassVar[str] = "stream.end"

    outcome: Outcome
    frames: int
    bytes: int
    folded: bool | None = None
    ttft: float | None = None
    duration: float


_EVENTS: tuple[type[Event], ...] = (
    StreamStart,
    MessageStart,
    BlockStart,
    BlockDelta,
    BlockStop,
    Usage,
    MessageStop,
    Ping,
    Provider,
    StreamError,
    StreamEnd,
)
_FIELDS = {kind.type: (*[field.name for field in fields(kind) if field.name != "raw"], "raw") for kind in _EVENTS}


_TOKEN_BLOCKS = frozenset({"text", "thinking", "refusal", "tool_call"})
_TOKEN_DELTAS = frozenset({"text", "json", "json_patch"})


def bears_tokens(block: BlockKind, delta: DeltaKind, payload: Mapping[str, Any]) -> bool:
    """Whether a delta of such a block has something that the model wrote: what a time to first token waits for.

    That is text, thinking, a refusal or the arguments of a call. What a tool gave back is not the model's; sounds,
    pictures and signatures are no tokens that one could read. An empty text is nothing.
    """
    return delta in _TOKEN_DELTAS and block in _TOKEN_BLOCKS and (delta == "json_patch" or bool(payload.get("text")))


def event_json(event: Event) -> dict[str, Any]:
    """The event as it stands in the JSON: `type`, `seq`, `t`, `src`, its own fields, and last `raw`."""
    shown: dict[str, Any] = {"type": event.type}
    for name in _FIELDS[event.type]:
        value = getattr(event, name)
        if value is not None:
            if name == "payload":
                shown.update(value)
            else:
                shown[name] = value
    return shown


def event_sse(event: Event) -> bytes:
    """The event as one Server-Sent Event: two lines and an empty one."""
    value = event_json(event)
    try:
        data = _compact.encode(value).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        data = _escaped.encode(value).encode()
    return b"event: %b\ndata: %b\n\n" % (event.type.encode(), data)


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_escaped = json.JSONEncoder(separators=(",", ":"))
