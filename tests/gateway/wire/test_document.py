"""A body that is no stream: one frame at its end."""

import pytest

from gateway.wire import Document
from tests.gateway.wire.feeding import decoded, fed


def test_the_whole_body_is_one_frame_when_it_has_ended():
    document = Document()
    assert document.feed(b'{"a":', 1) == []
    assert document.feed(b" 1}\n", 2) == []
    (frame,) = document.close(3)
    assert (frame.kind, frame.start, frame.end, frame.at, frame.data) == ("data", 0, 9, 3, b'{"a": 1}\n')


def test_a_byte_order_mark_is_no_part_of_it():
    assert [frame.data for frame in decoded(Document, b"\xef\xbb\xbf{}")] == [b"{}"]


@pytest.mark.parametrize("body", [b"\n", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_white_space_says_nothing(body):
    assert [frame.kind for frame in decoded(Document, body)] == ["idle"]


def test_a_large_body_is_normal_up_to_the_limit():
    reads = [b"x" * (1 << 20)] * 20
    assert [len(frame.data) for frame in fed(Document(), reads)] == [20 << 20]
    assert [frame.kind for frame in fed(Document(limit=5 << 20), reads)] == ["broken"] * 16
