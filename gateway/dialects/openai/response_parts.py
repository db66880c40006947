"""What grows while OpenAI's responses API streams, and is repeated whole when it is done: the parts of its items.

The API says a text up to four times: in deltas, in the part's `done`, in the item's, in the response's. Here the deltas
are said, and each whole is held against them: what of it had not come is said then, and what contradicts them is
reported. Fields beside the text are said when they come, and again only when they have changed.
"""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.api import Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.said import Said
from gateway.events import BlockKind, DeltaKind

__all__ = ["Part", "content_part", "say"]

# Part types: the kind of block, and the field that holds the text.
_CONTENTS: dict[str, tuple[BlockKind, str]] = {
    "output_text": ("text", "text"),
    "text": ("text", "text"),
    "refusal": ("refusal", "refusal"),
    "reasoning_text": ("thinking", "text"),
    "reasoning": ("thinking", "text"),
    "summary_text": ("thinking", "text"),
}

# What a part has beside its text that is no field of its block.
_CONTENT = frozenset({"type", "annotations", "logprobs"})

# Fields of a citation, and those of an annotation that they are.
_CITED: dict[str, tuple[type, tuple[str, ...]]] = {
    "url": (str, ("url",)),
    "title": (str, ("title", "filename")),
    "start": (int, ("start_index",)),
    "end": (int, ("end_index",)),
}


def say(out: Composer, block: int, name: str, fields: Value) -> None:
    """Fields that have no place in an event: with their block as long as it is open, else as `name`."""
    if fields and out.is_open(block) and not out.failed:
        out.delta(block, "provider", provider=fields)
    elif fields:
        out.provider(name, fields)


class Part:
    """A text that grows in a block. `name` is its place in the response; `field` has its text where it is whole."""

    def __init__(
        self, out: Composer, block: int, *, name: str, said: Said, kind: DeltaKind = "text", field: str = "text"
    ) -> None:
        self.block = block
        self._out = out
        self._kind = kind
        self._name = name
        self._said = said
        self._field = field
        self._texts: list[str] = []
        self._citations: list[Value] = []
        self._logprobs: list[Any] = []

    def more(self, text: str) -> None:
        """The next piece of the text."""
        if text:
            self._out.delta(self.block, self._kind, text=text)
            self._texts.append(text)

    def whole(self, text: str | None) -> None:
        """The text as it is in the end."""
        said = "".join(self._texts)
        if text is None or text == said:
            return
        if text.startswith(said) and self._out.is_open(self.block):
            self.more(text[len(said) :])
        else:
            self._out.provider(self._name, {self._field: text}, "the whole text is not what its deltas said")
        self._texts = [text]

    def logprobs(self, logprobs: list[Any] | None) -> None:
        """The log probabilities of the next tokens."""
        if logprobs:
            self._out.delta(self.block, "logprobs", logprobs=logprobs)
            self._logprobs += logprobs

    def all_logprobs(self, logprobs: list[Any] | None) -> None:
        """Those of all tokens; some repeats are rounded, which makes them other numbers."""
        if not self._logprobs and self._out.is_open(self.block):
            self.logprobs(logprobs)
        elif logprobs != self._logprobs:
            self.note({"logprobs": logprobs})

    def cite(self, annotation: Value) -> None:
        """An annotation of the text."""
        citation = {
            name: next((annotation[field] for field in fields if type(annotation.get(field)) is kind), None)
            for name, (kind, fields) in _CITED.items()
        }
        citation = {name: field for name, field in citation.items() if field is not None}
        self._out.delta(self.block, "citation", citation={**citation, "provider": annotation})
        self._citations.append(annotation)

    def note(self, fields: Mapping[str, Any]) -> None:
        """Whatever else is said of the part."""
        say(self._out, self.block, self._name, self._said.new(fields))

    def tell(self, value: Value) -> None:
        """The part as a whole, at its beginning, at its end, or repeated."""
        self.whole(value.get(self._field))
        missing = [cited for cited in value.get("annotations") or () if cited not in self._citations]
        if self._out.is_open(self.block):
            for annotation in missing:
                self.cite(annotation)
        else:
            self.note({"annotations": missing})
        self.all_logprobs(value.get("logprobs"))
        self.note(rest_of(value, _CONTENT | {self._field}))

    def close(self) -> None:
        """Nothing more grows here. Said again, it is nothing new."""
        if self._out.is_open(self.block):
            self._out.close(self.block)


def content_part(out: Composer, name: str, item_id: str | None, value: Value) -> Part:
    """A part with a block of its own, which begins as `value` says."""
    type_ = value.get("type")
    kind, field = _CONTENTS.get(str(type_), ("other", "text"))
    said = Said()
    fields = said.new(rest_of(value, _CONTENT | {field}))
    summary = {"summary": True} if type_ == "summary_text" else {}
    block = out.open(kind, id=item_id, provider_type=type_, provider={**summary, **fields})
    part = Part(out, block, name=name, said=said, field=field)
    part.tell(value)
    return part
