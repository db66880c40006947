"""Gemini: no terminal event, so a reason for the end is taken for one."""

import pytest

from gateway.dialects.gemini.dialect import GEMINI

SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'data: {"candidates":[{"finishReason":"STOP"}]}\r\n\r\n', "ok"),
        (b'data: {"promptFeedback":{"blockReason": "SAFETY"}}\r\n\r\n', "ok"),
        (b'data: {"candidates":[{"content":{}}]}\r\n\r\n', "no terminal event"),
        (b'data: {"error":{"code":503}}\r\n\r\n', "error event"),
    ],
)
def test_how_its_stream_ended(tail, expected):
    assert GEMINI.outcome(SSE, tail) == expected


def test_a_json_array_cannot_be_told_from_a_plain_answer():
    assert GEMINI.outcome("application/json", b"[{}\n,\n{}]") == "not a stream"


def test_its_error():
    assert GEMINI.error(404, "cassette_miss", "why") == {
        "error": {"code": 404, "message": "why", "status": "CASSETTE_MISS"}
    }
