"""Bedrock's Converse API: eventstream messages named for what they say, the same for every model.

    messageStart (contentBlockStart? contentBlockDelta* contentBlockStop)* messageStop metadata

Rules: `messageStop` makes a stream whole; usage and whatever else `metadata` has come after it. `inputTokens` leaves
out what was read from a cache or written to it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.bedrock.converse_blocks import ConverseBlocks
from gateway.dialects.bedrock.failure import say_failure
from gateway.dialects.composer import Composer
from gateway.dialects.tokens import with_cached
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "BedrockConverse"]

REASONS: Mapping[str, Reason] = {
    "end_turn": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "stop_sequence": "stop_sequence",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "malformed_model_output": "other",
    "malformed_tool_use": "other",
}

_PADDING = frozenset({"p"})
_BLOCK = _PADDING | {"contentBlockIndex"}
_STOP = _PADDING | {"stopReason", "additionalModelResponseFields"}


class BedrockConverse(Api):
    """POST /model/<id>/converse-stream and /converse."""

    name: ClassVar[str] = "bedrock.converse"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "p",  # padding, so that a message's size tells nothing
            "contentBlockIndex",  # our own index stands for it
        }
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._blocks = ConverseBlocks(out)

    def frame(self, frame: Frame, value: Value) -> None:
        """One message."""
        if not say_failure(self.out, frame, value):
            self.event(self.kind(frame, value), value)

    def event(self, kind: str, value: Value) -> None:
        """What one message says."""
        if say := self._EVENTS.get(kind):
            say(self, value)
        else:
            self.out.provider(kind, rest_of(value, _PADDING))

    def end(self) -> None:
        """Only `messageStop` finishes."""

    def document(self, value: Value) -> None:
        """The whole answer."""
        message = value["output"]["message"]
        self.out.message(role=message.get("role"))
        for index, content in enumerate(message.get("content") or ()):
            self._blocks.whole(index, content)
        self.out.rest("message", message, frozenset({"role", "content"}))
        self.out.rest("output", value["output"], frozenset({"message"}))
        self._metadata(rest_of(value, _STOP | {"output"}))
        self._message_stop({name: value.get(name) for name in _STOP})

    def _message_start(self, value: Value) -> None:
        self.out.message(role=value.get("role"))
        self.out.rest("messageStart", value, _PADDING | {"role"})

    def _block_start(self, value: Value) -> None:
        self._blocks.start(value["contentBlockIndex"], value["start"])
        self.out.rest("contentBlockStart", value, _BLOCK | {"start"})

    def _block_delta(self, value: Value) -> None:
        self._blocks.delta(value["contentBlockIndex"], value["delta"])
        self.out.rest("contentBlockDelta", value, _BLOCK | {"delta"})
        self.repeats()  # which matters only if the delta is empty

    def _block_stop(self, value: Value) -> None:
        self._blocks.stop(value["contentBlockIndex"])
        self.out.rest("contentBlockStop", value, _BLOCK)

    def _message_stop(self, value: Value) -> None:
        word = value.get("stopReason")
        details = value.get("additionalModelResponseFields")
        self.out.rest("messageStop", value, _STOP)
        self.out.stop(0, REASONS.get(word or "", "other"), word, details=details)
        self.out.finish()

    def _metadata(self, value: Value) -> None:
        if usage := value.get("usage"):
            self._totals(usage)
        self.out.rest("metadata", value, _PADDING | {"usage"})

    def _totals(self, usage: Value) -> None:
        # Some models have other names for what was cached, some answers both.
        read = usage.get("cacheReadInputTokens", usage.get("cacheReadInputTokenCount"))
        written = usage.get("cacheWriteInputTokens", usage.get("cacheWriteInputTokenCount"))
        self.out.usage(
            usage,
            input=with_cached(usage.get("inputTokens"), read, written),
            output=usage.get("outputTokens"),
            total=usage.get("totalTokens"),
            cache_read=read,
            cache_write=written,
        )

    _EVENTS: ClassVar[Mapping[str, Callable[["BedrockConverse", Any], None]]] = {
        "messageStart": _message_start,
        "contentBlockStart": _block_start,
        "contentBlockDelta": _block_delta,
        "contentBlockStop": _block_stop,
        "messageStop": _message_stop,
        "metadata": _metadata,
    }
