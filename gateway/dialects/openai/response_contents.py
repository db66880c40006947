"""Messages and reasoning of OpenAI's responses API: items that are no block themselves, but hold parts that are.

Every part is a block with the item's id. What else the item says stands in `provider` events that are named after its
place, such as `response.output[0]`. The `encrypted_content` of reasoning, as it is in the end, is a thinking block of
its own with nothing but the signature: the item's parts are done before it comes, and it holds for all of them.
"""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.api import Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.response_parts import Part, content_part
from gateway.dialects.openai.said import Said

__all__ = ["Contents", "Item"]

_PARTS = frozenset({"content", "summary"})


class Item:
    """One item of the output.

    `waits` is the id of a call that the client has to execute; `answers` that of the call which it is the result of.
    """

    def __init__(self, out: Composer, index: object, value: Value) -> None:
        self.type = value.get("type")
        self.id = value.get("id")
        self.waits: str | None = None
        self.answers: str | None = None
        self.name = f"response.output[{index}]"
        self._out = out
        self._said = Said()

    def part(self, type_: str, index: int) -> Part:
        """What grows in the item under this index; it begins if it has not."""
        raise NotImplementedError

    def begin(self, value: Value) -> None:
        """The item as it is when it is added, mostly empty."""
        raise NotImplementedError

    def end(self, value: Value) -> None:
        """The item as it is in the end. May be told again, or without a beginning."""
        raise NotImplementedError

    def say(self, fields: Value) -> None:
        """What the provider says of the item at this moment."""
        self._out.provider(self.name, fields)

    def note(self, fields: Mapping[str, Any]) -> None:
        """What the item is like, as far as it is new."""
        if new := self._said.new(fields):
            self.say(new)


class Contents(Item):
    """A message or reasoning: a block for each part."""

    def __init__(self, out: Composer, index: object, value: Value) -> None:
        super().__init__(out, index, value)
        self._parts: dict[tuple[str, int], Part] = {}
        self._signed = False

    def part(self, type_: str, index: int) -> Part:
        """The part of this index, of the summary's or of the contents."""
        return self.open("summary" if type_ == "summary_text" else "content", index, {"type": type_})

    def open(self, field: str, index: int, value: Value) -> Part:
        """The part of this place; begins as `value` says if it has not."""
        part = self._parts.get((field, index))
        if part is None:
            part = content_part(self._out, f"{self.name}.{field}[{index}]", self.id, value)
            self._parts[field, index] = part
        return part

    def begin(self, value: Value) -> None:
        """What is said of the item beside its parts."""
        self.note(rest_of(value, _PARTS))
        self._tell(value)

    def end(self, value: Value) -> None:
        """All parts are done, and the signature is known."""
        self.note(rest_of(value, _PARTS if self._signed else _PARTS | {"encrypted_content"}))
        self._tell(value)
        for part in self._parts.values():
            part.close()
        self._sign(value.get("encrypted_content"))

    def _tell(self, value: Value) -> None:
        for field in ("summary", "content"):
            contents = value.get(field) or ()
            for rank, content in enumerate(contents):
                self.open(field, self._index(field, rank, len(contents)), content).tell(content)

    def _index(self, field: str, rank: int, count: int) -> int:
        """The streamed index of a listed part: not every server counts from 0."""
        streamed = [index for kept, index in self._parts if kept == field]
        return streamed[rank] if len(streamed) == count else rank

    def _sign(self, sealed: str | None) -> None:
        if sealed and not self._signed:
            self._signed = True
            self._said.new({"encrypted_content": sealed})
            block = self._out.open("thinking", id=self.id, provider_type=self.type)
            self._out.delta(block, "signature", value=sealed)
            self._out.close(block)
