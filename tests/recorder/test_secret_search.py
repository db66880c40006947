import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.key_shapes import KEY_SHAPES
from recorder.paths import Paths
from recorder.secret_search import Search, plain_finder

KEY = "sk-" + "ant-api03-" + "aB3dE5gH9kLmN0pQrS7uVwXyZ1"


def search(*secrets: bytes, paths: tuple[str, ...] = ()) -> Search:
    return Search(KEY_SHAPES, Paths.parse(paths), secrets)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_what_is_found_is_counted_and_told() -> None:
    told: list[tuple[str, str]] = []
    looking = search(b"c0rrecthorse", paths=("user",))
    looking.note = lambda where, rule: told.append((where, rule))
    body = json.dumps(
        {"user": "ann", "a": [KEY, {"password": "x"}], "b": "c0rrecthorse", "c": "p://u:c0rrect@h"}
    ).encode()
    clean = plain_finder(body, "application/json", looking)
    assert json.loads(clean)["user"] == "RED"
    assert len(clean) == len(body)
    assert looking.count == 5
    assert told == [
        ("user", "path"),
        ("b", "known value"),
        ("a[1].password", "member name"),
        ("a[0]", "key shape"),
        ("c", "place in a URL"),
    ]


def test_a_text_that_has_a_name_is_told_by_it() -> None:
    told: list[tuple[str, str]] = []
    looking = search()
    looking.note = lambda where, rule: told.append((where, rule))
    looking.edits(KEY.encode(), "x-request-id")
    looking.edits(b"go " + KEY.encode())
    assert told == [("x-request-id", "key shape"), ("byte 3", "key shape")]
    assert not looking.is_clean(KEY.encode())
    assert looking.is_clean(b"nothing")
    assert (len(told), looking.count) == (2, 2)


@pytest.mark.parametrize("text", [f"the key is {KEY}", '{"api_key": "hunter2", "x": "grüße"}', coded(f"deep: {KEY}")])
def test_what_base64_hides_is_redacted_inside_it(text: str) -> None:
    body = f'{{"file_data": "data:text/plain;base64,{coded(text)}"}}'.encode()
    looking = search()
    clean = looking.cleaned(body)
    assert len(clean) == len(body)
    plain = base64.b64decode(json.loads(clean)["file_data"].partition(",")[2])
    if text.startswith("ZGVlcDog"):
        plain = base64.b64decode(plain)
    assert b"REDACTED" in plain.replace(b"REDACTE", b"REDACTED")
    assert KEY[:20].encode() not in plain
    assert b"hunter2" not in plain
    assert looking.count == 1
    assert looking.cleaned(clean) == clean


def test_a_form_is_searched_as_its_content_type_says() -> None:
    body = b"client_secret=hunter2&x=1"
    assert plain_finder(body, "application/x-www-form-urlencoded", search()) == b"client_secret=REDACTE&x=1"
    assert plain_finder(body, "text/plain", search()) == body


words = st.sampled_from(
    [
        KEY,
        KEY[:20],
        coded(KEY),
        coded(f'{{"password":"{KEY}"}}'),
        '"password":"',
        '"',
        "\\",
        "=",
        "://a:b@",
        " ",
        "&key=",
    ]
)


@given(st.lists(words).map("".join), st.sampled_from([b"c0rrecthorse", b"REDACTED-", KEY.encode()]))
def test_lengths_stay_and_a_clean_text_stays_clean(text: str, secret: bytes) -> None:
    looking = search(secret)
    clean = text.encode()
    for _ in range(8):
        clean = looking.cleaned(clean)
    assert len(clean) == len(text.encode())
    assert looking.is_clean(clean)
