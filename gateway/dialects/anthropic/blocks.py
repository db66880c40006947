"""The content blocks of Anthropic Messages, and their deltas: two tables, and the blocks that have begun.

A block's content is the same in its start, where it may come whole, and in its deltas. What neither table names stays
with its block: fields of a start in `block.start.provider`, those of a delta in a delta of the kind `provider`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer, OutOfOrder
from gateway.events import BlockKind, By

__all__ = ["AnthropicBlocks"]


class _Shape(NamedTuple):
    """What a type of block is. `names`: fields that block.start has too; `content`: what is said by deltas."""

    kind: BlockKind
    by: By | None = None
    names: tuple[str, ...] = ()
    content: tuple[str, ...] = ()


_SHAPES: Mapping[str, _Shape] = {
    "text": _Shape("text", content=("text", "citations")),
    "thinking": _Shape("thinking", content=("thinking", "signature")),
    "redacted_thinking": _Shape("thinking"),
    "tool_use": _Shape("tool_call", "client", ("id", "name"), ("input",)),
    "server_tool_use": _Shape("tool_call", "server", ("id", "name"), ("input",)),
    "mcp_tool_use": _Shape("tool_call", "server", ("id", "name"), ("input",)),
    "mcp_tool_listing": _Shape("tool_result"),  # what an MCP server said it has; no call of the model's asked for it
}
_RESULT = _Shape("tool_result", names=("tool_use_id",))  # of each server tool its own: *_tool_result
_OTHER = _Shape("other")

# The positions of a citation are in its source, in characters, pages or blocks: they stay with its type, in `provider`.
_CITATION = {"url": "url", "title": "title", "document_title": "title", "cited_text": "text"}
_CITED = frozenset(_CITATION)


class AnthropicBlocks:
    """The blocks of one message, each known by the provider's index."""

    def __init__(self, out: Composer) -> None:
        self._out = out
        self._ours: dict[int, int] = {}
        self._complete: set[int] = set()

    def start(self, index: int, block: Value) -> None:
        """A block begins, perhaps with content."""
        if index in self._ours and self._out.is_open(self._ours[index]):
            raise OutOfOrder(f"content block {index} begins while it is open")
        kind = block["type"]
        shape = _SHAPES.get(kind) or (_RESULT if kind.endswith("_tool_result") else _OTHER)
        named = {name: block.get(name) for name in shape.names}
        ours = self._ours[index] = self._out.open(
            shape.kind,
            id=named.get("id"),
            name=named.get("name"),
            by=shape.by,
            ref=named.get("tool_use_id"),
            provider_type=kind if kind != shape.kind else None,
            provider=rest_of(block, frozenset({"type", *shape.names, *shape.content})),
        )
        for field in shape.content:
            if block.get(field):
                self._CONTENT[field](self, ours, block[field])

    def delta(self, index: int, delta: Value) -> None:
        """More of a block."""
        ours = self._block(index)
        known = frozenset[str]()
        if delta["type"] in self._DELTAS:
            field, say, known = self._DELTAS[delta["type"]]
            say(self, ours, delta[field])
        if rest := rest_of(delta, known):
            self._out.delta(ours, "provider", provider=rest)

    def stop(self, index: int, *, synthesized: bool = False) -> None:
        """A block is done."""
        self._out.close(self._block(index), synthesized=synthesized)

    def _block(self, index: int) -> int:
        if index not in self._ours:
            raise OutOfOrder(f"content block {index} has not begun")
        return self._ours[index]

    def _text(self, block: int, text: str) -> None:
        self._out.text(block, text)

    def _signature(self, block: int, value: str) -> None:
        if value:
            self._out.delta(block, "signature", value=value)

    def _input(self, block: int, value: Any) -> None:
        self._complete.add(block)
        self._out.json(block, json_text(value))

    def _partial_json(self, block: int, text: str) -> None:
        if text and block in self._complete:
            raise OutOfOrder("more arguments for a call that began with all of them")
        self._out.json(block, text)

    def _citations(self, block: int, citations: Iterable[Value]) -> None:
        for citation in citations:
            self._citation(block, citation)

    def _citation(self, block: int, citation: Value) -> None:
        """The fields that all providers have by their names, the others as they are."""
        named = {name: citation[field] for field, name in _CITATION.items() if citation.get(field)}
        self._out.delta(block, "citation", citation={**named, "provider": rest_of(citation, _CITED)})

    _CONTENT: ClassVar[Mapping[str, Callable[["AnthropicBlocks", int, Any], None]]] = {
        "text": _text,
        "thinking": _text,
        "signature": _signature,
        "input": _input,
        "citations": _citations,
    }
    # The field of a type of delta, what says it, and the fields of which no more need be said.
    _DELTAS: ClassVar[Mapping[str, tuple[str, Callable[["AnthropicBlocks", int, Any], None], frozenset[str]]]] = {
        kind: (field, say, frozenset({"type", field}))
        for kind, field, say in (
            ("text_delta", "text", _text),
            ("thinking_delta", "thinking", _text),
            ("signature_delta", "signature", _signature),
            ("input_json_delta", "partial_json", _partial_json),
            ("citations_delta", "citation", _citation),
        )
    }
