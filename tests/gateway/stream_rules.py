"""The rules of tokentape/1 as functions. Each is given events and what they were made of, and tells what is broken.

    broken(interaction)  ->  ["seq: ...", "open: ...", "lost: frame 3 usage.input_tokens: 12", ...]

Nothing here knows an API: what may be dropped, an Api class says itself.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, cached_property
from itertools import combinations, pairwise
from typing import Any
from urllib.parse import unquote

import jsonschema

from gateway.dialects.apis import api_of
from gateway.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageStart,
    MessageStop,
    Provider,
    StreamEnd,
    StreamError,
    StreamStart,
    Usage,
    event_json,
    event_sse,
)
from gateway.reader import read
from gateway.schema import schema
from gateway.transcript import Transcript
from gateway.wire import Frame, decoder_for
from recorder.interaction import Interaction

__all__ = ["broken", "frames_of", "invented", "lost", "order", "problems", "timeless"]

# Fields in which the format speaks, not the provider.
VOCABULARY = frozenset(
    {
        *("type", "seq", "t", "src", "index", "kind", "choice", "by", "reason", "outcome", "format", "problem"),
        *("source", "synthesized", "more", "partial", "frames", "bytes", "folded", "ttft", "duration"),
    }
)  # fmt: skip
WORDS = frozenset({"type", "kind", "by", "reason", "outcome", "source", "format"})
DATA_URL = re.compile(r"data:([\w/+.-]+);base64,([\w/+=-]+)$")
TOTALS = ("input", "output", "total", "cache_read", "cache_write", "reasoning")

Leaf = tuple[str, Any]
"""Where a scalar stands, as a path of field names, and the scalar."""

SCHEMA = json.loads(schema())


def broken(interaction: Interaction) -> list[str]:
    """Every rule that the events of this interaction break."""
    events = list(read(interaction))
    said = Said(events)
    native = Native(interaction)
    return [
        *order(events),
        *shape(events),
        *frames_are_told(interaction, events),
        *lost(native, said),
        *invented(native, events),
    ]


# What holds of events alone.


def order(events: list[Event]) -> Iterator[str]:
    """One start, one end, places and times in order, deltas only in open blocks, stops exactly where it is complete."""
    if [event.seq for event in events] != list(range(len(events))):
        yield "seq: not 0, 1, 2, ..."
    if any(before.t > after.t for before, after in pairwise(events)):
        yield "t: goes back"
    kinds = [type(event) for event in events]
    if kinds[0] is not StreamStart or kinds[-1] is not StreamEnd:
        yield "ends: not from stream.start to stream.end"
    for once in (StreamStart, StreamEnd, StreamError):
        if kinds.count(once) > 1:
            yield f"ends: {kinds.count(once)} of {once.type}"
    yield from _blocks(events)
    if isinstance(events[-1], StreamEnd):
        yield from _stops(events)


def _blocks(events: list[Event]) -> Iterator[str]:
    choices: set[int] = set()
    open_blocks: dict[int, int] = {}
    count = 0
    for event in events:
        match event:
            case MessageStart():
                if event.choice in choices:
                    yield f"message: {event.choice} starts twice"
                choices.add(event.choice)
            case BlockStart():
                if event.index != count or (event.choice or 0) not in choices:
                    yield f"block: {event.index} is not the next, or is of no message"
                open_blocks[event.index] = event.choice or 0
                count += 1
            case BlockDelta() if event.index not in open_blocks:
                yield f"block: a delta for {event.index}, which is not open"
            case BlockStop():
                if open_blocks.pop(event.index, None) is None:
                    yield f"block: a stop for {event.index}, which is not open"
            case MessageStop() if event.choice in open_blocks.values():
                yield f"message: {event.choice} stops with a block open"


def _stops(events: list[Event]) -> Iterator[str]:
    started = {event.choice for event in events if isinstance(event, MessageStart)}
    stopped = [event.choice for event in events if isinstance(event, MessageStop)]
    outcome = events[-1].outcome
    expected = started if outcome == "complete" else set()
    if sorted(stopped) != sorted(expected):
        yield f"stop: {outcome}, choices {sorted(started)} started and {sorted(stopped)} stopped"
    failed = any(isinstance(event, StreamError) for event in events)
    if failed != (outcome in ("error", "truncated", "timeout")):
        yield f"stop: {outcome} with{'' if failed else 'out'} a stream.error"


def shape(events: Iterable[Event]) -> Iterator[str]:
    """What the schema says against these events; one of each build, since thousands of deltas are built alike."""
    builds = {_build(event_json(event)): event for event in events}
    for event in builds.values():
        for error in schema_of(event.type).iter_errors(json.loads(event_sse(event).split(b"data: ", 1)[1])):
            best = jsonschema.exceptions.best_match([error])
            yield f"schema: {event.type}: {best.json_path}: {best.message[:200]}"


def _build(value: dict[str, Any]) -> tuple[Any, ...]:
    """What the schema can tell apart: types, words of the vocabulary, emptiness and sign."""
    return tuple(
        (name, type(field), field if name in WORDS else isinstance(field, dict | list) and str(field), bool(field))
        for name, field in value.items()
    ) + tuple(name for name, field in value.items() if isinstance(field, int | float) and field < 0)


@cache
def schema_of(name: str) -> jsonschema.Draft202012Validator:
    """A validator of one type of event."""
    return jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{name}"}]})


def problems(events: Iterable[Event]) -> list[str]:
    """What the reader could not read."""
    return [event.problem for event in events if isinstance(event, Provider) and event.problem]


def timeless(events: Iterable[Event]) -> list[Event]:
    """The events without what depends on when their bytes came."""
    return [
        replace(event, t=0.0, **({"ttft": None, "duration": 0.0} if isinstance(event, StreamEnd) else {}))
        for event in events
    ]


# What holds of events and frames.


def frames_of(interaction: Interaction) -> list[Frame]:
    """The frames of the body, read in one piece."""
    decoder = decoder_for(interaction.response.header("content-type") or "", interaction.body)
    return [*decoder.feed(interaction.body, 0), *decoder.close(0)]


def frames_are_told(interaction: Interaction, events: list[Event]) -> Iterator[str]:
    """Each frame with content has an event; with raw it comes back, once, in order; raw changes nothing else."""
    frames = [frame for frame in frames_of(interaction) if frame.kind != "idle" or frame.event or frame.fields]
    sources = {event.src for event in events} - {None}
    if sources != {frame.index for frame in frames}:
        yield f"src: no event for {sorted({frame.index for frame in frames} - sources)[:5]}, or one for no frame"
    with_raw = list(read(interaction, raw=True))
    shown = [(event.src, event.raw) for event in with_raw if event.raw]
    if [src for src, _ in shown] != [frame.index for frame in frames]:
        yield "raw: not every frame, once, in order"
    for frame, (_, raw) in zip(frames, shown, strict=False):
        if ("data" in raw and (raw["data"] or "").encode() != frame.data) or raw["event"] != frame.event:
            yield f"raw: frame {frame.index} is another"
    if [replace(event, raw=None) for event in with_raw] != events:
        yield "raw: changes other events"


# What was said, by the provider and by us.


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Every scalar that is neither null nor empty, and the field names that lead to it."""
    if isinstance(value, dict):
        for name, field in value.items():
            yield from leaves(field, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    elif value not in (None, ""):
        yield path, value


def keyed(value: Any) -> Any:
    """A scalar such that 1, 1.0 and True are not the same."""
    return (type(value), value)


def parsed(text: str | bytes) -> Any:
    """The JSON value of a text, None if there is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class Said:
    """All scalars and texts in events."""

    def __init__(self, events: list[Event]) -> None:
        self.scalars = {keyed(leaf) for event in events for _, leaf in leaves(event_json(event))}
        self.texts: list[str] = []
        for message in Transcript.of(events).choices:
            for block in message.blocks:
                self.texts += filter(None, (block.text, block.arguments, block.transcript))
                arguments = _arguments(block)
                self.scalars |= {keyed(leaf) for _, leaf in leaves(arguments)}
                self.texts += [leaf for _, leaf in leaves(arguments) if isinstance(leaf, str)]
        self.texts += _joined_data(events)

    def has(self, leaf: Any) -> bool:
        """Whether this was said: as it is, or as part of a longer text; of a data URL, what is in it."""
        if keyed(leaf) in self.scalars:
            return True
        if not isinstance(leaf, str):
            return False
        url = DATA_URL.match(leaf)
        return any(leaf in text for text in self.texts) or bool(url and all(map(self.has, url.groups())))


def _arguments(block: Any) -> Any:
    try:
        return block.parsed_arguments() if block.kind == "tool_call" else None
    except ValueError:
        return None


def _joined_data(events: list[Event]) -> list[str]:
    pieces: dict[int, str] = {}
    for event in events:
        if isinstance(event, BlockDelta) and event.kind == "data":
            pieces[event.index] = pieces.get(event.index, "") + event.payload["base64"]
    return list(pieces.values())


class Native:
    """All scalars that the provider sent, and those of its head and of the request."""

    def __init__(self, interaction: Interaction) -> None:
        request, response = interaction.request, interaction.response
        self.api = api_of(request.path)
        self.frames = frames_of(interaction)
        self.values = [(frame, told) for frame in self.frames if frame.kind != "idle" for told in _told(frame)]
        body = parsed(request.body)
        around = [request.upstream, self.api.name, unquote(request.target), response.status, body]
        around += [value for _, value in response.headers]
        around += [frame.event for frame in self.frames] + [list(frame.fields) for frame in self.frames]
        self.scalars = {keyed(leaf) for _, leaf in leaves([*around, *(value for _, value in self.values)])}
        texts = [interaction.body, *(frame.data for frame in self.frames)]
        self.text = "\0".join(text.decode("utf-8", "replace") for text in texts) + request.target

    @cached_property
    def strings(self) -> str:
        """All strings, one after the other."""
        return "\0".join(sorted(value for kind, value in self.scalars if kind is str))

    def has(self, leaf: Any) -> bool:
        """Whether the provider said this."""
        return keyed(leaf) in self.scalars or (isinstance(leaf, str) and (leaf in self.strings or leaf in self.text))


def _told(frame: Frame) -> Iterator[Any]:
    """The frame's JSON, and that which is wrapped in it."""
    value = parsed(frame.data)
    yield value
    if isinstance(value, dict) and isinstance(value.get("bytes"), str):
        yield parsed(base64.b64decode(value["bytes"]))


def lost(native: Native, said: Said) -> Iterator[str]:
    """Scalars of frames that are nowhere in the events. A `type` that is known has become one of ours."""
    dropped = native.api.dropped | {"type"}
    for frame, value in native.values:
        for path, leaf in leaves(value):
            if dropped.isdisjoint(path.split(".")) and not said.has(leaf):
                yield f"lost: frame {frame.index} {path}: {str(leaf)[:80]!r}"


def invented(native: Native, events: list[Event]) -> Iterator[str]:
    """Scalars of events that the provider never sent."""
    for event in events:
        for path, leaf in _claims(event):
            if not native.has(leaf) and not _derived(native, event, path, leaf):
                yield f"invented: {event.type} {path}: {str(leaf)[:80]!r}"


def _claims(event: Event) -> Iterator[Leaf]:
    """What an event says in the provider's name."""
    ours = VOCABULARY
    if isinstance(event, Provider):
        ours |= {"name"} | ({"data"} if event.problem or event.name == "message.stop" else set())
    if isinstance(event, StreamError) and event.source != "provider":
        return
    own = {name: value for name, value in event_json(event).items() if name not in ours}
    yield from leaves(own)


def _derived(native: Native, event: Event, path: str, leaf: Any) -> bool:
    """Sums of what the provider counted; arguments that it sent as an object, as JSON; `png` as a media type; an error
    without words.
    """
    if isinstance(event, Usage) and path in TOTALS:
        counts = [count for _, count in leaves(event.provider) if type(count) is int]
        return any(leaf == sum(some) for size in (2, 3) for some in combinations(counts, size))
    if isinstance(event, BlockDelta) and event.kind == "json":
        value = parsed(leaf)
        return isinstance(value, dict | list) and all(native.has(inner) for _, inner in leaves(value))
    if isinstance(event, BlockDelta) and path == "mime":
        return native.has(leaf.partition("/")[2])
    if isinstance(event, StreamError):
        return leaf in ("error", "the provider gave no message")
    return False
