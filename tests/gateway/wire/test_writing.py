"""What is written is read again as it was meant."""

import pytest

from gateway.wire import decoder_for
from gateway.wire.writing import NewFrame, written
from tests.gateway.faults.answers import FORMATS, STREAMS, frames_of

FRAMES = (
    NewFrame(b'{"a": 1}', "first", ((":event-type", "first"), (":message-type", "event"))),
    NewFrame('{"b": "ü"}'.encode(), "second", ((":event-type", "second"),)),
)


@pytest.mark.parametrize("wire", STREAMS)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_frames_that_follow_others(wire, count):
    before = b"".join(frames_of(wire)[:count])
    media_type = FORMATS[wire][2]
    added = written(FRAMES, decoder_for(media_type, b"".join(frames_of(wire))), before)
    decoder = decoder_for(media_type, before + added)
    *_, one, two = [frame for frame in (*decoder.feed(before + added, 0), *decoder.close(0)) if frame.kind == "data"]
    assert (one.data, two.data) == (FRAMES[0].data, FRAMES[1].data)
    if wire in ("sse", "eventstream"):
        assert (one.event, two.event) == ("first", "second")
    assert {frame.kind for frame in decoder.close(0)} <= {"idle"}


def test_line_ends_are_those_of_the_stream():
    sse = decoder_for("text/event-stream", b"data: 1\n\n")
    assert written((NewFrame(b"{}"),), sse, b"data: 1\n\n") == b"data: {}\n\n"
    assert written((NewFrame(b"{}", "x"),), sse, b"data: 1\r\n\r\n") == b"event: x\r\ndata: {}\r\n\r\n"


def test_a_document_has_no_frames():
    assert written(FRAMES, decoder_for("application/json", b"{}"), b"") is None
