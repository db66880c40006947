"""The rules see what they should: each kind of damage to the events of a good stream is found."""

from dataclasses import replace

import pytest

from gateway.events import BlockDelta, BlockStart, BlockStop, MessageStop, Ping, StreamStart, Usage
from gateway.reader import read
from tests.gateway.bodies import conversation
from tests.gateway.dialects.kinds import anthropic_messages
from tests.gateway.stream_rules import Native, Said, broken, invented, lost, order, shape

TOOL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
STREAM = [
    anthropic_messages.START,
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": TOOL},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"at":"sea"}'}},
    {"type": "content_block_stop", "index": 1},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 7}},
    {"type": "message_stop"},
]
GOOD = conversation(anthropic_messages, STREAM)


def without(kind):
    """The events without the first of this kind, numbered anew."""
    events = list(read(GOOD))
    events.remove(next(event for event in events if isinstance(event, kind)))
    return [replace(event, seq=seq) for seq, event in enumerate(events)]


def with_changed(kind, /, **fields):
    events = list(read(GOOD))
    place = next(place for place, event in enumerate(events) if isinstance(event, kind))
    events[place] = replace(events[place], **fields)
    return events


def test_a_good_stream_breaks_no_rule():
    assert broken(GOOD) == []


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        (list(read(GOOD))[1:], "seq"),
        (list(read(GOOD))[::-1], "t"),
        ([*read(GOOD), Ping(seq=99, t=999.0)], "ends"),
        (without(StreamStart), "ends"),
        (without(BlockStart), "block"),
        (without(BlockStop), "message"),
        (without(MessageStop), "stop"),
        (with_changed(BlockStart, index=5), "block"),
        (with_changed(BlockDelta, index=1), "block"),
        (with_changed(MessageStop, choice=1), "stop"),
    ],
)
def test_disorder_is_found(events, rule):
    assert rule in {found.partition(":")[0] for found in order(events)}


@pytest.mark.parametrize(
    "events",
    [
        with_changed(BlockStart, kind="poem"),
        with_changed(BlockDelta, payload={"text": ""}),
        with_changed(Usage, input=-1),
        with_changed(Usage, provider=None),
        with_changed(MessageStop, reason=None),
    ],
)
def test_what_the_schema_does_not_have_is_found(events):
    assert list(shape(events))


def test_what_is_lost_is_found():
    assert list(lost(Native(GOOD), Said(list(read(GOOD))))) == []
    assert list(lost(Native(GOOD), Said(without(BlockDelta)))) == ["lost: frame 2 delta.text: 'Hello'"]
    assert "lost: frame 4 content_block.id: 'toolu_1'" in lost(
        Native(GOOD), Said(with_changed(BlockStart, index=9)[:5])
    )


@pytest.mark.parametrize(
    ("events", "found"),
    [
        (with_changed(BlockDelta, payload={"text": "Hello!"}), "invented: block.delta text: 'Hello!'"),
        (with_changed(Usage, output=8), "invented: usage output: '8'"),
        (with_changed(StreamStart, request_id="req_1"), "invented: stream.start request_id: 'req_1'"),
        (with_changed(MessageStop, provider_reason="end"), "invented: message.stop provider_reason: 'end'"),
    ],
)
def test_what_is_invented_is_found(events, found):
    assert list(invented(Native(GOOD), list(read(GOOD)))) == []
    assert list(invented(Native(GOOD), events)) == [found]
