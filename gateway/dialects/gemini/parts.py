"""The parts of a Gemini candidate as blocks.

A part has one field of content (`text`, `functionCall`, ...), and marks beside it. Gemini has no starts and stops:

* Parts of text, of thought and of sound go on with the block of the part before, if that is of the same kind. A part
  that is signed is the last of its block, since a signature is of one part; an empty part of text may bring it.
* Any other part is a block of its own, closed at once, save a call that says `willContinue`: its arguments come field
  by field, until it is not said any more.
* What has no place in a block's events is in `block.start.provider` where it is of the part's content, in a delta of
  the kind `provider` where it stands beside that.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer
from gateway.events import BlockKind, By

__all__ = ["GeminiParts"]


class _Shape(NamedTuple):
    """What a part that is whole becomes. `names`: its fields that block.start has too, by ours."""

    kind: BlockKind
    by: By | None
    names: Mapping[str, str]
    text: str = ""
    json: str = ""


_SHAPES: Mapping[str, _Shape] = {
    "executableCode": _Shape("tool_call", "server", {"id": "id"}, text="code"),
    "codeExecutionResult": _Shape("tool_result", None, {"ref": "id"}, text="output"),
    "toolCall": _Shape("tool_call", "server", {"id": "id", "name": "toolType"}, json="args"),
    "toolResponse": _Shape("tool_result", None, {"ref": "id", "name": "toolType"}),
    "functionResponse": _Shape("tool_result", None, {"ref": "id", "name": "name"}),
}

_SIGNATURE = "thoughtSignature"
_MARKS = frozenset({"thought", _SIGNATURE})
_ARGUMENTS = frozenset({"args", "partialArgs", "willContinue"})
_PARTIAL_ARG = frozenset({"jsonPath", "willContinue", "nullValue"})
_SPOKEN = ("text", "thinking")


class GeminiParts:
    """The blocks of one candidate. `called` once the client was asked to call a function."""

    def __init__(self, out: Composer, choice: int) -> None:
        self.called = False
        self._out = out
        self._choice = choice
        self._block: int | None = None
        self._goes_on: str | None = None  # what the next part must be to go on with the block; None: it is whole
        self._signed = False
        self._call: Value = {}

    def add(self, part: Value) -> None:
        """One part, in its order."""
        field = _content_of(part)
        rest = rest_of(part, self._SAID.get(field) or frozenset({field, _SIGNATURE}))
        signature = part.get(_SIGNATURE)
        if field == "text" and not (part.get("text") or signature or rest):
            return
        block = self._CONTENT.get(field, GeminiParts._whole)(self, field, part)
        if rest:
            self._out.delta(block, "provider", provider=rest)
        if signature:
            self._out.delta(block, "signature", value=signature)
            self._signed = True
        if self._goes_on is None:
            self._close()

    def text_block(self) -> int | None:
        """The block of text or thought that is open, which annotations of the candidate are about."""
        return self._block if self._goes_on in _SPOKEN else None

    def _text(self, _field: str, part: Value) -> int:
        kind: BlockKind = "thinking" if part.get("thought") else "text"
        block = None if self._signed else self._continued(kind)
        if block is None:
            block = self._begin(kind, kind)
        self._out.text(block, part.get("text"))
        return block

    def _function_call(self, field: str, part: Value) -> int:
        call = part[field]
        self.called = True
        said = rest_of(call, _ARGUMENTS)
        block = self._continued(field)
        if block is None:
            names = {"id": call.get("id"), "name": call.get("name") or None}
            provider = rest_of(said, frozenset(names))
            block = self._begin(field, "tool_call", by="client", provider=provider, **names)
            self._call = said
        elif new := {name: value for name, value in said.items() if self._call.get(name) != value}:
            self._out.delta(block, "provider", provider=new)
        self._goes_on = field if call.get("willContinue") else None
        if call.get("args"):
            self._out.json(block, json_text(call["args"]))
        for arg in call.get("partialArgs") or ():
            self._patch(block, arg)
        return block

    def _patch(self, block: int, arg: Value) -> None:
        """One argument, or a piece of it. A null has no value in the delta."""
        field = next((name for name in arg if name.endswith("Value") and name != "nullValue"), "")
        more = bool(arg.get("willContinue"))
        self._out.delta(block, "json_patch", path=arg["jsonPath"], value=arg.get(field), more=more)
        if rest := rest_of(arg, _PARTIAL_ARG | {field}):
            self._out.delta(block, "provider", provider=rest)

    def _media(self, field: str, part: Value) -> int:
        """Sound may come in pieces; a picture is whole."""
        data = part.get("inlineData") or {}
        mime = data.get("mimeType")
        kind: BlockKind = "audio" if field == "audioTranscription" else _kind_of(mime)
        block = self._continued(kind)
        if block is None:
            provider_type = field if kind == "other" else None
            provider = rest_of(data, frozenset({"data", "mimeType"}))
            block = self._begin(
                "audio" if kind == "audio" else None, kind, provider_type=provider_type, provider=provider
            )
        if data:
            self._out.delta(block, "data", base64=data.get("data") or "", mime=mime)
        if heard := part.get("audioTranscription"):
            if heard.get("text"):
                self._out.delta(block, "transcript", text=heard["text"])
            if rest := rest_of(heard, frozenset({"text"})):
                self._out.delta(block, "provider", provider={"audioTranscription": rest})
        return block

    def _file(self, field: str, part: Value) -> int:
        return self._begin(None, _kind_of(part[field].get("mimeType")), provider_type=field, provider=part[field])

    def _whole(self, field: str, part: Value) -> int:
        """A part that is a block of its own; one of an unknown kind is `other`, with all that it has."""
        shape = _SHAPES.get(field)
        if not shape:
            return self._begin(None, "other", provider_type=field, provider={field: part[field]})
        content = part[field]
        placed = {*shape.names.values(), shape.text, shape.json}
        names = {name: content.get(theirs) for name, theirs in shape.names.items()}
        provider = rest_of(content, frozenset(placed))
        block = self._begin(None, shape.kind, by=shape.by, provider_type=field, provider=provider, **names)
        self._out.text(block, content.get(shape.text))
        if content.get(shape.json):
            self._out.json(block, json_text(content[shape.json]))
        return block

    def _continued(self, goes_on: str) -> int | None:
        return self._block if self._goes_on == goes_on else None

    def _begin(self, goes_on: str | None, kind: BlockKind, **fields: Any) -> int:
        self._close()
        self._block = self._out.open(kind, choice=self._choice, **fields)
        self._goes_on, self._signed = goes_on, False
        return self._block

    def _close(self) -> None:
        if self._block is not None:
            self._out.close(self._block, synthesized=True)
        self._block, self._goes_on, self._signed = None, None, False

    _CONTENT: ClassVar[Mapping[str, Callable[["GeminiParts", str, Value], int]]] = {
        "text": _text,
        "functionCall": _function_call,
        "inlineData": _media,
        "audioTranscription": _media,
        "fileData": _file,
        **dict.fromkeys(_SHAPES, _whole),
    }

    # The fields of a part that is known by this one which are said by what it becomes. `thought` is of texts alone.
    _SAID: ClassVar[Mapping[str, frozenset[str]]] = {
        "text": _MARKS | {"text"},
        "inlineData": frozenset({"inlineData", "audioTranscription", _SIGNATURE}),
    }


def _content_of(part: Value) -> str:
    """The field that says what the part is. One with marks alone is text, of which there is none."""
    for name in GeminiParts._CONTENT:
        if part.get(name) is not None:
            return name
    return next((name for name in part if name not in _MARKS), "text")


def _kind_of(mime: str | None) -> BlockKind:
    kinds: Mapping[str, BlockKind] = {"image": "image", "audio": "audio"}
    return kinds.get((mime or "").partition("/")[0], "other")
