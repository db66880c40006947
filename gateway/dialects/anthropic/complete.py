"""Anthropic's Text Completions, `/v1/complete`, which came before Messages; Bedrock's oldest models still speak it.

Every frame is a Completion with the next piece of text; the one with a `stop_reason` is the last.
"""

from collections.abc import Mapping
from typing import ClassVar

from gateway.dialects.api import Api, Value
from gateway.dialects.composer import Composer
from gateway.dialects.provider_error import error_in
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "AnthropicComplete"]

REASONS: Mapping[str, Reason] = {"stop_sequence": "stop_sequence", "max_tokens": "length"}

_COMPLETION = frozenset({"type", "completion", "stop_reason", "stop"})


class AnthropicComplete(Api):
    """One text."""

    name: ClassVar[str] = "anthropic.complete"

    # `type`: said by our own types.
    dropped: ClassVar[frozenset[str]] = frozenset({"type"})

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._text: int | None = None
        self._first: Value = {}

    def kind(self, frame: Frame, value: Value) -> str:
        """Its `type`."""
        return "error" if value.get("error") else str(value.get("type") or frame.event or "completion")

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        if kind == "completion":
            self._completion(value)
        elif kind == "ping":
            self.out.ping()
            self.out.rest(kind, value, self.dropped)
        elif kind == "error":
            self._error(value)
        else:
            self.out.provider(kind, value)

    def end(self) -> None:
        """Only a stop_reason makes a stream whole."""

    def document(self, value: Value) -> None:
        """All of it in one piece."""
        if value.get("error"):
            return self._error(value)
        self._completion(value)
        if not self.out.stopped:
            self.out.stop(0, "other", None)  # whole, but no reason was given
        return self.out.finish()

    def _completion(self, value: Value) -> None:
        text = value["completion"]
        if self._text is None:
            self._first = value
            self.out.message(id=value.get("id"), model=value.get("model"))
            self._text = self.out.open("text")
        self.out.text(self._text, text)
        named = {name for name in ("id", "model") if value.get(name) == self._first.get(name)}
        self.out.rest("completion", value, _COMPLETION | named)
        if reason := value.get("stop_reason"):
            self.out.stop(0, REASONS.get(reason, "other"), reason, stop_sequence=value.get("stop"))
            self.out.finish()
        self.repeats()

    def _error(self, value: Value) -> None:
        self.out.error("provider", *error_in(value), provider=value)
