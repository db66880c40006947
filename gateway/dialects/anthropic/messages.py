"""Anthropic Messages: `/v1/messages`, also as Vertex, Bedrock and compatible servers have it.

    message_start (content_block_start content_block_delta* content_block_stop)* message_delta message_stop
    and at any place: ping, error, events of others

* A frame is known by its JSON's `type` alone; Bedrock has no event names.
* Usage is cumulative: a field that is null or missing keeps what was said before, nothing is ever added up.
* `content_block_start` may hold what deltas hold elsewhere: text, thinking, a signature, citations, a whole `input`.
  So a block of a response that is no stream is a start and a stop.
* The content of a server tool's result comes whole, in the start, and stays as it is: `provider`.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from gateway.dialects.anthropic.blocks import AnthropicBlocks
from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer, OutOfOrder
from gateway.dialects.provider_error import error_in
from gateway.dialects.tokens import with_cached
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "AnthropicMessages"]

REASONS: Mapping[str, Reason] = {
    "end_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_calls",
    "pause_turn": "pause",
    # The context was summarised and the model stopped there for the client to look at it: as with pause_turn, the
    # message is sent back as it is, and the model goes on.
    "compaction": "pause",
    "refusal": "refusal",
}

_ENDING = frozenset({"stop_reason", "stop_sequence", "stop_details"})
_MESSAGE = frozenset({"id", "role", "model", "usage"}) | _ENDING
_AS_ALWAYS = {"type": "message", "content": []}  # not worth telling, unless they are otherwise


class AnthropicMessages(Api):
    """One Message, in pieces or whole."""

    name: ClassVar[str] = "anthropic.messages"

    # `type`: said by our own type, kind and provider_type. `index`: ours counts the same blocks.
    dropped: ClassVar[frozenset[str]] = frozenset({"type", "index"})

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._blocks = AnthropicBlocks(out)
        self._usage: Value = {}
        self._ending: Value = {}
        self._begun = False

    def kind(self, frame: Frame, value: Value) -> str:
        """Its `type`. Some servers send an error without one."""
        return "error" if value.get("error") else str(value.get("type") or frame.event or "frame")

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        if kind == "error":
            return self._error(value)
        if kind not in self._KINDS:
            return self.out.provider(kind, value)
        say, known = self._KINDS[kind]
        say(self, value)
        self.out.rest(kind, value, known)
        return self.repeats()

    def end(self) -> None:
        """Only message_stop makes a stream whole."""

    def document(self, value: Value) -> None:
        """A Message, or an error in its place."""
        if value.get("error"):
            return self._error(value)
        content = value["content"]
        self._message("message", {**value, "content": None})
        for index, block in enumerate(content):
            self._blocks.start(index, block)
            self._blocks.stop(index, synthesized=True)
        return self._message_stop({})

    def _message_start(self, value: Value) -> None:
        if self._begun:
            raise OutOfOrder("a second message_start")
        self._message("message_start", value["message"])

    def _message(self, name: str, message: Value) -> None:
        """What the message says of itself."""
        self._begun = True
        self.out.message(role=message.get("role"), id=message.get("id"), model=message.get("model"))
        self._totals(message.get("usage"))
        usual = {field for field, value in _AS_ALWAYS.items() if message.get(field) == value}
        self.out.rest(name, message, _MESSAGE | usual)
        self._ends(message)

    def _block_start(self, value: Value) -> None:
        self._blocks.start(value["index"], value["content_block"])

    def _block_delta(self, value: Value) -> None:
        self._blocks.delta(value["index"], value["delta"])

    def _block_stop(self, value: Value) -> None:
        self._blocks.stop(value["index"])

    def _message_delta(self, value: Value) -> None:
        delta = value.get("delta") or {}
        self._totals(value.get("usage"))
        self.out.rest("message_delta", delta, _ENDING)
        self._ends(delta)

    def _message_stop(self, _value: Value) -> None:
        if not self.out.stopped:
            self.out.stop(0, "other", None)  # it has ended, but no reason was given
        self.out.finish()

    def _ends(self, said: Value) -> None:
        """Why the message ends, as far as it is said; a later word stands over an earlier one."""
        ending = {name: said[name] for name in _ENDING if said.get(name)}
        if ending:
            self._ending |= ending
            reason = self._ending.get("stop_reason")
            self.out.stop(
                0,
                REASONS.get(reason or "", "other"),
                reason,
                stop_sequence=self._ending.get("stop_sequence"),
                details=self._ending.get("stop_details"),
            )

    def _totals(self, usage: Value | None) -> None:
        said = rest_of(usage or {}, frozenset())
        if not said:
            return
        self._usage |= said
        total = self._usage.get
        uncached, read, written = map(total, ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"))
        self.out.usage(
            said,
            input=with_cached(uncached, read, written),
            output=total("output_tokens"),
            cache_read=read,
            cache_write=written,
            reasoning=total("output_tokens_details", {}).get("thinking_tokens"),
        )

    def _ping(self, _value: Value) -> None:
        self.out.ping()

    def _error(self, value: Value) -> None:
        self.out.error("provider", *error_in(value), provider=value)

    # What says a kind of frame, and which of its fields are said by that.
    _KINDS: ClassVar[Mapping[str, tuple[Callable[["AnthropicMessages", Value], None], frozenset[str]]]] = {
        "message_start": (_message_start, frozenset({"type", "message"})),
        "content_block_start": (_block_start, frozenset({"type", "index", "content_block"})),
        "content_block_delta": (_block_delta, frozenset({"type", "index", "delta"})),
        "content_block_stop": (_block_stop, frozenset({"type", "index"})),
        "message_delta": (_message_delta, frozenset({"type", "delta", "usage"})),
        "message_stop": (_message_stop, frozenset({"type"})),
        "ping": (_ping, frozenset({"type"})),
    }
