"""Server-Sent Events: the standard's own cases, what its readers get wrong, and what no reader may depend on."""

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire import Frame
from gateway.wire.sse import MAX_LINES, Sse
from tests.gateway.wire.feeding import check_bytes, check_truncated, cut, decoded, fed

DATA, IDLE, PARTIAL, BROKEN = "data", "idle", "partial", "broken"


def told(frames: list[Frame]) -> list[tuple[object, ...]]:
    """What the frames say, without where they lie."""
    return [(frame.kind, frame.event, frame.data, *frame.fields) for frame in frames]


# The examples of the HTML standard, 9.2.6, and the cases of the web platform tests (eventsource/format-*).
STANDARD = {
    "stock ticker": (
        b"data: YHOO\ndata: +2\ndata: 10\n\n",
        [(DATA, None, b"YHOO\n+2\n10")],
    ),
    "four blocks": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
        [
            (IDLE, None, b"", ("", "test stream")),
            (DATA, None, b"first event", ("id", "1")),
            (DATA, None, b"second event", ("id", "")),
            (PARTIAL, None, b" third event"),
        ],
    ),
    "empty data": (
        b"data\n\ndata\ndata\n\ndata:",
        [(DATA, None, b""), (DATA, None, b"\n"), (PARTIAL, None, b"")],
    ),
    "a space after the colon is optional": (
        b"data:test\n\ndata: test\n\n",
        [(DATA, None, b"test"), (DATA, None, b"test")],
    ),
    "only one space is taken": (
        b"data:\ttest\rdata: \ndata:test\n\ndata:  x\n\n",
        [(DATA, None, b"\ttest\n\ntest"), (DATA, None, b" x")],
    ),
    "bom at the start": (b"\xef\xbb\xbfdata:1\n\n", [(DATA, None, b"1")]),
    "bom and blank lines": (b"\xef\xbb\xbf\n\ndata:1\n\n", [(DATA, None, b"1")]),
    "a second bom is no bom": (
        b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\n",
        [(IDLE, None, b"", ("\ufeffdata", "1")), (DATA, None, b"2")],
    ),
    "bom later is no bom": (
        b"data:1\n\n\xef\xbb\xbfdata:2\n\n",
        [(DATA, None, b"1"), (IDLE, None, b"", ("\ufeffdata", "2"))],
    ),
    "comments": (
        b":\0\ndata:1\n:\ndata:2\n: x\ndata:3\n:data:fail\ndata:4\n\n",
        [(DATA, None, b"1\n2\n3\n4", ("", "\0"), ("", ""), ("", "x"), ("", "data:fail"))],
    ),
    "data before the last empty line": (
        b"retry:1000\ndata:test1\n\nid:test\ndata:test2",
        [(DATA, None, b"test1", ("retry", "1000")), (PARTIAL, None, b"test2", ("id", "test"))],
    ),
    "event": (
        b"event:test\ndata:x\n\ndata:x\n\n",
        [(DATA, "test", b"x"), (DATA, None, b"x")],
    ),
    "event after data": (b"data:x\nevent: late\n\n", [(DATA, "late", b"x")]),
    "the last event counts": (b"event: a\nevent: b\ndata:x\n\n", [(DATA, "b", b"x")]),
    "empty event": (b"event: \ndata:data\n\n", [(DATA, None, b"data")]),
    "event without data": (
        b"event: ping\nid: 7\n\ndata: x\n\n",
        [(IDLE, "ping", b"", ("id", "7")), (DATA, None, b"x")],
    ),
    "id with NUL is ignored": (b"id:1\0\ndata:x\n\n", [(DATA, None, b"x")]),
    "retry": (b"retry:3000\nretry:1000x\ndata:x\n\n", [(DATA, None, b"x", ("retry", "3000"), ("retry", "1000x"))]),
    "field names": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rda_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
        [
            (
                *(DATA, None, b"\0\n 2\n1\n3\n\n4"),
                *(("Data", "1"), ("data\0", "2"), ("\0data", "4"), ("da-ta", "3"), ("da_5", ""), (" data", "32")),
            )
        ],
    ),
    "unknown fields": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        [
            (
                *(DATA, None, b"test\n\ntest"),
                *((" data", ""), ("foobar", "xxx"), ("justsometext", ""), ("", "thisisacommentyay")),
            )
        ],
    ),
    "newlines": (b"data:test\r\ndata\ndata:test\r\n\r", [(DATA, None, b"test\n\ntest")]),
    "null character": (b"data:\0\n\n\n\n", [(DATA, None, b"\0"), (IDLE, None, b"")]),
    "utf-8": ("data:ok…\n\n".encode(), [(DATA, None, "ok…".encode())]),
    "colons in values": (b"data:a:b: c\n\n", [(DATA, None, b"a:b: c")]),
}

LINES = {
    "LF": (b"data: a\n\ndata: b\n\n", 2),
    "CRLF": (b"data: a\r\n\r\ndata: b\r\n\r\n", 2),
    "CR": (b"data: a\r\rdata: b\r\r", 2),
    "LF then CRLF": (b"data: a\n\r\ndata: b\n\r\n", 2),
    "CRLF then LF": (b"data: a\r\n\ndata: b\r\n\n", 2),
    "LF then CR": (b"data: a\n\rdata: b\n\r", 2),
    "CRLF then CR": (b"data: a\r\n\rdata: b\r\n\r", 2),
    "CR then CRLF": (b"data: a\r\r\ndata: b\r\r\n", 3),
    "blank lines between": (b"\n\r\n\rdata: a\n\n\n\n\r\r\ndata: b\n\n", 2),
    "blank lines at the end": (b"data: a\n\ndata: b\n\n\r\n\n\r", 3),
}

TEXT_NOT_LINES = ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\x1d", "\x1e"]


@pytest.mark.parametrize("case", STANDARD)
def test_the_standards_cases(case):
    body, expected = STANDARD[case]
    assert told(decoded(Sse, body)) == expected
    check_truncated(Sse, body)


@pytest.mark.parametrize("lines", LINES)
def test_every_way_to_end_a_line(lines):
    body, count = LINES[lines]
    frames = decoded(Sse, body)
    assert [frame.data for frame in frames if frame.kind == DATA] == [b"a", b"b"]
    assert len(frames) == count
    assert not any(frame.fields for frame in frames)
    check_truncated(Sse, body)


def test_a_frame_ends_with_its_blank_line():
    frames = decoded(Sse, b"\ndata: a\r\n\r\n\r\n: x\n\nevent: b\ndata: c\n\n\n")
    assert [(frame.start, frame.end) for frame in frames] == [(0, 12), (12, 19), (19, 37), (37, 38)]


def test_a_frame_has_the_time_of_the_read_that_completed_it():
    frames = fed(Sse(), [b"data: a\n", b"\ndata: b", b"\n\ndata: c\n\ndata: d", b"", b"\n"])
    assert [(frame.data, frame.at) for frame in frames] == [(b"a", 1), (b"b", 2), (b"c", 2), (b"d", -1)]


def test_a_stream_of_lone_crs_is_not_late():
    assert [frame.data for frame in Sse().feed(b"data: a\r\r", 0)] == [b"a"]
    decoder = Sse()
    assert decoder.feed(b"data: a\r\n\r", 0) == []
    assert [frame.data for frame in decoder.feed(b"\n", 1)] == [b"a"]


@pytest.mark.parametrize("character", TEXT_NOT_LINES, ids=ascii)
def test_what_python_takes_for_a_new_line_is_text(character):
    text = f'{{"text":"a{character}b"}}'.encode()
    assert [frame.data for frame in decoded(Sse, b"event: e\ndata: " + text + b"\n\ndata: x\n\n")] == [text, b"x"]


@pytest.mark.parametrize("text", ["é世👩‍💻", "\ufeff"])
def test_a_character_may_be_split(text):
    assert [frame.data.decode() for frame in decoded(Sse, f"data: {text}\n\n".encode())] == [text]


def test_bytes_that_are_no_utf_8_stay_as_they_are():
    (frame,) = decoded(Sse, b"event: \xff\nid: \xe4\xb8\ndata: \xff\xfe\n\n")
    assert told([frame]) == [(DATA, "\ufffd", b"\xff\xfe", ("id", "\ufffd"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: {}", (PARTIAL, None, b"{}")),
        (b"data: {}\n", (PARTIAL, None, b"{}")),
        (b"data: {}\r", (PARTIAL, None, b"{}")),
        (b"event: x\nda", (PARTIAL, "x", b"", ("da", ""))),
        (b"\n\n", (IDLE, None, b"")),
        (b"\xef\xbb\xbf\r\n", (IDLE, None, b"")),
        (b"data: {}\r\n\r", (DATA, None, b"{}")),
    ],
)
def test_the_end_of_the_body(body, expected):
    assert told(decoded(Sse, body)) == [expected]


def test_json_amid_a_stream_is_data():
    error = b'{\n  "error": {\n    "code": 499\n  }\n}'
    frames = decoded(Sse, b"data: {}\r\n\r\n" + error + b"\n\ndata: 1\n\n" + error + b"\n")
    assert told(frames) == [(DATA, None, b"{}"), (DATA, None, error), (DATA, None, b"1"), (PARTIAL, None, error)]


@pytest.mark.parametrize("size", [(64 << 10) + 1, (128 << 10) + 1, (512 << 10) + 1, 3 << 20])
@pytest.mark.parametrize("read", [997, 64 << 10])
def test_long_lines_are_normal(size, read):
    data = b'"' + b"x" * (size - 2) + b'"'
    body = b"event: long\ndata: " + data + b"\n\ndata: next\n\n"
    frames = fed(Sse(), cut(body, [read] * (len(body) // read)))
    assert [frame.data for frame in frames] == [data, b"next"]
    check_bytes(frames, body)


@pytest.mark.parametrize("blank", [b"\n\n", b"\r\r", b"\r\n\r\n", b"\n\r"])
def test_a_frame_of_just_the_limit(blank):
    body = b"data: 3456" + blank
    frames = decoded(lambda: Sse(limit=len(body)), body * 3)
    assert told(frames) == [(DATA, None, b"3456")] * 3


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_a_frame_over_the_limit_ends_the_decoding(line_end):
    first, second = b"data: 1" + line_end * 2, b"data: 345678901234567890" + line_end * 2
    frames = decoded(lambda: Sse(limit=20), first + second + first)
    assert [frame.kind for frame in frames] == [DATA, BROKEN]
    assert frames[1].problem == (
        f"expected the end of what begins at byte {len(first)} within 20 bytes, which is the limit; nothing after it "
        "is read: take the body as it was received, which has no limit"
    )
    assert frames[1].data == second[:21]


def test_a_frame_of_too_many_lines_is_broken():
    ends = b"x\n" * MAX_LINES
    assert [frame.kind for frame in fed(Sse(), [b"data: 1\n" + ends + b"\n"])] == [BROKEN]
    assert [frame.kind for frame in fed(Sse(), [b"data\n" * (MAX_LINES - 1) + b"\n"])] == [DATA]


WORDS = [b"data", b"event", b"id", b":", b": ", b" ", b"x", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff"]
STREAMS = st.lists(st.sampled_from([*WORDS, "\u2028".encode(), "世".encode()]), max_size=40).map(b"".join)


@given(STREAMS)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_what_is_dispatched_equals_httpx_sse(body):
    check_equals_httpx_sse(body)


@pytest.mark.parametrize("case", sorted(STANDARD))
def test_the_standards_cases_equal_httpx_sse(case):
    check_equals_httpx_sse(STANDARD[case][0])


def check_equals_httpx_sse(body: bytes) -> None:
    """httpx-sse does not strip a BOM and tells events without data; the rest is the standard's."""
    body = body.replace(b"\xef\xbb\xbf", b"").replace(b"{", b"")
    response = httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, content=body)
    theirs = [(event.event or "message", event.data) for event in EventSource(response).iter_sse() if event.data]
    frames = [frame for frame in fed(Sse(), [body]) if frame.kind == DATA and frame.data]
    assert [(frame.event or "message", frame.data.decode("utf-8", "replace")) for frame in frames] == theirs
