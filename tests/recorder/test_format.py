import re
import zlib
from pathlib import Path
from struct import pack as pack_struct

import msgpack
import pytest

from recorder.entry import FIELDS, sections_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteForeign, CassetteFull, CassetteTooNew
from recorder.format import (
    HEADER_SIZE,
    MAGIC,
    MAY_SKIP,
    META_LIMIT,
    PREFIX_SIZE,
    Header,
    decode_header,
    decode_prefix,
    encode_header,
    encode_record,
    pack,
    seed_for,
    unpack,
)
from tests.recorder.interactions import FINGERPRINTS, STREAM, THREE, cassette

PAGE = (Path(__file__).parents[2] / "docs" / "cassette-format.md").read_text(encoding="utf-8")


def with_version(major: int, minor: int) -> bytes:
    raw = MAGIC + bytes([major, minor]) + (7).to_bytes(4, "little")
    return raw + zlib.crc32(raw).to_bytes(4, "little")


class TestHeader:
    def test_it_can_be_read_again(self) -> None:
        assert decode_header(encode_header(Header(0xDEADBEEF))) == Header(0xDEADBEEF, 1, 0)

    def test_a_later_minor_version_is_read(self) -> None:
        assert decode_header(with_version(1, 9)) == Header(7, 1, 9)

    @pytest.mark.parametrize("major", [0, 2, 255])
    def test_another_major_version_is_refused(self, major: int) -> None:
        with pytest.raises(CassetteTooNew, match=f"version {major}.0"):
            decode_header(with_version(major, 0))

    @pytest.mark.parametrize("size", range(HEADER_SIZE))
    def test_one_that_is_cut_off_is_no_header_yet(self, size: int) -> None:
        assert decode_header(encode_header(Header(1))[:size]) is None

    @pytest.mark.parametrize(
        ("raw", "told"),
        [
            (b"interactions:\n- request:", "not a cassette: it starts with b'interactions:"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
            (MAGIC.replace(b"\r\n", b"\n") + b"\1\0", "-text"),
            (MAGIC.replace(b"\n", b"\r\n") + b"\1\0", "-text"),
            (MAGIC.decode("latin-1").encode(), "-text"),
            (bytes(HEADER_SIZE), "only zeros"),
            (b"\x89", None),
        ],
    )
    def test_what_is_no_cassette_is_said_to_be_something_else(self, raw: bytes, told: str | None) -> None:
        if told is None:
            assert decode_header(raw) is None
        else:
            with pytest.raises(CassetteForeign, match=re.escape(told)):
                decode_header(raw)

    @pytest.mark.parametrize("bit", range(len(MAGIC) * 8, HEADER_SIZE * 8))
    def test_a_flipped_bit_is_noticed_before_the_version_is_believed(self, bit: int) -> None:
        raw = bytearray(encode_header(Header(0x12345678)))
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CassetteDamaged, match="checksum"):
            decode_header(bytes(raw))


class TestPrefix:
    def test_it_says_what_follows(self) -> None:
        raw = encode_record(b"meta", b"data!", 99, kind=3, flags=MAY_SKIP)
        prefix = decode_prefix(raw[:PREFIX_SIZE], 99)
        assert prefix is not None
        assert (prefix.type, prefix.flags, prefix.meta_size, prefix.data_size) == (3, MAY_SKIP, 4, 5)
        assert prefix.record_size == len(raw)

    def test_a_record_of_another_file_is_not_taken_for_one_of_this(self) -> None:
        assert decode_prefix(encode_record(b"meta", b"data", 99)[:PREFIX_SIZE], 98) is None

    @pytest.mark.parametrize("seed", [1, 0x12345678, 0xFFFFFFFF])
    def test_zeros_are_no_record(self, seed: int) -> None:
        assert decode_prefix(bytes(PREFIX_SIZE), seed) is None

    def test_the_seed_follows_from_the_first_record_and_is_never_zero(self) -> None:
        assert seed_for(b"meta", b"data") == seed_for(b"meta", b"data") != seed_for(b"meta", b"date")
        assert seed_for(b"", b"") == 1


class TestMeta:
    def test_known_fields_are_values_and_unknown_ones_are_kept_as_they_are(self) -> None:
        deep = msgpack.packb([[[{"any": msgpack.Timestamp(1)}]]])
        meta = pack({"status": 200, "facts": {"a": True}}, {"later": deep})
        assert unpack(meta, {"status", "facts"}) == ({"status": 200, "facts": {"a": True}}, {"later": deep})
        assert msgpack.unpackb(meta)["status"] == 200

    @pytest.mark.parametrize(
        "meta",
        [
            b"",
            b"\xc1",
            msgpack.packb([1, 2]),
            msgpack.packb("text"),
            msgpack.packb({1: 2}),
            msgpack.packb({"status": 200}) + b"\x00",
            msgpack.packb({"status": 200})[:-1],
            b"\x82" + 2 * msgpack.packb("status") + msgpack.packb("status") + b"\x01",
            b"\x82" + 2 * (msgpack.packb("status") + b"\x01"),
            b"\x82" + 2 * (msgpack.packb("later") + b"\x01"),
            b"\x81\xa6status\xa1\xff",
            b"\x81\xa6status\xd4\x05\x00",
            b"\x81\xa6status\xd6\xff\x00\x00\x00\x00",
            b"\x81\xa6status\xc4\x01\x00",
            b"\x81\xa6status\xdd\xff\xff\xff\xff",
            b"\x81\xa6status\xdf\xff\xff\xff\xff",
            b"\x81\xa6status\xdb\xff\xff\xff\xff",
            b"\x81\xa6status\xc6\xff\xff\xff\xff",
            b"\x81\xa6status" + b"\x91" * 5000,
            b"\x81\xa5later" + b"\x91" * 5000,
            b"\xdf\xff\xff\xff\xff",
            b"\x81\xa6status\x81\x01\x02",
            msgpack.packb({"status": [None] * 501}),
            msgpack.packb({b"status": 200}),
        ],
    )
    def test_anything_else_than_one_plain_map_is_refused(self, meta: bytes) -> None:
        with pytest.raises(CassetteDamaged):
            unpack(meta, {"status"})

    def test_it_has_a_limit(self) -> None:
        with pytest.raises(CassetteFull, match="the limit is 1,048,576"):
            pack({"reason": "x" * META_LIMIT})

    @pytest.mark.parametrize("value", ["\udc80", 1 << 64, object()])
    def test_what_msgpack_cannot_hold_is_refused(self, value: object) -> None:
        with pytest.raises(CassetteError, match="cannot be stored"):
            pack({"reason": value})


class TestPage:
    """docs/cassette-format.md is the specification, and these hold the code to it."""

    def test_its_reader_reads_what_we_write(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
        assert source.count("\n") < 40
        page: dict[str, object] = {"__name__": "page"}
        exec(compile(source, "docs/cassette-format.md", "exec"), page)
        read = list(page["interactions"](cassette(*THREE)))  # type: ignore[operator]
        assert [(body, [tuple(chunk) for chunk in chunks]) for _, body, chunks in read] == [
            (each.request.body, [tuple(chunk) for chunk in each.chunks]) for each in THREE
        ]
        for (meta, _, _), each in zip(read, THREE, strict=True):
            assert meta["target"] == each.request.target
            assert meta["response_headers"] == [list(pair) for pair in each.response.headers]

    def test_its_table_names_the_fields_in_their_order(self) -> None:
        section = PAGE.split("## Meta of an interaction")[1].split("## ")[0]
        assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == FIELDS
        assert tuple(sections_of(STREAM, FINGERPRINTS[0], 1).fields) == FIELDS

    def test_a_file_is_laid_out_as_it_says(self) -> None:
        meta, data = sections_of(STREAM, FINGERPRINTS[0], 1)[2:]
        seed = zlib.crc32(data, zlib.crc32(meta))
        header = b"\x89tokentape\r\n\x1a\n\x01\x00" + pack_struct("<I", seed)
        prefix = pack_struct(
            "<4sHHIIII", b"\x89rec", 1, 0, len(meta), len(data), zlib.crc32(meta, seed), zlib.crc32(data, seed)
        )
        header += pack_struct("<I", zlib.crc32(header))
        prefix += pack_struct("<I", zlib.crc32(prefix, seed))
        assert cassette(STREAM) == header + prefix + meta + data
