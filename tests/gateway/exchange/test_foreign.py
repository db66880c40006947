"""Headers as other tools store them."""

import gzip
import zlib

import pytest

from gateway.exchange.foreign import answer_headers, asked_headers, is_coded


def test_headers_of_a_request():
    pairs = [(":method", "GET"), ("Accept", " */* "), ("a b", "c"), ("x", "1\n2\r\n3"), ("y", "世"), ("z", "é\x00")]
    assert asked_headers(pairs) == (
        ("Accept", "*/*"),
        ("x", "1"),
        ("x", "2"),
        ("x", "3"),
        ("y", "世".encode().decode("latin-1")),
        ("z", "é"),
    )


@pytest.mark.parametrize(
    ("coded", "length", "kept"),
    [
        (True, "4", ["Content-Encoding", "Content-Length", "x"]),
        (False, "4", ["Content-Length", "x"]),
        (False, "5", ["x"]),
    ],
)
def test_headers_of_an_answer_are_true_of_its_body(coded, length, kept):
    pairs = [
        ("Content-Encoding", "gzip"),
        ("Content-Length", length),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("x", "é"),
    ]
    assert [name for name, _ in answer_headers(pairs, b"body", coded=coded)] == kept


@pytest.mark.parametrize("data", [b"", b"a", b"text" * 1000, "世".encode() * 20])
def test_what_is_compressed_is_no_text(data):
    assert not is_coded(data)
    assert is_coded(gzip.compress(data))
    assert is_coded(zlib.compress(data))
