import gzip
import zlib

import pytest

from recorder.content_coding import decoded

TEXT = b'{"text": "hello"}' * 20


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-GZIP", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),  # without its wrapper
    ],
)
def test_a_coded_body_is_read(coding: str, body: bytes) -> None:
    assert decoded(body, (("Content-Encoding", coding),)) == TEXT


def test_of_a_body_that_was_cut_off_as_much_as_there_is() -> None:
    noise = bytes(number * number % 251 for number in range(4000))
    part = decoded(gzip.compress(noise)[:-100], (("content-encoding", "gzip"),))
    assert part
    assert noise.startswith(part)


@pytest.mark.parametrize("coding", ["", "identity", "br", "zstd", "gzip", "deflate", "gzip, br", "\n"])
def test_what_cannot_be_read_is_none(coding: str) -> None:
    assert decoded(b"plain text", (("content-encoding", coding),)) is None


def test_no_header_no_coding() -> None:
    assert decoded(gzip.compress(TEXT, mtime=0), ()) is None


def test_of_a_bomb_only_the_beginning_is_read() -> None:
    bomb = gzip.compress(bytes(80 << 20))
    plain = decoded(bomb, (("content-encoding", "gzip"),))
    assert plain is not None
    assert len(plain) == 64 << 20
