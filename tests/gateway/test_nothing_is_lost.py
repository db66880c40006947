"""Whatever a provider changes in its stream, the events change with it: each field of each frame, one at a time.

That a value of a stream is found among its events may be chance (there are many 0s and "stop"s). So each field that
streams of the corpus have is set to a value that stands nowhere else, and that must be told.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.dialects.apis import api_of
from gateway.events import event_sse
from gateway.reader import read
from gateway.wire import Frame
from recorder.interaction import Interaction
from tests.corpus import CORPUS, REASON, Sample, samples
from tests.gateway.bodies import conversation
from tests.gateway.dialects.test_coverage import MODULES
from tests.gateway.stream_rules import frames_of

STRANGE = {str: "moonrise-9173", int: 917_300_917, float: 0.917300917}
# A frame's name. One that is known has become an event of ours, and is not told; an unknown one is.
NAME = ("type",)
WIRES = sorted({sample.wire for sample in samples()})


@pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
@pytest.mark.parametrize("wire", WIRES)
def test_each_field_of_each_frame_is_told(wire):
    untold = []
    for sample, frame, value, place in each_kind_of_field(wire):
        strange = STRANGE[type(at(value, place))]
        bytes_now = rewritten(sample, frame, changed(value, place, strange))
        if place == NAME and frame.event:
            bytes_now = bytes_now.replace(frame.event.encode(), strange.encode())
        body = sample.body[: frame.start] + bytes_now
        changed_sample = replace(sample, body=body + sample.body[frame.end :])
        if str(strange) not in told_of(changed_sample.interaction()):
            untold.append(f"{sample.id} frame {frame.index}: {dotted(place)}")
    assert untold == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.API)
def test_each_field_of_each_kind_of_event_is_told(module):
    dropped = api_of(module.PATH).dropped
    untold = []
    for label, (*before, last) in module.KINDS.items():
        for place in places(last):
            if place == NAME or dropped.isdisjoint(place):
                strange = STRANGE[type(at(last, place))]
                told = told_of(conversation(module, [*before, changed(last, place, strange)]))
                if str(strange) not in told:
                    untold.append(f"{label}: {dotted(place)}")
    assert untold == []


def told_of(interaction: Interaction) -> str:
    return b"".join(map(event_sse, read(interaction))).decode()


def each_kind_of_field(wire: str) -> Iterator[tuple[Sample, Frame, Any, tuple[str | int, ...]]]:
    """One of each field, by its names and the types of the objects that it is in; in the smallest stream that has it.

    The first frame's, the last one's and those between count as different.
    """
    seen = set()
    ours = [sample for sample in samples() if sample.wire == wire]
    for sample in sorted(ours, key=lambda sample: len(sample.body)):
        dropped = api_of(sample.request.path).dropped
        frames = frames_of(sample.interaction())
        for frame in frames:
            value = json_of(frame)
            for place in places(value):
                kind = (*kind_of(value, place), frame is frames[0], frame is frames[-1])
                if kind not in seen and (place == NAME or dropped.isdisjoint(place)):
                    seen.add(kind)
                    yield sample, frame, value, place


def json_of(frame: Frame) -> Any:
    try:
        return json.loads(frame.data) if frame.kind in ("data", "partial") else None
    except ValueError:
        return None


def places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where there is a text or a number."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*place, step))
    elif type(value) in STRANGE:
        yield place


def kind_of(value: Any, place: tuple[str | int, ...]) -> tuple[Any, ...]:
    """`$[message_delta] delta stop_reason`, whatever its number in a list is."""
    kind: list[Any] = []
    for step in place:
        if isinstance(value, dict):
            kind += [value.get("type") if isinstance(value.get("type"), str) and step != "type" else "", step]
        value = value[step]
    return (*kind, type(value))


def at(value: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def changed(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


def dotted(place: tuple[str | int, ...]) -> str:
    return ".".join(map(str, place))


def rewritten(sample: Sample, frame: Frame, value: Any) -> bytes:
    """The frame's bytes with another value."""
    raw, data = sample.body[frame.start : frame.end], json.dumps(value).encode()
    if sample.stream_kind == "aws-eventstream":
        return message(raw, data)
    if raw.count(frame.data) == 1:
        return raw.replace(frame.data, data)
    name = f"event: {frame.event}\n".encode() if frame.event else b""
    return b"%bdata: %b\n\n" % (name, data)


def message(raw: bytes, payload: bytes) -> bytes:
    """The eventstream message `raw` with another payload."""
    headers = raw[12 : 12 + struct.unpack(">I", raw[4:8])[0]]
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    checked = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return checked + struct.pack(">I", zlib.crc32(checked))
