"""Content codings: plain bytes in small pieces as they come, and clear words where they cannot be had."""

import gzip
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire.inflation import PIECE, Undecodable, inflater
from tests.gateway.wire.feeding import cut

TEXT = b"".join(b'data: {"n":%d}\n\n' % number for number in range(3000))


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    " Deflate": raw_deflate,
    "identity": bytes,
    "": bytes,
    "identity, gzip": gzip.compress,
}


def inflated(coding: str, body: bytes, sizes: list[int]) -> bytes:
    inflate = inflater(coding)
    return b"".join(piece for data in cut(body, sizes) for piece in inflate(data))


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [1, 2, 1000, 1 << 20])
def test_plain_bytes_come_back_however_they_are_read(coding, size):
    body = CODINGS[coding](TEXT)
    assert inflated(coding, body, [size] * (len(body) // size)) == TEXT


@pytest.mark.parametrize("coding", CODINGS)
@given(data=st.binary(max_size=2000), sizes=st.lists(st.integers(0, 50), max_size=20))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_any_bytes_come_back(coding, data, sizes):
    assert inflated(coding, CODINGS[coding](data), sizes) == data


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_was_flushed_is_there_at_once(coding):
    compressor = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    inflate = inflater(coding)
    for _ in range(3):
        data = compressor.compress(b"data: {}\n\n") + compressor.flush(zlib.Z_SYNC_FLUSH)
        assert b"".join(inflate(data)) == b"data: {}\n\n"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 12 << 20])
def test_a_bomb_comes_in_pieces(coding, size):
    sizes = [len(piece) for piece in inflater(coding)(CODINGS[coding](bytes(size)))]
    assert sum(sizes) == size
    assert max(sizes) <= PIECE


@pytest.mark.parametrize("between", [b"", b"\0\0\0"])
def test_gzip_may_have_several_members(between):
    body = (gzip.compress(b"a") + between) * 3
    for size in (1, 7, 1000):
        assert inflated("gzip", body, [size] * (len(body) // size)) == b"aaa"


@pytest.mark.parametrize("coding", ["gzip", "deflate", " Deflate"])
def test_of_a_cut_off_body_what_there_is(coding):
    noise = random.Random(5).randbytes(20_000)
    got = inflated(coding, CODINGS[coding](noise)[:-5000], [])
    assert noise.startswith(got)
    assert len(got) > 10_000


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_bytes_that_are_not_of_the_coding(coding):
    inflate = inflater(coding)
    for _ in range(2):
        with pytest.raises(Undecodable, match=f"^the body is not the {coding} that its head says: Error -3"):
            list(inflate(b"\xff\xfe\xfd\xfc" * 10))


def test_damage_comes_after_what_was_whole():
    body = gzip.compress(TEXT)
    pieces = []
    with pytest.raises(Undecodable, match="incorrect data check"):
        pieces.extend(inflater("gzip")(body[:-8] + bytes(8)))
    with pytest.raises(Undecodable, match="incorrect header check"):
        pieces.extend(inflater("gzip")(body + b"garbage"))
    assert b"".join(pieces) == TEXT


def test_deflate_has_one_end():
    with pytest.raises(Undecodable, match="goes on after the end of its deflate"):
        inflated("deflate", zlib.compress(b"a") * 2, [])


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "compress", "gzip, gzip"])
def test_codings_that_cannot_be_read_are_told_with_the_first_bytes(coding):
    inflate = inflater(coding)
    assert list(inflate(b"")) == []
    with pytest.raises(Undecodable, match=f"content coding '{coding}', of which only gzip and deflate can be read"):
        list(inflate(b"\x1f"))
