"""A message and its blocks, as they are when all has been said."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.events import BlockKind, By, Reason
from gateway.transcript.patches import patched

__all__ = ["Block", "Message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block, whole. `arguments` is a tool call's argument string, `data` an image's or a sound's bytes."""

    index: int
    kind: BlockKind
    text: str = ""
    id: str | None = None
    name: str | None = None
    by: By | None = None
    ref: str | None = None
    arguments: str = ""
    patches: tuple[Mapping[str, Any], ...] = ()
    signature: str | None = None
    citations: tuple[Mapping[str, Any], ...] = ()
    mime: str | None = None
    data: bytes | None = None
    transcript: str = ""
    provider_type: str | None = None
    provider: Mapping[str, Any] | None = None
    closed: bool = False

    def parsed_arguments(self) -> Any:
        """A tool call's arguments as a JSON value; `{}` if it has none. Raises ValueError where they are no JSON."""
        try:
            value = json.loads(self.arguments) if self.arguments.strip() else {}
            return patched(self.patches, value) if self.patches else value
        except (TypeError, ValueError, RecursionError) as error:
            whole = "" if self.closed else ", and the stream ended inside them"
            raise ValueError(f"the arguments of {self.name or 'the block'} are no JSON: {error}{whole}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The message of one choice; `reason` is None where it was not finished."""

    choice: int
    role: str | None = None
    id: str | None = None
    model: str | None = None
    blocks: tuple[Block, ...] = ()
    reason: Reason | None = None
    provider_reason: str | None = None
    stop_sequence: str | None = None
    details: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        """The answer's text, without thinking and refusals."""
        return self._texts("text")

    @property
    def thinking(self) -> str:
        """What the model thought aloud."""
        return self._texts("thinking")

    @property
    def refusal(self) -> str:
        """What it said instead of an answer."""
        return self._texts("refusal")

    @property
    def tool_calls(self) -> tuple[Block, ...]:
        """The calls that the client is to execute."""
        return tuple(block for block in self.blocks if block.kind == "tool_call" and block.by != "server")

    def _texts(self, kind: BlockKind) -> str:
        return "".join(block.text for block in self.blocks if block.kind == kind)
