"""One choice of an OpenAI-style stream: which of its blocks are open, as the provider never says where one ends.

* What is said in one go (text, thinking, a refusal, audio) is one block; another kind, or another `key` of the same
  kind, ends it and begins the next.
* Tool calls stay open beside it, since the pieces of parallel calls come in any order.
* A finish reason ends them all. What comes after it (some servers do that) begins a new block.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.composer import Composer
from gateway.dialects.openai.said import Said
from gateway.dialects.spoken import Spoken
from gateway.events import BlockKind, By, Reason

__all__ = ["Choice", "ToolCall"]


@dataclass(slots=True)
class ToolCall:
    """A tool call that is open, or was: its block, its id, and what was said of it."""

    block: int
    id: str | None
    said: Said


class Choice:
    """What was said in one choice so far. `text` is all of its text, as some servers repeat it, `cited` all sources."""

    def __init__(self, out: Composer, index: int, role: str | None) -> None:
        self.out = out
        self.index = index
        self.role = role
        self.text = Spoken()
        self.reason: str | None = None
        self.calls: dict[Hashable, ToolCall] = {}
        self.last_call: ToolCall | None = None
        self.cited: list[Any] = []
        self._speech: int | None = None
        self._speaks: tuple[BlockKind | None, Hashable] = (None, None)
        self._said = Said()

    def place(self, *names: str) -> str:
        """Where this choice, or a part of it, stands in the provider's JSON: the name of a `provider` event."""
        return ".".join((f"choices[{self.index}]", *names))

    def speak(self, kind: BlockKind, text: str | None) -> None:
        """More text of this kind; nothing is begun for an empty one."""
        if text:
            self.out.text(self.block(kind), text)
            if kind == "text":
                self.text.add(text)

    def block(
        self,
        kind: BlockKind,
        key: Hashable = None,
        *,
        id: str | None = None,  # noqa: A002
        about: Mapping[str, Any] | None = None,
    ) -> int:
        """The open block of this kind and key; begun, if need be, and then whatever else was spoken has ended.

        `about` are the provider's own fields of it: in the block's start, and again as they change.
        """
        if self._speech is not None and self._speaks == (kind, key):
            if about:
                self._tell(self._speech, self._said, about)
            return self._speech
        self.hush()
        self._speaks, self._said = (kind, key), Said()
        self._speech = self.out.open(kind, choice=self.index, id=id, provider=self._said.new(about or {}))
        return self._speech

    def going(self, kind: BlockKind) -> int:
        """The open block of this kind, whatever its key; begun, if need be."""
        if self._speech is not None and self._speaks[0] == kind:
            return self._speech
        return self.block(kind)

    def hush(self) -> None:
        """What was spoken has ended."""
        if self._speech is not None:
            self.out.close(self._speech, synthesized=True)
        self._speech = None

    def whole(self, kind: BlockKind, **start: Any) -> int:
        """A block that comes in one piece begins; the caller closes it."""
        self.hush()
        return self.out.open(kind, choice=self.index, **start)

    def call(
        self,
        key: Hashable,
        *,
        id: str | None,  # noqa: A002
        name: str | None,
        by: By,
        provider_type: str | None,
        about: Mapping[str, Any],
    ) -> ToolCall:
        """A tool call begins; an older one under the same key has ended."""
        self.hush()
        if (old := self.calls.get(key)) and self.out.is_open(old.block):
            self.out.close(old.block, synthesized=True)
        said = Said()
        provider = said.new(about)
        said.new({"id": id, "name": name, "type": provider_type})
        block = self.out.open(
            "tool_call", choice=self.index, id=id, name=name, by=by, provider_type=provider_type, provider=provider
        )
        self.last_call = self.calls[key] = ToolCall(block, id, said)
        return self.last_call

    def tell_call(self, call: ToolCall, about: Mapping[str, Any]) -> None:
        """The provider's own fields of a call, if they are others than before."""
        self._tell(call.block, call.said, about)

    @property
    def latest(self) -> int | None:
        """The block that was spoken in last, if one is open."""
        if self._speech is not None:
            return self._speech
        call = self.last_call
        return call.block if call and self.out.is_open(call.block) else None

    def stop(self, reason: Reason, provider_reason: str, stop_sequence: str | None, details: Mapping[str, Any]) -> None:
        """The provider says why it ends: so do its blocks."""
        self.hush()
        self.out.close_all(self.index)
        self.calls.clear()
        self.last_call = None
        if self.reason not in (None, provider_reason):
            self.out.provider(self.place(), {"finish_reason": self.reason})
        self.reason = provider_reason
        self.out.stop(self.index, reason, provider_reason, stop_sequence=stop_sequence, details=details)

    def _tell(self, block: int, said: Said, about: Mapping[str, Any]) -> None:
        if new := said.new(about):
            self.out.delta(block, "provider", provider=new)
