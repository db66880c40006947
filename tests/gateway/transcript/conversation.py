"""Events for the tests of transcripts: `say` numbers them."""

from collections.abc import Iterable

from gateway.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageStart,
    MessageStop,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
)

__all__ = ["block", "delta", "end", "error", "message", "say", "start", "stop", "usage"]

Line = tuple[type[Event], dict[str, object]]


def say(*lines: Line | Iterable[Line]) -> list[Event]:
    flat = [each for line in lines for each in (line if isinstance(line, list) else [line])]
    return [kind(seq=seq, t=float(seq), **fields) for seq, (kind, fields) in enumerate(flat)]


def start(**fields):
    return StreamStart, {"provider": "acme", "api": "acme.chat", "model": "m", "status": 200, **fields}


def message(choice=0, **fields):
    return MessageStart, {"choice": choice, "role": "assistant", **fields}


def delta(index, kind, **payload):
    return BlockDelta, {"index": index, "kind": kind, "payload": payload}


def block(index, kind, *deltas, closed=True, **fields):
    """A whole block; each delta is (kind, payload), a text alone is a text delta."""
    said = [("text", {"text": each}) if isinstance(each, str) else each for each in deltas]
    begin = (BlockStart, {"index": index, "kind": kind, **fields})
    finish = [(BlockStop, {"index": index})] if closed else []
    return [begin, *(delta(index, kind, **payload) for kind, payload in said), *finish]


def usage(**fields):
    return Usage, fields


def stop(reason, word=None, choice=0, **fields):
    return MessageStop, {"choice": choice, "reason": reason, "provider_reason": word, **fields}


def error(kind, message, source="provider"):
    return StreamError, {"source": source, "kind": kind, "message": message}


def end(outcome="complete", **fields):
    return StreamEnd, {"outcome": outcome, "frames": 1, "bytes": 1, "duration": 9.0, **fields}
