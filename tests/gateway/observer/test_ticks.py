"""Ticks of a stream: when something came, and what."""

import pytest

from gateway.observer.ticks import MAX_TICKS, Ticks
from gateway.reader import Reader
from recorder.interaction import COMPLETE, End, Request, Response
from tests.gateway.observer.streams import SSE, START, STOP, text_frame


def ticks_of(*reads, end=COMPLETE):
    ticks, reader = Ticks(), Reader(Request("anthropic", "POST", "/v1/messages"))
    ticks.feed(reader.head(Response(200, SSE), 1000))
    for number, data in enumerate(reads):
        ticks.feed(reader.feed(data, 2000 + number * 1000))
    ticks.feed(reader.close(end, 9_000_000))
    return ticks.made


def block(kind, delta):
    return (
        b'event: content_block_start\ndata: {"type":"content_block_start","index":1,"content_block":%b}\n\n'
        b'event: content_block_delta\ndata: {"type":"content_block_delta","index":1,"delta":%b}\n\n' % (kind, delta)
    )


@pytest.mark.parametrize(
    ("frames", "kind"),
    [
        (text_frame("a"), "text"),
        (text_frame(""), "meta"),
        (b'event: ping\ndata: {"type":"ping"}\n\n', "ping"),
        (
            block(b'{"type":"thinking","thinking":""}', b'{"type":"thinking_delta","thinking":"hm"}'),
            "thinking",
        ),
        (
            block(
                b'{"type":"tool_use","id":"t","name":"n","input":{}}', b'{"type":"input_json_delta","partial_json":"{"}'
            ),
            "tool",
        ),
        (b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n', "error"),
    ],
    ids=["text", "empty text", "ping", "thinking", "tool", "error"],
)
def test_what_came(frames, kind):
    assert (0.003, kind) in ticks_of(START, frames)


def test_what_came_at_one_time_is_one_tick_of_a_kind():
    assert ticks_of(START, text_frame("a") + text_frame("b"), STOP) == [
        (0.001, "head"),
        (0.002, "meta"),
        (0.003, "text"),
        (0.004, "meta"),
        (9.0, "end"),
    ]


def test_a_long_stream_has_its_first_ticks_and_its_end():
    made = ticks_of(START, *[text_frame("a")] * 3000, end=End("upstream_error", "reset"))
    assert len(made) == MAX_TICKS
    assert [kind for _, kind in made[-2:]] == ["error", "end"]
