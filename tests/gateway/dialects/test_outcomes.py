"""A stream's last bytes tell whether it was whole; where there is no stream they tell nothing."""

import pytest

from gateway.dialects.outcomes import ndjson_outcome, sse_outcome


@pytest.mark.parametrize(
    ("content_type", "tail", "expected"),
    [
        ("text/event-stream; charset=utf-8", b"data: 1\n\ndata: END\n\n", "ok"),
        ("text/event-stream", b"data: 1\n\n", "no terminal event"),
        ("text/event-stream", b"", "no terminal event"),
        ("text/event-stream", b"event: error\ndata: {}\n\n", "error event"),
        ("text/event-stream", b"event: error\ndata: {}\n\ndata: END\n\n", "error event"),
        ("text/event-stream", b'data: "say data: END"\n\n', "no terminal event"),
        ("application/json", b"{}", "not a stream"),
        ("", b"data: END\n\n", "not a stream"),
    ],
)
def test_server_sent_events(content_type, tail, expected):
    assert sse_outcome("^data: END", "^event: error", content_type, tail) == expected


@pytest.mark.parametrize(
    ("content_type", "tail", "expected"),
    [
        ("application/x-ndjson", b'{"a":1}\n{"done":true}\n', "ok"),
        ("application/x-ndjson", b'{"a":1}\n', "no terminal event"),
        ("application/x-ndjson", b'{"a":1}\n{"error":"x"}\n', "error event"),
        ("application/json", b'{"done":true}', "not a stream"),
    ],
)
def test_newline_delimited_json(content_type, tail, expected):
    assert ndjson_outcome('"done":true', '^{"error"', content_type, tail) == expected
