"""Anthropic: its terminal event, its errors, its keys."""

import pytest

from gateway.dialects.anthropic.dialect import ANTHROPIC

SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'event: message_stop\ndata: {"type":"message_stop"}\n\n', "ok"),
        (b'data: {"type": "message_stop"}\n\n', "ok"),
        (b'event: content_block_delta\ndata: {"text":"event: message_stop"}\n\n', "no terminal event"),
        (b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n', "error event"),
    ],
)
def test_how_its_stream_ended(tail, expected):
    assert ANTHROPIC.outcome(SSE, tail) == expected


def test_its_error():
    assert ANTHROPIC.error(404, "not_found_error", "why") == {
        "type": "error",
        "error": {"type": "not_found_error", "message": "why"},
    }


def test_its_keys_and_those_of_others():
    assert ANTHROPIC.credentials == {"authorization", "x-api-key"}
    assert "sk-ant-" not in dict(ANTHROPIC.foreign_keys)
    assert dict(ANTHROPIC.foreign_keys)["sk-proj-"] == "openai"
