"""What holds for every decoder: each byte is in one frame, reads do not matter, limits are kept, time is linear."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire import Document
from gateway.wire.eventstream import EventStream
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse
from tests.gateway.wire.feeding import check_bytes, check_truncated, cut, decoded, fed, timeless
from tests.scaling import assert_linear

DECODERS = [Sse, Ndjson, JsonArray, EventStream, Document]
STREAMING = [Sse, Ndjson, JsonArray, EventStream]


def message(payload: bytes) -> bytes:
    """An eventstream message without headers."""
    lengths = struct.pack(">II", 16 + len(payload), 0)
    prelude = lengths + struct.pack(">I", zlib.crc32(lengths))
    return prelude + payload + struct.pack(">I", zlib.crc32(prelude + payload))


def stream(decoder: type, *values: bytes) -> bytes:
    """A whole body with these JSON values."""
    if decoder is JsonArray:
        return b"[" + b"\n,".join(values) + b"]\n"
    framed = {Sse: b"data: %b\n\n", Ndjson: b"%b\n"}.get(decoder)
    return b"".join(framed % value if framed else message(value) for value in values)


def data_of(frames):
    return [frame.data for frame in frames if frame.kind == "data"]


PIECES = [bytes([byte]) for byte in b'{}[],:"\\ \n\r\0\xff\xef1']
PIECES += [b"data", b"event", b"id", b"\r\n", b"\n\n", "\u2028".encode(), b"\xef\xbb\xbf", b"null", message(b"{}")]
SOUP = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)


@pytest.mark.parametrize("decoder", DECODERS)
@given(body=st.one_of(st.binary(max_size=200), SOUP), sizes=st.lists(st.integers(0, 9), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_any_bytes_in_any_reads(decoder, body, sizes):
    frames = fed(decoder(limit=100), cut(body, sizes))
    check_bytes(frames, body)
    assert timeless(frames) == timeless(fed(decoder(limit=100), [body]))


VALUES = st.recursive(
    st.sampled_from([b'""', b'"a\\"]\\\\"', b"[]", b"{}", '"\u2028\u0085世"'.encode(), b"-1.5e3", b"null"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda values: b"[" + b", ".join(values) + b"]"),
    max_leaves=8,
)


@pytest.mark.parametrize("decoder", STREAMING)
@given(values=st.lists(VALUES, max_size=6), sizes=st.lists(st.integers(1, 30), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_values_come_out_as_they_went_in(decoder, values, sizes):
    body = stream(decoder, *values)
    frames = fed(decoder(), cut(body, sizes))
    check_bytes(frames, body)
    assert data_of(frames) == values
    assert {frame.kind for frame in frames} <= {"data", "idle"}


@pytest.mark.parametrize("decoder", STREAMING)
def test_a_body_may_be_cut_off_anywhere(decoder):
    check_truncated(decoder, stream(decoder, b'{"a": "\\"]"}', b'{"b": [1, {}]}', b"{}"))


@pytest.mark.parametrize("decoder", [Sse, Ndjson, EventStream])
def test_a_frame_has_the_time_of_the_read_that_completed_it(decoder):
    first, second = len(stream(decoder, b"{}")), len(stream(decoder, b"{}", b"[]"))
    body = stream(decoder, b"{}", b"[]", b"[]")
    frames = fed(decoder(), cut(body, [first - 1, 1, 0, second - first - 1, 1]))
    assert [frame.at for frame in frames if frame.kind == "data"] == [1, 4, 5]


@pytest.mark.parametrize("decoder", STREAMING)
@pytest.mark.parametrize("size", [(64 << 10) + 1, (128 << 10) + 1, (512 << 10) + 1, 3 << 20])
def test_long_values_are_normal(decoder, size):
    value = b'"' + b"x" * (size - 2) + b'"'
    body = stream(decoder, b"{}", value, b"{}")
    frames = fed(decoder(), cut(body, [64 << 10] * (len(body) >> 16)))
    check_bytes(frames, body)
    assert data_of(frames) == [b"{}", value, b"{}"]


@pytest.mark.parametrize("decoder", STREAMING)
@pytest.mark.parametrize("text", [b"x", b"\\\\", b'\\"', b"[", b" "], ids=repr)
def test_small_reads_take_linear_time(decoder, text):
    def read(size):
        body = stream(decoder, b'"' + text * (size // len(text)) + b'"')
        fed(decoder(), cut(body, [4] * (len(body) // 4)))

    assert_linear(read, 10_000)


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_frame_over_the_limit_ends_the_decoding(decoder):
    body = {Document: b"x" * 101}.get(decoder) or stream(decoder, b"1", b'"' + b"x" * 100 + b'"', b"2")
    frames = decoded(lambda: decoder(limit=100), body)
    assert [frame.kind for frame in frames if frame.kind != "data"] == ["broken"]
    assert frames[-1].kind == "broken"
    assert "100" in frames[-1].problem
    assert f"at byte {frames[-1].start}" in frames[-1].problem


@pytest.mark.parametrize("decoder", [Sse, Ndjson, JsonArray, Document])
def test_endless_white_space_is_over_the_limit(decoder):
    assert [frame.kind for frame in decoded(lambda: decoder(limit=100), b"\n" * 200)] == ["broken"]


@pytest.mark.parametrize("decoder", DECODERS)
def test_after_a_broken_frame_everything_is_broken_and_not_kept(decoder):
    broken = decoder(limit=100)
    frames = [frame for at in range(5) for frame in broken.feed(b"{" * 5000, at)]
    check_bytes(frames, b"{" * 25_000)
    assert {frame.kind for frame in frames} == {"broken"}
    assert [frame.at for frame in frames][-4:] == [1, 2, 3, 4]
    assert len({frame.problem for frame in frames}) == 1
    assert max(len(frame.data) for frame in frames) == 1024
    assert broken.close(9) == []


@pytest.mark.parametrize("decoder", DECODERS)
def test_an_empty_body_has_no_frames(decoder):
    assert fed(decoder(), [b""]) == []


@pytest.mark.parametrize("decoder", [Sse, Ndjson, JsonArray])
def test_a_byte_order_mark_is_skipped_at_the_beginning(decoder):
    frames = decoded(decoder, b"\xef\xbb\xbf" + stream(decoder, b"{}", b"1"))
    assert data_of(frames) == [b"{}", b"1"]
