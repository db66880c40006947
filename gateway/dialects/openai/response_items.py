"""Calls, results and whatever else OpenAI's responses API has as an item of its output: a table of their types.

Each is one block. A call's id is the `call_id` that its answer has to name, where it has one. What its deltas build is
its text: arguments in JSON as `json`; code, commands, patches and free input as `text`. Everything else that an item
says is `provider`: in its start, or in deltas once it has changed. An image is a block of kind image, whoever calls it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.response_contents import Contents, Item
from gateway.dialects.openai.response_parts import Part, say
from gateway.events import BlockKind, By, DeltaKind

__all__ = ["ITEMS", "Block", "Image", "ItemType", "image_mime", "item_of"]


@dataclass(frozen=True, slots=True)
class ItemType:
    """The block of an item: its kind, who executes it, where its text stands, and the kind of that text's deltas."""

    kind: BlockKind
    by: By | None = None
    body: tuple[str, ...] = ()
    delta: DeltaKind = "text"


ITEMS = {
    "function_call": ItemType("tool_call", "client", ("arguments",), "json"),
    "custom_tool_call": ItemType("tool_call", "client", ("input",)),
    "apply_patch_call": ItemType("tool_call", "client", ("operation", "diff")),
    "shell_call": ItemType("tool_call", "client", ("action", "commands")),
    "local_shell_call": ItemType("tool_call", "client"),
    "computer_call": ItemType("tool_call", "client"),
    "mcp_call": ItemType("tool_call", "server", ("arguments",), "json"),
    "mcp_approval_request": ItemType("tool_call", "server", ("arguments",), "json"),
    "mcp_list_tools": ItemType("tool_call", "server"),
    "tool_search_call": ItemType("tool_call", "server", ("arguments",), "json"),
    "code_interpreter_call": ItemType("tool_call", "server", ("code",)),
    "program": ItemType("tool_call", "server", ("code",)),
    "web_search_call": ItemType("tool_call", "server"),
    "file_search_call": ItemType("tool_call", "server"),
    "image_generation_call": ItemType("image", "server", ("result",)),
    "function_call_output": ItemType("tool_result", None, ("output",)),
    "custom_tool_call_output": ItemType("tool_result", None, ("output",)),
    "apply_patch_call_output": ItemType("tool_result", None, ("output",)),
    "local_shell_call_output": ItemType("tool_result", None, ("output",)),
    "program_output": ItemType("tool_result", None, ("result",)),
    "computer_call_output": ItemType("tool_result"),
    "shell_call_output": ItemType("tool_result"),
    "tool_search_output": ItemType("tool_result"),
    "mcp_approval_response": ItemType("other"),
    "additional_tools": ItemType("other"),
    "compaction": ItemType("other"),
    "configuration_update": ItemType("other"),
}
_UNKNOWN = ItemType("other")

_MIMES = {name: f"image/{name}" for name in ("png", "jpeg", "webp", "gif")} | {"svg": "image/svg+xml"}


def image_mime(value: Mapping[str, Any]) -> str | None:
    """The media type of what an image's `output_format` names."""
    return _MIMES.get(str(value.get("output_format")))


def item_of(out: Composer, index: object, value: Value) -> Item:
    """The item that `value` is the first word of. A block begins with it."""
    match value.get("type"):
        case "message" | "reasoning":
            return Contents(out, index, value)
        case "image_generation_call":
            return Image(out, index, value)
        case _:
            return Block(out, index, value)


class Block(Item):
    """An item that is one block."""

    def __init__(self, out: Composer, index: object, value: Value) -> None:
        super().__init__(out, index, value)
        self._spec = ITEMS.get(str(self.type), _UNKNOWN)
        self._parts: dict[int, Part] = {}
        fields, _ = self._split(value)
        self.block = self._open(fields)

    def part(self, type_: str, index: int) -> Part:  # noqa: ARG002 - they are all of one type
        """The text of this index. Only shell calls have several."""
        if index not in self._parts:
            field = ".".join(self._spec.body) or "text"
            self._parts[index] = Part(
                self._out, self.block, name=self.name, said=self._said, kind=self._spec.delta, field=field
            )
        return self._parts[index]

    def say(self, fields: Value) -> None:
        """With the block, as long as it is open."""
        say(self._out, self.block, self.name, fields)

    def begin(self, value: Value) -> None:
        """Text and fields that it begins with; most have come with the start."""
        fields, texts = self._split(value)
        self.grow(texts)
        self.note(fields)

    def end(self, value: Value) -> None:
        """The block is done."""
        self.begin(value)
        if self._out.is_open(self.block):
            self._out.close(self.block)

    def grow(self, texts: list[str]) -> None:
        """The texts as they are when whole."""
        for index, text in enumerate(texts):
            self.part("", index).whole(text)

    def _open(self, fields: Value) -> int:
        kind, call_id, by = self._spec.kind, fields.get("call_id"), _by(self._spec, fields)
        is_awaited = kind == "tool_call" and by == "client"
        self.waits = call_id if is_awaited else None
        self.answers = call_id if kind == "tool_result" else None
        block_id = call_id if is_awaited or (kind == "tool_call" and call_id) else self.id
        shown = {name for name in ("id", "call_id") if fields.get(name) in (block_id, self.answers)}
        return self._out.open(
            kind,
            id=block_id,
            name=fields.get("name"),
            by=by,
            ref=self.answers,
            provider_type=cast("str | None", self.type),
            provider=rest_of(self._said.new(fields), frozenset({"type", "name"} | shown)),
        )

    def _split(self, value: Value) -> tuple[Value, list[str]]:
        """The item without its text, and its texts. A list stays: only there it is clear where each of them ends."""
        fields, body = _without(value, self._spec.body)
        match body:
            case str():
                return fields, [body]
            case dict() if self._spec.delta == "json":
                return fields, [json_text(body)]
            case list() if all(isinstance(text, str) for text in body):
                return value, body
            case _:
                return value, []


class Image(Block):
    """An image that is generated: its data, before that earlier states of it."""

    def __init__(self, out: Composer, index: object, value: Value) -> None:
        self._data: str | None = None
        super().__init__(out, index, value)

    def partial(self, data: str | None, fields: Value) -> None:
        """An earlier state of the image."""
        self.note(fields)
        if data:
            self._out.delta(self.block, "data", base64=data, mime=image_mime(fields), partial=True)

    def begin(self, value: Value) -> None:
        """The fields come first, as they say what the data is."""
        fields, texts = self._split(value)
        self.note(fields)
        for data in texts:
            self._show(data, image_mime(fields))

    def _show(self, data: str, mime: str | None) -> None:
        if data == self._data:
            return
        self._data = data
        if self._out.is_open(self.block):
            self._out.delta(self.block, "data", base64=data, mime=mime)
        else:
            self._out.provider(self.name, {"result": data}, "another image than the one before its end")


def _by(spec: ItemType, fields: Value) -> By | None:
    """Who executes the call; some items say it themselves."""
    if fields.get("execution") == "client":
        return "client"
    if (fields.get("environment") or {}).get("type") == "container_reference":
        return "server"
    return spec.by


def _without(value: Value, path: tuple[str, ...]) -> tuple[Value, Any]:
    """The value without what stands at the path, and that."""
    if not path or not isinstance(value, dict):
        return value, None
    rest, body = _without(value.get(path[0], {}), path[1:]) if path[1:] else ({}, value.get(path[0]))
    kept = {name: field for name, field in value.items() if name != path[0]}
    return (kept | {path[0]: rest} if rest else kept), body
