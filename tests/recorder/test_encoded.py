import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.encoded import hidden_texts
from recorder.key_shapes import long_words
from tests.scaling import assert_linear

TEXT = b'{"password":"hunter2","note":"gr\xc3\xbc\xc3\x9fe ???>>>"}'


def hidden(data: bytes) -> list[bytes]:
    found = list(hidden_texts(long_words(data)))
    for one in found:
        assert one.spelled(one.text) == data[one.start : one.end]
    return [one.text for one in found]


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_a_text_in_base64(encode, cut):  # type: ignore[no-untyped-def]
    text = TEXT[: len(TEXT) - cut]
    assert hidden(b'{"data":"data:text/plain;base64,' + encode(text) + b'"}') == [text]
    assert hidden(b"data=" + encode(text).rstrip(b"=")) == [text]


def test_a_text_that_is_cut_off_within_a_letter() -> None:
    assert hidden(base64.b64encode(TEXT[:34])) == [TEXT[:34]]


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj, and so on and on",
        b"all text but for the end of it, which is\x00binary",
        bytes(range(128, 256)),
    ],
)
def test_what_is_no_text_is_left_alone(data: bytes) -> None:
    assert hidden(json.dumps({"data": base64.b64encode(data).decode()}).encode()) == []


def test_words_are_no_base64() -> None:
    assert (
        hidden(
            b"chatcmpl-CDYpwKLMZNMmjMnJvPqVnO9SbZ3qK msg_01XFDUDYJgAACzvnptvVoYEL hello-my-very-long-hyphened-friend"
        )
        == []
    )


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode).map(base64.b64encode))
def test_nothing_is_an_error(data: bytes) -> None:
    hidden(data)
    hidden(b'"' + data * 3 + b'"')


@pytest.mark.parametrize("piece", [b"QUJDREVG", b"QUJDREVGQUJDREVGQUJDREVGQUJD ", b"=", b"a-"])
def test_the_time_is_linear(piece: bytes) -> None:
    assert_linear(lambda size: hidden(piece * size), 4000)
