"""Ollama: lines of JSON, the last of which is done."""

import pytest

from gateway.dialects.ollama.dialect import OLLAMA

SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'{"done":false}\n{"done":true,"eval_count":3}\n', "ok"),
        (b'{"done": true}\n', "ok"),
        (b'{"done":false}\n', "no terminal event"),
        (b'{"done":false}\n{"error":"model failed"}\n', "error event"),
    ],
)
def test_how_its_stream_ended(tail, expected):
    assert OLLAMA.outcome("application/x-ndjson", tail) == expected


def test_server_sent_events_are_not_its_own():
    assert OLLAMA.outcome(SSE, b'{"done":true}\n') == "not a stream"


def test_its_error():
    assert OLLAMA.error(404, "cassette_miss", "why") == {"error": "why"}
