"""The output of a response of OpenAI's responses API: its items, by what the events say of them.

Items are told apart by `item_id`, else by `output_index`: some servers give an item another id in each event, others
count wrong. An item or a part that was never added begins with its first delta. What the last event lists of the items
is held against what was said of them: nothing is said again, what never came is said then. What an event says beside
its content and its place is said of the item or the part.
"""

from collections.abc import Callable

from gateway.dialects.api import Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.response_contents import Contents, Item
from gateway.dialects.openai.response_items import Image, item_of

__all__ = ["OUTPUT_EVENTS", "PLACE", "Output"]

# What an event is about, for which our events have block indexes and their own order; and random padding.
PLACE = frozenset(
    {"type", "sequence_number", "item_id", "output_index", "content_index", "summary_index", "annotation_index"}
    | {"obfuscation"}
)

# Events about a text that grows (`.delta`, `.done`): the item that it begins if it was not added, the part's type, and
# the fields of its index and of the whole text. A command's index is said, as its item has several texts.
_GROWING = {
    "response.output_text": ("message", "output_text", "content_index", "text"),
    "response.refusal": ("message", "refusal", "content_index", "refusal"),
    "response.reasoning_text": ("reasoning", "reasoning_text", "content_index", "text"),
    "response.reasoning": ("reasoning", "reasoning", "content_index", "text"),
    "response.reasoning_summary_text": ("reasoning", "summary_text", "summary_index", "text"),
    "response.function_call_arguments": ("function_call", "", "", "arguments"),
    "response.mcp_call_arguments": ("mcp_call", "", "", "arguments"),
    "response.custom_tool_call_input": ("custom_tool_call", "", "", "input"),
    "response.code_interpreter_call_code": ("code_interpreter_call", "", "", "code"),
    "response.apply_patch_call_operation_diff": ("apply_patch_call", "", "", "diff"),
    "response.shell_call_command": ("shell_call", "", "command_index", "command"),
}

# Events about a part (`.added`, `.done`): the item, its field with the parts, and the field of the part's index there.
_PARTS = {
    "response.content_part": ("message", "content", "content_index"),
    "response.reasoning_part": ("reasoning", "content", "content_index"),
    "response.reasoning_summary_part": ("reasoning", "summary", "summary_index"),
}

# What of an event is its place or its content.
_GROWN = {
    f"{stem}.{verb}": PLACE | {content, "logprobs"}
    for stem, (*_, whole) in _GROWING.items()
    for verb, content in (("added", whole), ("delta", "delta"), ("done", whole))
}
_ITEM, _PART, _ANNOTATION, _IMAGE = (
    PLACE | {content} for content in ("item", "part", "annotation", "partial_image_b64")
)

# How far a server's call has come.
_STATES = {
    "response.web_search_call": ("in_progress", "searching", "completed"),
    "response.file_search_call": ("in_progress", "searching", "completed"),
    "response.code_interpreter_call": ("in_progress", "interpreting", "completed"),
    "response.image_generation_call": ("in_progress", "generating", "completed"),
    "response.mcp_call": ("in_progress", "completed", "failed"),
    "response.mcp_list_tools": ("in_progress", "completed", "failed"),
    "response.compaction": ("compacting",),
}


class Output:
    """The items of one response. `waits`: the client has to execute a call that no item answers."""

    def __init__(self, out: Composer) -> None:
        self._out = out
        self._items: list[Item] = []
        self._by_place: dict[object, Item] = {}

    @property
    def begun(self) -> bool:
        """Whether there is any item."""
        return bool(self._items)

    @property
    def waits(self) -> bool:
        """Whether the client has to execute a call that no item answers."""
        answered = {item.answers for item in self._items}
        return any(item.waits not in answered for item in self._items if item.waits)

    def whole(self, output: list[Value]) -> None:
        """All items, as the last event lists them: not always under the ids or the indexes that they had before."""
        ids = {item.id: item for item in self._items if item.id}
        listed = {value.get("id") for value in output}
        others = [item for item in self._items if item.id not in listed]
        for rank, value in enumerate(output):
            item = ids.get(value.get("id")) or next((item for item in others if item.type == value.get("type")), None)
            if item in others:
                others.remove(item)
            (item or self._new(value, rank)).end(value)

    def _new(self, value: Value, index: object) -> Item:
        item = item_of(self._out, index, value)
        self._items.append(item)
        self._by_place |= {place: item for place in (index, item.id) if place is not None}
        return item

    def _find(self, value: Value, item_id: object) -> Item | None:
        return self._by_place.get(item_id) or self._by_place.get(value.get("output_index"))

    def _place(self, value: Value) -> object:
        return value.get("output_index", len(self._items))

    def _item(self, value: Value, type_: str) -> Item:
        """The item that an event is about; it begins if it was never added."""
        item_id = value.get("item_id")
        return self._find(value, item_id) or self._new({"type": type_, "id": item_id}, self._place(value))

    # The events.

    def added(self, _: str, value: Value) -> None:
        """An item begins."""
        item = self._new(value["item"], self._place(value))
        item.note(rest_of(value, _ITEM))
        item.begin(value["item"])

    def done(self, _: str, value: Value) -> None:
        """An item is done."""
        item = self._find(value, value["item"].get("id")) or self._new(value["item"], self._place(value))
        item.note(rest_of(value, _ITEM))
        item.end(value["item"])

    def grow(self, kind: str, value: Value) -> None:
        """A text grows, or is done."""
        stem, _, verb = kind.rpartition(".")
        type_, part_type, index, whole = _GROWING[stem]
        part = self._item(value, type_).part(part_type, value.get(index, 0))
        part.note(rest_of(value, _GROWN[kind]))
        if verb == "delta":
            part.more(value["delta"])
            part.logprobs(value.get("logprobs"))
        else:
            part.whole(value.get(whole))
            part.all_logprobs(value.get("logprobs"))

    def part(self, kind: str, value: Value) -> None:
        """A part begins, or is done."""
        stem, _, verb = kind.rpartition(".")
        type_, field, index = _PARTS[stem]
        item = self._item(value, type_)
        if not isinstance(item, Contents):
            raise TypeError(f"a part of a {item.type}")
        part = item.open(field, value.get(index, 0), value["part"])
        part.tell(value["part"])
        part.note(rest_of(value, _PART))
        if verb == "done":
            part.close()

    def annotation(self, _: str, value: Value) -> None:
        """A text is annotated."""
        part = self._item(value, "message").part("output_text", value.get("content_index", 0))
        part.cite(value["annotation"])
        part.note(rest_of(value, _ANNOTATION))

    def partial_image(self, _: str, value: Value) -> None:
        """An earlier state of an image."""
        item = self._item(value, "image_generation_call")
        if not isinstance(item, Image):
            raise TypeError(f"an image of a {item.type}")
        item.partial(value.get("partial_image_b64"), rest_of(value, _IMAGE))

    def state(self, kind: str, value: Value) -> None:
        """A server's call goes on."""
        if item := self._find(value, value.get("item_id")):
            item.say({"type": kind, **rest_of(value, PLACE)})
        else:
            self._out.provider(kind, value)

    def shell_output(self, kind: str, value: Value) -> None:
        """What a command writes: its two streams side by side, and last how it ended."""
        item = self._item(value, "shell_call_output")
        (item.say if kind.endswith(".delta") else item.note)(rest_of(value, PLACE))


OUTPUT_EVENTS: dict[str, Callable[[Output, str, Value], None]] = {
    "response.output_item.added": Output.added,
    "response.output_item.done": Output.done,
    **{f"{stem}.{verb}": Output.part for stem in _PARTS for verb in ("added", "done")},
    **{f"{stem}.{verb}": Output.grow for stem in _GROWING for verb in ("delta", "done")},
    "response.shell_call_command.added": Output.grow,
    "response.output_text.annotation.added": Output.annotation,
    "response.image_generation_call.partial_image": Output.partial_image,
    "response.shell_call_output_content.delta": Output.shell_output,
    "response.shell_call_output_content.done": Output.shell_output,
    **{f"{stem}.{word}": Output.state for stem, words in _STATES.items() for word in words},
}
