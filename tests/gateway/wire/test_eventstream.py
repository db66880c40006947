"""Amazon's event stream: messages and all types of headers, checked against botocore's reader; damage of every kind."""

import base64
import datetime
import struct
import uuid
import zlib

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire.eventstream import MAX_HEADERS, EventStream
from tests.corpus import CORPUS, REASON, samples
from tests.gateway.wire.feeding import check_truncated, cut, decoded, fed

UUID = uuid.UUID(int=7 << 64 | 9)
LAYOUTS = {2: ">b", 3: ">h", 4: ">i", 5: ">q", 8: ">q"}


def value(kind: int, content: object) -> bytes:
    """A header's value as it is on the wire."""
    if kind in LAYOUTS:
        return struct.pack(LAYOUTS[kind], content)
    if kind == 9:
        return content.bytes
    return struct.pack(">H", len(content)) + content if content is not None else b""


def header(name: str, content: object, kind: int = 7) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return bytes([len(name.encode())]) + name.encode() + bytes([kind]) + value(kind, content)


def prelude(total: int, headers: int) -> bytes:
    lengths = struct.pack(">II", total, headers)
    return lengths + struct.pack(">I", zlib.crc32(lengths))


def message(payload: bytes = b"", headers: bytes = b"") -> bytes:
    begun = prelude(16 + len(headers) + len(payload), len(headers)) + headers + payload
    return begun + struct.pack(">I", zlib.crc32(begun))


EVENT = header(":event-type", "contentBlockDelta") + header(":message-type", "event")
EXCEPTION = header(":exception-type", "throttlingException") + header(":message-type", "exception")
ERROR = header(":error-code", "InternalError") + header(":error-message", "no") + header(":message-type", "error")


def test_messages_are_frames():
    first, second = message(b'{"a":1}', EVENT), message()
    frames = decoded(EventStream, first + second)
    assert [(frame.kind, frame.start, frame.end, frame.event, frame.data) for frame in frames] == [
        ("data", 0, len(first), "contentBlockDelta", b'{"a":1}'),
        ("data", len(first), len(first) + 16, None, b""),
    ]
    assert frames[0].fields == ((":event-type", "contentBlockDelta"), (":message-type", "event"))
    check_truncated(EventStream, first + second)


@pytest.mark.parametrize(
    ("headers", "event"), [(EVENT, "contentBlockDelta"), (EXCEPTION, "throttlingException"), (ERROR, "InternalError")]
)
def test_what_a_message_calls_itself(headers, event):
    assert [frame.event for frame in decoded(EventStream, message(b"{}", headers))] == [event]


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        (0, None, "true"),
        (1, None, "false"),
        (2, -128, "-128"),
        (3, -300, "-300"),
        (4, 1 << 30, "1073741824"),
        (5, -(1 << 62), "-4611686018427387904"),
        (6, b"\0\xff", "AP8="),
        (7, "世\u2028".encode(), "世\u2028"),
        (7, b"\xff", "\ufffd"),
        (8, 1_700_000_000_123, "1700000000123"),
        (9, UUID, "00000000-0000-0007-0000-000000000009"),
    ],
)
def test_every_type_of_header_is_text(kind, content, shown):
    headers = header("x", content, kind) + header("y", "z")
    (frame,) = decoded(EventStream, message(b"{}", headers))
    assert frame.fields == (("x", shown), ("y", "z"))


def changed(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def test_one_wrong_bit_anywhere_is_seen():
    whole = message(b'{"a":1}', EVENT)
    for place in range(len(whole)):
        frames = fed(EventStream(), [message() + changed(whole, place) + message()])
        assert [frame.kind for frame in frames] == ["data", "broken", "broken"]
        assert "checksum" in frames[1].problem
        assert "at byte 16" in frames[1].problem


@pytest.mark.parametrize(
    ("total", "headers"),
    [(15, 0), (0, 0), (20, 5), (16, 1 << 31), (1 << 31, 0), ((1 << 32) - 1, 12), (200 << 10, MAX_HEADERS + 1)],
)
def test_lengths_that_cannot_be_are_not_waited_for(total, headers):
    (frame,) = EventStream().feed(prelude(total, headers), 0)
    assert frame.kind == "broken"
    assert f"{total:,} bytes with {headers:,} of headers" in frame.problem


def test_the_limit_of_a_message():
    body = message(b"x" * 84)
    assert [frame.kind for frame in decoded(lambda: EventStream(limit=100), body)] == ["data"]
    assert [frame.kind for frame in decoded(lambda: EventStream(limit=99), body)] == ["broken"]


@pytest.mark.parametrize(
    "headers",
    [
        b"\x05abc",
        b"\x01x",
        b"\x01x\x0a",
        b"\x01x\x04\0\0",
        b"\x01x\x07\0",
        b"\x01x\x07\0\x09abc",
        b"\x01x\x09" + b"\0" * 15,
        EVENT + b"\x01",
    ],
)
def test_headers_that_cannot_be_read_are_broken(headers):
    frames = decoded(EventStream, message(b"{}") + message(b"{}", headers))
    assert [frame.kind for frame in frames] == ["data", "broken"]
    assert frames[1].problem == "an eventstream message's headers cannot be read at byte 18"


def test_what_is_no_event_stream_is_broken_at_once():
    frames = decoded(EventStream, b'{"message":"no"}')
    assert [frame.kind for frame in frames] == ["broken"]
    assert frames[0].problem == "expected an eventstream message at byte 0: the checksum of its lengths is wrong"


@pytest.mark.parametrize(
    ("left_out", "event", "data"), [(1, "contentBlockDelta", b"{}"), (5, "contentBlockDelta", b"{"), (7, None, b"")]
)
def test_a_message_that_is_cut_off_tells_what_had_come(left_out, event, data):
    (frame,) = decoded(EventStream, message(b"{}", EVENT)[:-left_out])
    assert (frame.kind, frame.event, frame.data) == ("partial", event, data)


def botocores(body: bytes) -> list[tuple[dict[str, str], bytes]]:
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    return [({name: shown(content) for name, content in one.headers.items()}, one.payload) for one in buffer]


def shown(content: object) -> str:
    """botocore's value of a header as our text. It takes a UUID for bytes, as it does bytes."""
    if isinstance(content, bytes):
        return base64.b64encode(content).decode()
    if isinstance(content, datetime.datetime):
        return str(round(content.timestamp() * 1000))
    return str(content).lower() if isinstance(content, bool) else str(content)


def ours(body: bytes, sizes: list[int]) -> list[tuple[dict[str, str], bytes]]:
    return [(dict(frame.fields), frame.data) for frame in fed(EventStream(), cut(body, sizes))]


CONTENTS = st.one_of(
    st.sampled_from([(0, None), (1, None)]),
    *(
        st.tuples(st.just(kind), st.integers(-(1 << bits), (1 << bits) - 1))
        for kind, bits in ((2, 7), (3, 15), (4, 31), (5, 63))
    ),
    st.tuples(st.just(6), st.binary(max_size=20)),
    st.tuples(st.just(7), st.text(max_size=20)),
)
MESSAGES = st.tuples(st.binary(max_size=50), st.dictionaries(st.text(min_size=1, max_size=9), CONTENTS, max_size=4))


@given(st.lists(MESSAGES, max_size=4), st.lists(st.integers(1, 30), max_size=20))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_messages_equal_botocores(messages, sizes):
    body = b"".join(
        message(payload, b"".join(header(name, content, kind) for name, (kind, content) in headers.items()))
        for payload, headers in messages
    )
    assert ours(body, sizes) == botocores(body)


@pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
def test_real_streams_equal_botocores():
    bodies = [sample.body for sample in samples() if sample.stream_kind == "aws-eventstream"]
    assert bodies
    for body in bodies:
        assert ours(body, [100] * (len(body) // 100)) == botocores(body)
