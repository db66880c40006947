"""The steps of an interaction as blocks.

A step has a type, and content that comes in its start, in deltas, or both; each field of content is said the same way
wherever it stands. A step of thought, a call and a result are a block each. The model's output has contents of several
kinds, which have no starts of their own: text and sound go on with the block before, a picture is a block.

A call that the client executes has its arguments as fragments of a string, one that the server executes as an object.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer, OutOfOrder
from gateway.dialects.spoken import Spoken
from gateway.events import BlockKind, By

__all__ = ["GeminiStep"]

# What is a block of its own. Any other *_call is the server's, any *_result is a result, the rest is `other`.
_STEPS: Mapping[str, tuple[BlockKind, By | None]] = {
    "thought": ("thinking", None),
    "function_call": ("tool_call", "client"),
}
# The contents of model_output, and the deltas that bring them; any other type is `other`.
_CONTENTS: Mapping[str, BlockKind] = {
    "text": "text",
    "text_annotation_delta": "text",
    "image": "image",
    "audio": "audio",
}
_GOES_ON = frozenset({"text", "audio"})
_OUTPUT = "model_output"

# What a stream that is taken up again within a step does not say of it.
_OF_DELTA: Mapping[str, str] = {
    "thought_summary": "thought",
    "thought_signature": "thought",
    "arguments_delta": "function_call",
    "function_result": "function_result",
}
# Deltas of which each field has its place in an event of the step's block, so that their type need not be said.
_PLAIN = frozenset({*_OF_DELTA, *_CONTENTS, "video", "document"})
_HEAD = frozenset({"type", "id", "name", "call_id"})
_CITATION = {
    "url": "url",
    "document_uri": "url",
    "title": "title",
    "file_name": "title",
    "name": "title",
    "start_index": "start",
    "end_index": "end",
}
_NO_CITATION = frozenset({"speech_metadata", "word_info"})


class GeminiStep:
    """One step. `type` is the provider's; `text` is what was said in it."""

    def __init__(self, out: Composer, step: Value) -> None:
        self.type: str = step["type"]
        self.text = Spoken()
        self._out = out
        self._block: int | None = None
        self._content: BlockKind | None = None
        self._arguments: Value = {}
        self._fragments = False
        self._said: Value = {}
        if self.type == _OUTPUT:
            self._contents(step.get("content"))
            out.rest(_OUTPUT, step, frozenset({"type", "content"}))
        else:
            self._begin(step)

    @classmethod
    def implied(cls, out: Composer, delta: Value) -> "GeminiStep":
        """The step of a delta whose start was not in the stream."""
        kind = delta["type"]
        return cls(out, {"type": _OF_DELTA.get(kind) or (_OUTPUT if kind in _PLAIN else kind)})

    def delta(self, delta: Value) -> None:
        """More of the step."""
        kind = delta["type"]
        if self.type == _OUTPUT:
            self._output(delta)
        elif kind in _PLAIN or kind == self.type:
            self._say(rest_of(delta, frozenset({"type"})))
        else:
            self._say(delta)

    def stop(self, *, synthesized: bool = False) -> None:
        """The step is done; one of which nothing came has no block."""
        if self._block is not None:
            self._out.close(self._block, synthesized=synthesized)
        self._block = None

    def _begin(self, step: Value) -> None:
        """A step that is one block."""
        kind, by = _STEPS.get(self.type) or _shape(self.type)
        content = {field: value for field, value in step.items() if field in self._FIELDS}
        self._said = rest_of(step, _HEAD | content.keys())
        self._block = self._out.open(
            kind,
            id=step.get("id"),
            name=step.get("name"),
            by=by,
            ref=step.get("call_id"),
            provider_type=self.type,
            provider=self._said,
        )
        self._said = {**self._said, **rest_of(step, frozenset({"type"}) | content.keys())}
        self._say(content)

    def _output(self, content: Value) -> None:
        """A content of the model's output, or a piece of it."""
        kind = _CONTENTS.get(content["type"], "other")
        fields = rest_of(content, frozenset({"type"}))
        if self._block is None or kind != self._content or kind not in _GOES_ON:
            self.stop(synthesized=True)
            self._said = {} if kind == "text" else rest_of(fields, frozenset({"data", "mime_type"}) & fields.keys())
            provider_type = content["type"] if kind == "other" else _OUTPUT
            self._block = self._out.open(kind, provider_type=provider_type, provider=self._said)
            self._content = kind
        self._say(fields)

    def _contents(self, contents: Iterable[Value] | None) -> None:
        """Contents that are whole."""
        for content in contents or ():
            self._output(content)
            self.stop(synthesized=True)

    def _say(self, fields: Value) -> None:
        """Each field as it is said; of those that have no way to be, what was not said before."""
        for field, add in self._FIELDS.items():
            if fields.get(field) is not None:
                add(self, fields[field], fields)
        placed = self._FIELDS.keys() | ({"mime_type"} if fields.get("data") else set())
        self._tell(rest_of(fields, frozenset(placed)))

    def _tell(self, fields: Value) -> None:
        new = {field: value for field, value in fields.items() if self._said.get(field) != value}
        self._said = {**self._said, **new}
        if new:
            self._out.delta(self._open(), "provider", provider=new)

    def _open(self) -> int:
        if self._block is None:
            raise OutOfOrder(f"more of a step of type {self.type} that has no block open")
        return self._block

    def _add_text(self, text: str, _fields: Value) -> None:
        self.text.add(text)
        self._out.text(self._open(), text)

    def _add_signature(self, signature: str, _fields: Value) -> None:
        if signature:
            self._out.delta(self._open(), "signature", value=signature)

    def _add_arguments(self, arguments: Any, _fields: Value) -> None:
        """An empty object is a place for fragments to come; the same object again is nothing new."""
        if isinstance(arguments, str):
            if arguments and self._arguments:
                raise OutOfOrder("more arguments for a call that began with all of them")
            self._fragments = self._fragments or bool(arguments)
            self._out.json(self._open(), arguments)
        elif arguments and arguments != self._arguments:
            if self._arguments or self._fragments:
                raise OutOfOrder("other arguments for a call that had some")
            self._arguments = arguments
            self._out.json(self._open(), json_text(arguments))

    def _add_result(self, result: Any, _fields: Value) -> None:
        if isinstance(result, str):
            self._out.text(self._open(), result)
        else:
            self._tell({"result": result})

    def _add_summary(self, contents: Any, _fields: Value) -> None:
        """What was thought: a text, or a picture of it."""
        for content in contents if isinstance(contents, list) else [contents]:
            plain = content["type"] in ("text", "image")
            self._say(rest_of(content, frozenset({"type"} if plain else ())))

    def _add_data(self, data: str, fields: Value) -> None:
        if data:
            self._out.delta(self._open(), "data", base64=data, mime=fields.get("mime_type"))

    def _add_annotations(self, annotations: Iterable[Value], _fields: Value) -> None:
        for annotation in annotations:
            if annotation["type"] in _NO_CITATION:
                self._out.delta(self._open(), "provider", provider={"annotation": annotation})
            else:
                self._out.delta(self._open(), "citation", citation=_citation(annotation))

    _FIELDS: ClassVar[Mapping[str, Callable[["GeminiStep", Any, Value], None]]] = {
        "text": _add_text,
        "summary": _add_summary,
        "content": _add_summary,
        "arguments": _add_arguments,
        "result": _add_result,
        "data": _add_data,
        "annotations": _add_annotations,
        "signature": _add_signature,
    }


def _shape(kind: str) -> tuple[BlockKind, By | None]:
    if kind.endswith("_call"):
        return "tool_call", "server"
    return ("tool_result" if kind.endswith("_result") else "other"), None


def _citation(annotation: Value) -> Value:
    """A stretch of the text and what it rests on: a page, a file or a place."""
    said = {name: annotation[field] for field, name in _CITATION.items() if annotation.get(field) is not None}
    rest = {field: value for field, value in annotation.items() if said.get(_CITATION.get(field, "")) != value}
    return {**said, "provider": rest_of(rest, frozenset())}
