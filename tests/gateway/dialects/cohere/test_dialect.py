"""Cohere: message-end, or the stream-end of its first version."""

import pytest

from gateway.dialects.cohere.dialect import COHERE

SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'event: message-end\ndata: {"type":"message-end"}\n\n', "ok"),
        (b"data: [DONE]\n\n", "ok"),
        (b'data: {"type":"content-delta"}\n\n', "no terminal event"),
        (b'data: {"type":"message-end","delta":{"finish_reason":"ERROR"}}\n\n', "error event"),
    ],
)
def test_how_its_stream_ended(tail, expected):
    assert COHERE.outcome(SSE, tail) == expected


def test_its_error():
    assert COHERE.error(404, "cassette_miss", "why") == {"message": "why"}
