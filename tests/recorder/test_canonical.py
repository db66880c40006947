import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.canonical import CallId, Number, canonical_text, request_tree
from recorder.interaction import Request
from recorder.paths import Paths


def tree(body: bytes | str, content_type: str = "application/json", ignore: tuple[str, ...] = ()) -> Any:
    body = body.encode() if isinstance(body, str) else body
    request = Request("acme", "POST", "/v1/chat?b=2&a=1", (("Content-Type", content_type),), body)
    return request_tree(request, Paths.parse(ignore), ())


def test_what_is_compared_in_the_order_in_which_it_is_told() -> None:
    assert list(tree("{}").items()) == [
        ("upstream", "acme"),
        ("method", "POST"),
        ("path", "/v1/chat"),
        ("query", {"a": "1", "b": "2"}),
        ("headers", {}),
        ("body", {}),
    ]


def test_json_without_its_layout() -> None:
    assert tree('{"b": [1, 2.50, true, null], "a": "\\u00e9"}')["body"] == {
        "a": "é",
        "b": [Number("1"), Number("2.50"), True, None],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"1",
        b'"text"',
        b"{",
        b'{"a": 1} trailing',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b"[" * 200 + b"]" * 200,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_plainly_json_is_compared_by_its_bytes(body: bytes) -> None:
    assert tree(body)["body"] is body


def test_tool_call_ids_as_texts() -> None:
    body = b'{"messages":[{"role":"tool","tool_call_id":"call_1"}]}'
    found = request_tree(Request("acme", "POST", "/", (), body), Paths(), (), exact_ids=True)
    assert found["body"] == {"messages": [{"role": "tool", "tool_call_id": "call_1"}]}


def test_a_header_that_is_there_once_is_a_text_and_else_a_list() -> None:
    headers = (("X-A", "1"), ("x-b", "1"), ("X-B", "2"), ("x-c", "1"))
    found = request_tree(Request("acme", "GET", "/", headers), Paths(), ("x-a", "X-b"))
    assert found["headers"] == {"x-a": "1", "x-b": ["1", "2"]}


def test_numbers_of_any_size_are_kept_as_written() -> None:
    digits = "9" * 10_000
    assert tree(f"[{digits}, 1e400, -0]")["body"] == [digits, "1e400", "-0"]


def test_tool_call_ids_are_numbered_in_order_of_appearance() -> None:
    body = {
        "messages": [
            {"role": "assistant", "content": [{"type": "tool_use", "id": name} for name in ("toolu_b", "toolu_a")]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_a"}]},
            {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function"}]},
            {"role": "tool", "tool_call_id": "call_1"},
        ],
        "input": [{"type": "function_call", "call_id": "x"}, {"type": "function_call_output", "call_id": "x"}],
    }  # fmt: skip
    found = tree(json.dumps(body))["body"]
    assert [item["call_id"] for item in found["input"]] == [CallId(0), CallId(0)]
    first, second, third, fourth = found["messages"]
    assert [block["id"] for block in first["content"]] == [CallId(1), CallId(2)]
    assert second["content"][0]["tool_use_id"] == CallId(2)
    assert third["tool_calls"][0]["id"] == fourth["tool_call_id"] == CallId(3)


def test_the_same_names_elsewhere_are_values() -> None:
    body = {
        "id": "a",
        "metadata": {"call_id": "b", "tool_use_id": "c"},
        "messages": [{"role": "assistant", "id": "d", "content": [{"type": "tool_use", "input": {"call_id": "e"}}]}],
        "tools": [{"parameters": {"properties": {"tool_call_id": {"type": "string"}}}}],
    }
    assert tree(json.dumps(body))["body"] == body


def test_volatile_paths_are_not_there() -> None:
    body = {"metadata": {"run": 1, "user": "a"}, "messages": [{"id": "x", "content": "hi"}], "stop": ["a", "b"]}
    assert tree(json.dumps(body), ignore=("metadata.run", "messages.*.id", "stop.1"))["body"] == {
        "metadata": {"user": "a"},
        "messages": [{"content": "hi"}],
        "stop": ["a"],
    }


def form(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    head = b"".join(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), name.encode(), data) for name, data in parts)
    return head + b"--%s--\r\n" % boundary.encode()


MODEL = ('Content-Disposition: form-data; name="model"', b"whisper")
AUDIO = ('Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav', b"RIFF\r\n\x00--x")


def test_a_form_is_compared_by_its_parts() -> None:
    one = tree(form("abc", MODEL, AUDIO), "multipart/form-data; boundary=abc")
    assert one == tree(form("d e/f", MODEL, AUDIO), 'Multipart/Form-Data; charset=x; boundary="d e/f"')
    assert one["parts"][0] == {
        "headers": {"content-disposition": 'form-data; name="model"'},
        "content": b"whisper",
    }
    assert "body" not in one
    assert one != tree(form("abc", AUDIO, MODEL), "multipart/form-data; boundary=abc")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=other", form("abc", MODEL)),
        ("multipart/form-data", form("abc", MODEL)),
        ("multipart/mixed; boundary=abc", form("abc", MODEL)),
        ("multipart/form-data; boundary=abc", b"preamble\r\n" + form("abc", MODEL)),
        ("multipart/form-data; boundary=abc", form("abc", MODEL)[:-8]),
        ("multipart/form-data; boundary=abc", form("abc", MODEL) + b"epilogue"),
        ("multipart/form-data; boundary=abc", form("abc", ("no header", b""))),
        ("multipart/form-data; boundary=abc", form("abc", ("A: 1\r\na: 2", b""))),
        ("multipart/form-data; boundary=abc", b""),
    ],
)
def test_what_is_not_plainly_a_form_is_compared_by_its_bytes(content_type: str, body: bytes) -> None:
    assert tree(body, content_type)["body"] is body


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def typed(value: Any) -> Any:
    """`value` so that == tells 1, 1.0 and True apart, and the order of keys does not count."""
    if isinstance(value, dict):
        return {name: typed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value), repr(value)


@given(json_values, json_values)
def test_two_values_have_one_text_only_if_they_are_the_same(one: Any, two: Any) -> None:
    texts = [canonical_text(tree(json.dumps([value]))) for value in (one, two)]
    assert (texts[0] == texts[1]) == (typed(one) == typed(two))


@given(st.binary(), st.text())
def test_no_body_is_an_error(body: bytes, boundary: str) -> None:
    canonical_text(tree(body))
    canonical_text(tree(b"{" + body + b"}"))
    canonical_text(tree(body, f"multipart/form-data; boundary={boundary}"))
    canonical_text(tree(b"--x\r\n" + body + b"\r\n--x--", "multipart/form-data; boundary=x"))
