import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.content_coding import decoded
from recorder.errors import Unredactable

TEXT = b'{"text": "hello"}' * 20


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-GZIP", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),  # without its wrapper
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0) + bytes(5)),
    ],
)
def test_a_coded_body_is_read(coding: str, body: bytes) -> None:
    assert decoded(body, (("Content-Encoding", coding),)) == (TEXT, True)


def test_of_a_body_that_was_cut_off_as_much_as_there_is() -> None:
    noise = bytes(number * number % 251 for number in range(4000))
    part = decoded(gzip.compress(noise)[:-100], (("content-encoding", "gzip"),))
    assert part is not None
    assert part.sound
    assert part.data
    assert noise.startswith(part.data)


@pytest.mark.parametrize("rest", [b"more", b"\x1f\x8b\x08 but no gzip"])
def test_what_follows_and_is_no_gzip_is_not_sound(rest: bytes) -> None:
    assert decoded(gzip.compress(TEXT) + rest, (("content-encoding", "gzip"),)) == (TEXT, False)


def test_what_follows_deflate_is_not_sound() -> None:
    assert decoded(zlib.compress(TEXT) + b"more", (("content-encoding", "deflate"),)) == (TEXT, False)


@pytest.mark.parametrize("coding", ["", "identity", "gzip", "deflate", "utf-8", "gzip, br", "\n"])
def test_a_plain_text_is_plain_whatever_its_header_says(coding: str) -> None:
    assert decoded(b"plain text", (("content-encoding", coding),)) is None


@pytest.mark.parametrize("coding", ["br", "zstd", "BR", "compress"])
def test_a_coding_that_cannot_be_searched_is_refused(coding: str) -> None:
    with pytest.raises(Unredactable, match="only gzip and deflate can: have the client ask"):
        decoded(b"plain text", (("content-encoding", coding),))


@pytest.mark.parametrize("headers", [(("content-encoding", "gzip, br"),), (("content-encoding", "gzip"),) * 2])
def test_several_codings_are_refused(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Unredactable, match="gzip,"):
        decoded(b"\x1f\x8b\x08", headers)


def test_an_empty_body_has_no_coding() -> None:
    assert decoded(b"", (("content-encoding", "br"),)) is None


def test_no_header_no_coding() -> None:
    assert decoded(gzip.compress(TEXT, mtime=0), ()) is None


def test_a_bomb_is_refused() -> None:
    bomb = gzip.compress(bytes(80 << 20))
    with pytest.raises(Unredactable, match="more than 64 MiB"):
        decoded(bomb, (("content-encoding", "gzip"),))


@given(
    st.binary() | st.binary().map(gzip.compress) | st.binary().map(zlib.compress), st.sampled_from(["gzip", "deflate"])
)
def test_nothing_else_is_an_error(body: bytes, coding: str) -> None:
    decoded(body[1:], (("content-encoding", coding),))
    decoded(body[:-1], (("content-encoding", coding),))
