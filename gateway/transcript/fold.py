"""Events to a transcript. Deltas are joined per block, blocks are gathered per choice; nothing is interpreted."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageStart,
    MessageStop,
    Outcome,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
)
from gateway.transcript.message import Block, Message

__all__ = ["Transcript"]

_PADDED = re.compile(r"[^=]+=*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All of one stream. `model` is the one that was asked for; `ttft` is ms from the request to the first token."""

    provider: str | None = None
    api: str | None = None
    model: str | None = None
    choices: tuple[Message, ...] = ()
    usage: Usage | None = None
    error: StreamError | None = None
    outcome: Outcome | None = None
    ttft: float | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Transcript":
        """What these events say; they may stop anywhere."""
        by_type: defaultdict[type[Event], list[Any]] = defaultdict(list)
        for event in events:
            by_type[type(event)].append(event)
        start, end = _last(by_type[StreamStart]), _last(by_type[StreamEnd])
        return cls(
            provider=start and start.provider,
            api=start and start.api,
            model=start and start.model,
            choices=_choices(by_type),
            usage=_last(by_type[Usage]),
            error=_last(by_type[StreamError]),
            outcome=end and end.outcome,
            ttft=end and end.ttft,
        )


def _last(events: list[Any]) -> Any:
    return events[-1] if events else None


def _choices(by_type: Mapping[type[Event], list[Any]]) -> tuple[Message, ...]:
    deltas: defaultdict[int, list[BlockDelta]] = defaultdict(list)
    for delta in by_type[BlockDelta]:
        deltas[delta.index].append(delta)
    closed = {stop.index for stop in by_type[BlockStop]}
    blocks: defaultdict[int, list[Block]] = defaultdict(list)
    for start in by_type[BlockStart]:
        blocks[start.choice or 0].append(_block(start, deltas[start.index], start.index in closed))
    stops = {stop.choice: stop for stop in by_type[MessageStop]}
    starts = sorted(by_type[MessageStart], key=lambda start: start.choice)
    return tuple(_message(start, tuple(blocks[start.choice]), stops.get(start.choice)) for start in starts)


def _message(start: MessageStart, blocks: tuple[Block, ...], stop: MessageStop | None) -> Message:
    message = Message(choice=start.choice, role=start.role, id=start.id, model=start.model, blocks=blocks)
    if not stop:
        return message
    return replace(
        message,
        reason=stop.reason,
        provider_reason=stop.provider_reason,
        stop_sequence=stop.stop_sequence,
        details=stop.details,
    )


def _block(start: BlockStart, deltas: list[BlockDelta], closed: bool) -> Block:
    payloads: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for delta in deltas:
        payloads[delta.kind].append(delta.payload)
    signatures = payloads["signature"]
    return Block(
        index=start.index,
        kind=start.kind,
        text=_joined(payloads["text"]),
        id=start.id,
        name=start.name,
        by=start.by,
        ref=start.ref,
        arguments=_joined(payloads["json"]),
        patches=tuple(payloads["json_patch"]),
        signature=signatures[-1]["value"] if signatures else None,
        citations=tuple(payload["citation"] for payload in payloads["citation"]),
        mime=next((payload["mime"] for payload in payloads["data"] if payload.get("mime")), None),
        data=_data(payloads["data"]),
        transcript=_joined(payloads["transcript"]),
        provider_type=start.provider_type,
        provider=start.provider,
        closed=closed,
    )


def _joined(payloads: list[Mapping[str, Any]]) -> str:
    """The texts in a row; a character whose halves came in two deltas is one again."""
    text = "".join(payload["text"] for payload in payloads)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _data(payloads: list[Mapping[str, Any]]) -> bytes | None:
    """The pieces in a row. One that is `partial` is a sketch of the whole, which the next one replaces."""
    sketches = [number for number, payload in enumerate(payloads) if payload.get("partial") is not None]
    pieces = payloads[sketches[-1] + 1 :] or payloads[-1:] if sketches else payloads
    if not pieces:
        return None
    joined = "".join(payload.get("base64", "") for payload in pieces)
    return b"".join(_decoded(part) for part in _PADDED.findall(joined))


def _decoded(text: str) -> bytes:
    """As much of the base64 as is whole."""
    digits = re.sub(r"[^A-Za-z0-9+/]", "", text.translate({ord("-"): "+", ord("_"): "/"}))
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return base64.b64decode(digits + "=" * (-len(digits) % 4))
