"""The composer: where a dialect says what its frames mean, and the rules of the format are kept.

    reader ── at(frame) ──> Composer <── message, open, text, json, close, usage, stop, finish ── one Api
                               └── take() ──> events

It numbers events and blocks, remembers what is open, and holds a message's stop back until the provider has said that
its stream is whole (`finish`), since some providers repeat their finish reason or go on after it. What would break the
format's rules (a delta for a block that is closed, a second error) raises OutOfOrder, and the reader reports the frame.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.dialects.field_types import delta_of, objects, texts
from gateway.events import (
    BlockDelta,
    BlockKind,
    BlockStart,
    BlockStop,
    By,
    DeltaKind,
    ErrorSource,
    Event,
    MessageStart,
    MessageStop,
    Outcome,
    Ping,
    Provider,
    Reason,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
    bears_tokens,
)

__all__ = ["Composer", "OutOfOrder"]


class OutOfOrder(ValueError):
    """What a dialect wanted to say would break the rules of the format."""


class Composer:
    """Makes the events of one stream.

    `failed` once a stream.error was made, `finished` once the stream was whole; `spoke` if anything was made of the
    present frame.
    """

    def __init__(self) -> None:
        self.failed = False
        self.finished = False
        self.spoke = False
        self._events: list[Event] = []
        self._seq = 0
        self._micros = 0
        self._t = 0.0  # the same in milliseconds
        self._src: int | None = None
        self._raw: Mapping[str, Any] | None = None
        self._choices: set[int] = set()
        self._blocks: dict[int, tuple[int, BlockKind]] = {}  # open block -> its choice, its kind
        self._next_block = 0
        self._stops: dict[int, tuple[int | None, dict[str, Any]]] = {}
        self._usage: dict[str, Any] = {}
        self._said: dict[str, Mapping[str, Any]] = {}
        self._ttft: float | None = None

    # For the reader.

    def at(self, micros: int, src: int | None = None, raw: Mapping[str, Any] | None = None) -> None:
        """What is said from now on comes from frame `src`, completed at `micros`."""
        if micros > self._micros:
            self._micros, self._t = micros, micros / 1000
        self._src, self._raw, self.spoke = src, raw, False

    def take(self) -> list[Event]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def start(self, **fields: Any) -> None:
        """stream.start, with its fields."""
        self._add(StreamStart, fields)

    def end(self, outcome: Outcome, *, frames: int, size: int, micros: int, folded: bool = False) -> None:
        """stream.end. Stops that were held back for an end that never came are reported, not made."""
        self.at(micros)
        if not self.finished:
            for choice, (src, stop) in self._stops.items():
                self._src = src
                said = {"choice": choice, **{name: value for name, value in stop.items() if value is not None}}
                self._add(Provider, {"name": "message.stop", "data": said})
        self._src = None
        self._add(
            StreamEnd,
            {
                "outcome": outcome,
                "frames": frames,
                "bytes": size,
                "folded": folded or None,
                "ttft": None if folded else self._ttft,
                "duration": self._t,
            },
        )

    # For the dialects.

    def message(
        self,
        choice: int = 0,
        *,
        role: str | None = None,
        id: str | None = None,  # noqa: A002 - the event's own field
        model: str | None = None,
    ) -> None:
        """The message of a choice begins. Said again, it is nothing new."""
        if choice not in self._choices:
            self._allow("a message")
            if type(choice) is not int or choice < 0:
                raise TypeError(f"expected a choice's number; got {choice!r:.40}")
            texts(role=role, id=id, model=model)
            self._choices.add(choice)
            self._add(MessageStart, {"choice": choice, "role": role, "id": id, "model": model})

    def open(
        self,
        kind: BlockKind,
        *,
        choice: int = 0,
        id: str | None = None,  # noqa: A002 - the event's own field
        name: str | None = None,
        by: By | None = None,
        ref: str | None = None,
        provider_type: str | None = None,
        provider: Mapping[str, Any] | None = None,
    ) -> int:
        """A block begins (and its message, if need be); returns its index."""
        self._allow("a block")
        texts(id=id, name=name, ref=ref, provider_type=provider_type)
        objects(provider=provider)
        self.message(choice)
        index = self._next_block
        self._next_block += 1
        self._blocks[index] = (choice, kind)
        self._add(
            BlockStart,
            {
                "index": index,
                "kind": kind,
                "choice": choice or None,
                "id": id,
                "name": name,
                "by": by,
                "ref": ref,
                "provider_type": provider_type,
                "provider": provider or None,
            },
        )
        return index

    def text(self, index: int, text: str | None) -> None:
        """More text of a text, thinking or refusal block; nothing is said of an empty one."""
        if text:
            self.delta(index, "text", text=text)

    def json(self, index: int, text: str | None) -> None:
        """More of a tool call's argument string."""
        if text:
            self.delta(index, "json", text=text)

    def delta(self, index: int, kind: DeltaKind, **payload: Any) -> None:
        """Any other delta. Payload fields that are None are left out; see docs/stream-format.md for each kind's."""
        self._allow("a delta")
        if index not in self._blocks:
            raise OutOfOrder(f"a delta for block {index}, which is not open")
        delta_of(kind, payload)
        if self._ttft is None and bears_tokens(self._blocks[index][1], kind, payload):
            self._ttft = self._t
        if None in payload.values():
            payload = {name: value for name, value in payload.items() if value is not None}
        self._add(BlockDelta, {"index": index, "kind": kind, "payload": payload})

    def close(self, index: int, *, synthesized: bool = False) -> None:
        """The block is done."""
        self._allow("a block's stop")
        if self._blocks.pop(index, None) is None:
            raise OutOfOrder(f"a stop for block {index}, which is not open")
        self._add(BlockStop, {"index": index, "synthesized": synthesized or None})

    def is_open(self, index: int) -> bool:
        """Whether the block may have deltas."""
        return index in self._blocks

    def close_all(self, choice: int | None = None) -> None:
        """The provider has no stop for its blocks: those of the choice (or all) are done."""
        for index in [index for index, (owner, _) in self._blocks.items() if choice is None or owner == choice]:
            self.close(index, synthesized=True)

    def usage(self, provider: Mapping[str, Any], **totals: Any) -> None:
        """Running totals as far as the frame has them: input, output, total, cache_read, cache_write, reasoning."""
        known = {name: value for name, value in totals.items() if type(value) is int and value >= 0}
        merged = {**self._usage, **known, "provider": {**self._usage.get("provider", {}), **provider}}
        if merged != self._usage:
            self._usage = merged
            self._add(Usage, merged)

    def stop(
        self,
        choice: int,
        reason: Reason,
        provider_reason: str | None,
        *,
        stop_sequence: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Why the message of a choice ends; message.stop is made when the stream is whole. The last word counts."""
        self._allow("a reason to stop")
        texts(provider_reason=provider_reason, stop_sequence=stop_sequence)
        objects(details=details)
        self.message(choice)
        stop = {"reason": reason, "provider_reason": provider_reason, "stop_sequence": stop_sequence}
        self._stops[choice] = (self._src, {**stop, "details": details or None})

    @property
    def stopped(self) -> bool:
        """Whether there is a message, and each has its reason to end."""
        return bool(self._choices) and self._choices <= self._stops.keys()

    def finish(self) -> None:
        """The stream is whole: blocks are closed, messages stop. Harmless when said again, or after an error."""
        if self.failed or self.finished:
            return
        self.close_all()
        frame = self._src
        for choice, (src, stop) in sorted(self._stops.items()):
            self._src = src if frame is None else frame
            self._add(MessageStop, {"choice": choice, **stop})
        self._src = frame
        self.finished = True

    def ping(self) -> None:
        """The provider keeps the connection alive."""
        self._add(Ping, {})

    def provider(self, name: str, data: Any = None, problem: str | None = None) -> None:
        """What has no mapping."""
        texts(name=name)
        self._add(Provider, {"name": name, "data": data, "problem": problem})

    def rest(self, name: str, value: Mapping[str, Any], known: frozenset[str]) -> None:
        """Fields of `value` that are not in `known`, as one provider event; null ones and those said before are not."""
        if value.keys() <= known:
            return
        said = self._said.get(name, {})
        new = {
            key: field
            for key, field in value.items()
            if key not in known and field is not None and (key not in said or said[key] != field)
        }
        if new:
            self._said[name] = {**said, **new}
            self.provider(name, new)

    def error(
        self,
        source: ErrorSource,
        kind: str,
        message: str,
        *,
        status: int | None = None,
        provider: Any = None,
    ) -> None:
        """The stream failed: can be said once, and not of one that is whole. Open blocks stay open."""
        self._allow("an error")
        texts(kind=kind, message=message)
        self.failed = True
        self._add(
            StreamError, {"source": source, "kind": kind, "message": message, "status": status, "provider": provider}
        )

    # Inside.

    def _allow(self, what: str) -> None:
        if self.finished or self.failed:
            raise OutOfOrder(f"{what} after the stream's {'error' if self.failed else 'end'}")

    def _add(self, kind: Callable[..., Event], fields: Mapping[str, Any]) -> None:
        self._events.append(kind(seq=self._seq, t=self._t, src=self._src, raw=self._raw, **fields))
        self._seq += 1
        self._raw, self.spoke = None, True
