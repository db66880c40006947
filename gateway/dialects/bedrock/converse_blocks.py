"""The content blocks of Bedrock's Converse API, in pieces or whole: one table of starts, one of deltas, one of wholes.

Only tools and images have a start. Any other block begins with its first delta, whose only field says what it is; so
does a block whose kind changes without a stop. A citation belongs to the text that it comes with.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer
from gateway.events import BlockKind

__all__ = ["ConverseBlocks"]


class _Shape(NamedTuple):
    """What a block that has a start is. `names`: its fields that block.start has too, by ours."""

    kind: BlockKind
    names: Mapping[str, str] = {}


_SHAPES: Mapping[str, _Shape] = {
    "toolUse": _Shape("tool_call", {"id": "toolUseId", "name": "name", "provider_type": "type"}),
    "toolResult": _Shape("tool_result", {"ref": "toolUseId", "provider_type": "type"}),
    "image": _Shape("image"),
}


class _Open(NamedTuple):
    block: int
    kind: BlockKind
    mime: str | None


class ConverseBlocks:
    """The blocks of one message, each known by the provider's index."""

    def __init__(self, out: Composer) -> None:
        self._out = out
        self._open: dict[int, _Open] = {}

    def start(self, index: int, start: Value) -> None:
        """A block begins; its only field says what it is."""
        for field, value in start.items():
            if shape := _SHAPES.get(field):
                self._start(index, shape, value)
            else:
                self._begin(index, "other", provider_type=field, provider=value)

    def delta(self, index: int, delta: Value) -> None:
        """More of a block."""
        for field, value in delta.items():
            kind, say = self._DELTAS.get(field, (None, None))
            if say:
                say(self, self._block(index, kind), value)
            else:
                self._out.delta(self._block(index, None, "other").block, "provider", provider={field: value})

    def stop(self, index: int, *, synthesized: bool = False) -> None:
        """A block is done; nothing is said of one that never had anything in it."""
        if is_open := self._open.pop(index, None):
            self._out.close(is_open.block, synthesized=synthesized)

    def whole(self, index: int, content: Value) -> None:
        """A block of a message that is no stream."""
        for field, value in content.items():
            if say := self._WHOLES.get(field):
                say(self, index, value)
            else:
                provider = value if isinstance(value, dict) else {field: value}
                self._begin(index, "other", provider_type=field, provider=provider)
            self.stop(index, synthesized=True)

    def _start(self, index: int, shape: _Shape, value: Value) -> None:
        names: dict[str, Any] = {name: value.get(field) for name, field in shape.names.items()}
        if shape.kind == "tool_call":
            names["by"] = "server" if value.get("type") == "server_tool_use" else "client"
        mime = f"image/{value['format']}" if shape.kind == "image" and value.get("format") else None
        self._begin(index, shape.kind, mime, provider=rest_of(value, frozenset(shape.names.values())), **names)

    def _begin(self, index: int, kind: BlockKind, mime: str | None = None, **fields: Any) -> _Open:
        self.stop(index, synthesized=True)
        begun = self._open[index] = _Open(self._out.open(kind, **fields), kind, mime)
        return begun

    def _block(self, index: int, kind: BlockKind | None, otherwise: BlockKind = "text") -> _Open:
        """The open block for a delta of this kind (None: for any); else a new one."""
        found = self._open.get(index)
        if found and kind in (None, found.kind):
            return found
        return self._begin(index, kind or otherwise)

    def _text(self, to: _Open, text: str) -> None:
        self._out.text(to.block, text)

    def _input(self, to: _Open, value: Value) -> None:
        self._out.json(to.block, value.get("input"))
        if more := rest_of(value, frozenset({"input"})):
            self._out.delta(to.block, "provider", provider=more)

    def _reasoning(self, to: _Open, value: Value) -> None:
        self._out.text(to.block, value.get("text"))
        if signature := value.get("signature"):
            self._out.delta(to.block, "signature", value=signature)
        if more := rest_of(value, frozenset({"text", "signature"})):
            self._out.delta(to.block, "provider", provider=more)

    def _result(self, to: _Open, parts: Iterable[Value]) -> None:
        for part in parts:
            self._out.text(to.block, part.get("text"))
            if more := rest_of(part, frozenset({"text"})):
                self._out.delta(to.block, "provider", provider=more)

    def _citation(self, to: _Open, citation: Value) -> None:
        """Its positions are in the source, in units of their own: they stay where they are."""
        cited: Sequence[Value] = citation.get("sourceContent") or ()
        text = cited[0].get("text") if len(cited) == 1 else None
        web = (citation.get("location") or {}).get("web") or {}
        named = {"url": web.get("url"), "title": citation.get("title"), "text": text}
        shown = {name: value for name, value in named.items() if value}
        self._out.delta(to.block, "citation", citation={**shown, "provider": rest_of(citation, frozenset({"title"}))})

    def _image(self, to: _Open, value: Value) -> None:
        source = value.get("source") or {}
        if data := source.get("bytes"):
            self._out.delta(to.block, "data", base64=data, mime=to.mime)
        if more := {**rest_of(source, frozenset({"bytes"})), **rest_of(value, frozenset({"source"}))}:
            self._out.delta(to.block, "provider", provider=more)

    def _whole_text(self, index: int, text: str) -> None:
        self.delta(index, {"text": text})

    def _whole_call(self, index: int, call: Value) -> None:
        self.start(index, {"toolUse": rest_of(call, frozenset({"input"}))})
        if call.get("input"):
            self.delta(index, {"toolUse": {"input": json_text(call["input"])}})

    def _whole_result(self, index: int, result: Value) -> None:
        self.start(index, {"toolResult": rest_of(result, frozenset({"content"}))})
        self.delta(index, {"toolResult": result.get("content") or ()})

    def _whole_reasoning(self, index: int, reasoning: Value) -> None:
        spoken = reasoning.get("reasoningText") or {}
        self.delta(index, {"reasoningContent": {**spoken, **rest_of(reasoning, frozenset({"reasoningText"}))}})

    def _whole_image(self, index: int, image: Value) -> None:
        self.start(index, {"image": {"format": image.get("format")}})
        self.delta(index, {"image": rest_of(image, frozenset({"format"}))})

    def _whole_citations(self, index: int, cited: Value) -> None:
        for part in cited.get("content") or ():
            self.delta(index, part)
        for citation in cited.get("citations") or ():
            self.delta(index, {"citation": citation})
        self.delta(index, rest_of(cited, frozenset({"content", "citations"})))

    _DELTAS: ClassVar[Mapping[str, tuple[BlockKind | None, Callable[["ConverseBlocks", _Open, Any], None]]]] = {
        "text": ("text", _text),
        "toolUse": ("tool_call", _input),
        "toolResult": ("tool_result", _result),
        "reasoningContent": ("thinking", _reasoning),
        "citation": (None, _citation),
        "image": ("image", _image),
    }
    _WHOLES: ClassVar[Mapping[str, Callable[["ConverseBlocks", int, Any], None]]] = {
        "text": _whole_text,
        "toolUse": _whole_call,
        "toolResult": _whole_result,
        "reasoningContent": _whole_reasoning,
        "image": _whole_image,
        "citationsContent": _whole_citations,
    }
