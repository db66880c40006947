"""OpenAI, and what speaks like it: two terminal events, two ways of failing."""

import pytest

from gateway.dialects.openai.dialect import OPENAI, OPENAI_COMPATIBLE

SSE = "text/event-stream"


@pytest.mark.parametrize("dialect", [OPENAI, OPENAI_COMPATIBLE])
@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'data: {"choices":[]}\n\ndata: [DONE]\n\n', "ok"),
        (b"data:[DONE]\n\n", "ok"),
        (b'event: response.completed\ndata: {"type":"response.completed"}\n\n', "ok"),
        (b'event: response.incomplete\ndata: {"type":"response.incomplete"}\n\n', "ok"),
        (b'data: {"choices":[{"finish_reason":"stop"}]}\n\n', "no terminal event"),
        (b'data: {"error":{"message":"overloaded"}}\n\n', "error event"),
        (b"event: error\ndata: {}\n\n", "error event"),
        (b'data: {"type":"response.failed"}\n\n', "error event"),
    ],
)
def test_how_its_stream_ended(dialect, tail, expected):
    assert dialect.outcome(SSE, tail) == expected


@pytest.mark.parametrize("dialect", [OPENAI, OPENAI_COMPATIBLE])
def test_its_error(dialect):
    assert dialect.error(404, "cassette_miss", "why") == {
        "error": {"message": "why", "type": "cassette_miss", "param": None, "code": "cassette_miss"}
    }


def test_sdks_want_v1_in_the_base_url():
    assert OPENAI.sdk_path == OPENAI_COMPATIBLE.sdk_path == "/v1"


def test_the_compatible_ones_share_the_paths_so_none_of_them_has_any_of_its_own():
    assert OPENAI_COMPATIBLE.paths == ()
    assert "/v1/chat/completions" in OPENAI.paths
