"""An array in pieces: where elements end, what may stand between them, what may not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire.json_array import JsonArray
from tests.gateway.wire.feeding import check_truncated, cut, decoded, fed


def told(body: bytes) -> list[tuple[str, bytes]]:
    return [(frame.kind, frame.data) for frame in decoded(JsonArray, body)]


def test_elements_are_frames_with_what_stands_before_them():
    frames = decoded(JsonArray, b'[{"a":1}\n,\r\n{"b":[2]}\n]\n')
    assert [(frame.kind, frame.start, frame.end, frame.data) for frame in frames] == [
        ("data", 0, 8, b'{"a":1}'),
        ("data", 8, 21, b'{"b":[2]}'),
        ("idle", 21, 24, b""),
    ]


def test_an_element_is_there_as_soon_as_its_last_byte_is():
    frames = fed(JsonArray(), [b'[{"a":', b"1}", b",", b"{}", b"]"])
    assert [(frame.kind, frame.at) for frame in frames] == [("data", 1), ("data", 3), ("idle", -1)]


@pytest.mark.parametrize(
    "element",
    [
        *(b'{"a":"]"}', b'{"a":"}\\""}', b'"\\\\"', b'"\\\\\\""', b'["]", "["]', b"[[], [[]]]", b'{"\\"":{}}', b"{}"),
        *(b"1", b"-1.5e+3", b"true", b"null", b'""', b'"x,y"', '"\u2028\u0085世"'.encode()),
    ],
)
def test_any_value_is_an_element(element):
    body = b"[" + element + b" , " + element + b"\n," + element + b"]"
    assert told(body) == [("data", element)] * 3 + [("idle", b"")]
    check_truncated(JsonArray, body)


@pytest.mark.parametrize("body", [b"[]", b" [ ] \n", b"\xef\xbb\xbf[]"])
def test_an_empty_array_says_nothing(body):
    assert told(body) == [("idle", b"")]


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b'[{"a":1', ("partial", b'{"a":1')),
        (b'[{"a":"\\', ("partial", b'{"a":"\\')),
        (b'["x', ("partial", b'"x')),
        (b"[12", ("partial", b"12")),
        (b"[", ("idle", b"")),
        (b"[{},", ("idle", b"")),
        (b"[{} ", ("idle", b"")),
    ],
)
def test_a_cut_off_array(body, left):
    assert told(body)[-1] == left


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{}", "expected a JSON array's [ at byte 0, got b'{'"),
        (b"[{}{}]", "expected a comma or ] at byte 3, got b'{'"),
        (b"[{},,{}]", "expected a JSON value at byte 4, got b','"),
        (b"[{},]", "expected a JSON value at byte 4, got b']'"),
        (b"[,{}]", "expected a JSON value or ] at byte 1, got b','"),
        (b"[}", "expected a JSON value or ] at byte 1, got b'}'"),
        (b"[] {}", "expected nothing after the array's ] at byte 3, got b'{'"),
        (b"[{}]\n[", "expected nothing after the array's ] at byte 5, got b'['"),
        (b"[<html>", "expected a JSON value or ] at byte 1, got b'<'"),
        (b"[\xff", r"expected a JSON value or ] at byte 1, got b'\xff'"),
    ],
)
def test_what_does_not_belong_there_is_broken(body, problem):
    frame = decoded(JsonArray, body)[-1]
    assert (frame.kind, frame.problem) == ("broken", problem)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{},\n\u2028é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='k"\\]}'), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=5), st.lists(st.integers(1, 9), max_size=30), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=60)
def test_elements_equal_what_json_reads(values, sizes, is_pretty):
    body = json.dumps(values, indent=1 if is_pretty else None, ensure_ascii=is_pretty).encode()
    frames = fed(JsonArray(), cut(body, sizes))
    assert [json.loads(frame.data) for frame in frames if frame.kind == "data"] == values
