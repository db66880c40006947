"""JSON lines: what ends a line, and what is around a value."""

import pytest

from gateway.wire.ndjson import Ndjson
from tests.gateway.wire.feeding import check_truncated, decoded


def told(body: bytes) -> list[tuple[str, bytes]]:
    check_truncated(Ndjson, body)
    return [(frame.kind, frame.data) for frame in decoded(Ndjson, body)]


def test_lines_are_frames():
    frames = decoded(Ndjson, b'{"a":1}\n{"b":2}\n')
    assert [(frame.start, frame.end, frame.data) for frame in frames] == [(0, 8, b'{"a":1}'), (8, 16, b'{"b":2}')]


@pytest.mark.parametrize("body", [b"{}\r\n[]\r\n", b"{} \t\n  []\r\r\n", b"\n\n{}\n\r\n \n[]\n"])
def test_white_space_around_a_value_is_no_part_of_it(body):
    assert told(body) == [("data", b"{}"), ("data", b"[]")]


def test_blank_lines_lead_the_next_frame():
    frames = decoded(Ndjson, b"\n{}\n\r\n\n[]\n \n")
    assert [(frame.kind, frame.start, frame.end) for frame in frames] == [
        ("data", 0, 4),
        ("data", 4, 10),
        ("idle", 10, 12),
    ]


@pytest.mark.parametrize(("body", "data"), [(b"{}", b"{}"), (b'{"a', b'{"a'), (b"{}\r", b"{}")])
def test_a_last_line_without_its_end_is_partial(body, data):
    assert told(b"1\n" + body) == [("data", b"1"), ("partial", data)]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\r"], ids=ascii)
def test_only_lf_ends_a_line(character):
    line = f'{{"a":"{character}"}}'.encode()
    assert told(line + b"\n" + line + b"\n") == [("data", line)] * 2


def test_what_is_no_json_is_for_the_reader_to_say():
    assert told(b"<html>\n\xff\n") == [("data", b"<html>"), ("data", b"\xff")]
