import gc
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest

from recorder.entry import CHUNKS_LIMIT, sections_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteForeign, CassetteFull, CassetteTooNew
from recorder.format import (
    DEFAULT_LIMITS,
    HEADER_SIZE,
    MAY_SKIP,
    PREFIX_SIZE,
    Header,
    Limits,
    encode_header,
    encode_record,
    pack,
)
from recorder.interaction import COMPLETE, Chunk, Interaction
from recorder.scan import ReadAt, Scan, load, scan
from tests.recorder.interactions import BROKEN, FINGERPRINTS, REFUSED, STREAM, THREE, cassette, ends

V1 = Path(__file__).parent / "data" / "v1.cassette"
SEED = 0x5EED


def reader(raw: bytes) -> ReadAt:
    return lambda offset, size: raw[offset : offset + size]


def scanned(raw: bytes, *, verify: bool = True, limits: Limits = DEFAULT_LIMITS) -> Scan:
    return scan(reader(raw), len(raw), "x.cassette", limits, verify=verify)


def stored(raw: bytes) -> list[Interaction]:
    return [load(reader(raw), entry, "x.cassette") for entry in scanned(raw).entries]


def test_a_file_of_version_1_stays_readable_for_ever() -> None:
    """`v1.cassette` is `cassette(*THREE)`, written once on the day when version 1 was made, and never again."""
    raw = V1.read_bytes()
    assert stored(raw) == list(THREE)
    assert [entry.fingerprint for entry in scanned(raw).entries] == list(FINGERPRINTS)
    assert [entry.index for entry in scanned(raw).entries] == [0, 1, 2]


def test_the_same_interactions_give_the_same_bytes() -> None:
    assert cassette(*THREE) == V1.read_bytes()


def test_a_cut_leaves_what_was_whole_before_it_and_never_more() -> None:
    raw = cassette(*THREE)
    whole = ends(raw)
    for size in range(len(raw) + 1):
        found = scanned(raw[:size])
        intact = sum(end <= size for end in whole[1:])
        assert [entry.index for entry in found.entries] == list(range(intact))
        assert (found.damage is None) == (size in (0, *whole))
        assert found.end == (whole[intact] if intact else 0)
        assert (found.header is None) == (intact == 0)
        if found.damage is not None:
            assert found.damage.torn
            assert (found.damage.offset, found.damage.lost_bytes) == (found.end, size - found.end)


def test_a_flipped_bit_is_noticed_and_nothing_before_it_is_lost() -> None:
    raw = cassette(REFUSED, BROKEN)
    before = stored(raw)
    whole = ends(raw)
    for bit in range(HEADER_SIZE * 8, len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        found = scanned(bytes(flipped))
        intact = sum(end <= bit // 8 for end in whole[1:])
        assert found.damage is not None
        assert not found.damage.torn
        assert found.damage.offset == whole[intact]
        assert [load(reader(raw), entry, "x") for entry in found.entries] == before[:intact]


def test_a_flipped_bit_in_the_header_refuses_the_file() -> None:
    raw = cassette(REFUSED)
    for bit in range(HEADER_SIZE * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((CassetteForeign, CassetteDamaged), match=r"^x\.cassette: "):
            scanned(bytes(flipped))


@pytest.mark.parametrize("size", [1, PREFIX_SIZE - 1, PREFIX_SIZE, 4096, 3 << 20])
def test_zeros_at_the_end_are_a_torn_tail(size: int) -> None:
    raw = cassette(*THREE)
    found = scanned(raw + bytes(size))
    assert len(found.entries) == 3
    assert found.damage is not None
    assert found.damage.torn
    assert found.damage.offset == len(raw)


def test_anything_else_at_the_end_is_damage_to_be_looked_at() -> None:
    raw = cassette(*THREE)
    other = cassette(BROKEN, seed=99)[HEADER_SIZE:]
    for tail in (b"garbage" * 10, bytes(4096) + b"\x01", other, raw):
        found = scanned(raw + tail)
        assert len(found.entries) == 3
        assert found.damage is not None
        assert not found.damage.torn


def test_damage_says_where_what_and_what_to_do() -> None:
    raw = bytearray(cassette(*THREE))
    raw[ends(bytes(raw))[2] - 1] ^= 1
    damage = scanned(bytes(raw)).damage
    assert damage is not None
    assert damage.message == (
        f"x.cassette: at byte {damage.offset}: the bodies of an interaction fail their checksum; intact interactions "
        "before it: 1; nothing can be added to it: restore it from version control, or move it away and record again"
    )


def test_without_verifying_the_bodies_are_not_read() -> None:
    raw = cassette(STREAM, STREAM)
    asked = 0

    def read(offset: int, size: int) -> bytes:
        nonlocal asked
        asked += size
        return raw[offset : offset + size]

    found = scan(read, len(raw), "x", DEFAULT_LIMITS, verify=False)
    assert found.entries == scanned(raw).entries
    assert asked == len(raw) - sum(entry.data_size for entry in found.entries)


def test_loading_notices_damage_that_came_later() -> None:
    raw = cassette(*THREE)
    entry = scanned(raw).entries[0]
    for at in (entry.offset, entry.offset + PREFIX_SIZE + 3, ends(raw)[1] - 1):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(CassetteDamaged, match=rf"^x\.cassette: at byte {entry.offset}: interaction 0 "):
            load(reader(changed), entry, "x.cassette")
    with pytest.raises(CassetteDamaged, match="no longer there"):
        load(reader(b""), entry, "x.cassette")
    with pytest.raises(CassetteDamaged, match="changed since it was read"):
        load(reader(cassette(BROKEN)), entry, "x.cassette")
    with pytest.raises(CassetteDamaged, match="another one now"):
        load(reader(cassette(replace(STREAM, facts={}))), replace(entry, facts={}, end_at=0), "x.cassette")


def test_loading_notices_bodies_that_do_not_add_up() -> None:
    *_, meta, data = sections_of(BROKEN, "f", 1)
    raw = encode_header(Header(SEED)) + encode_record(meta, b"\x01" + data[1:], SEED)
    (entry,) = scanned(raw).entries
    with pytest.raises(CassetteDamaged, match=r"^x\.cassette: at byte 24: interaction 0: the chunks have 1 bytes"):
        load(reader(raw), entry, "x.cassette")


class TestLaterVersions:
    def with_record(self, *, kind: int, flags: int) -> bytes:
        record = encode_record(b"anything", b"at all", SEED, kind=kind, flags=flags)
        return cassette(STREAM, seed=SEED) + record + cassette(BROKEN, seed=SEED)[HEADER_SIZE:]

    def test_a_record_that_may_be_skipped_is_skipped(self) -> None:
        raw = self.with_record(kind=77, flags=MAY_SKIP)
        assert stored(raw) == [STREAM, BROKEN]
        assert scanned(raw).records == 3

    @pytest.mark.parametrize(("kind", "flags"), [(77, 0), (1, 2), (77, 3)])
    def test_one_that_may_not_be_skipped_refuses_the_file(self, kind: int, flags: int) -> None:
        at = len(cassette(STREAM, seed=SEED))
        with pytest.raises(CassetteTooNew, match=rf"^x\.cassette: at byte {at}: a record of type {kind} with flags"):
            scanned(self.with_record(kind=kind, flags=flags))

    def test_an_unknown_field_is_ignored(self) -> None:
        fields, _, _, data = sections_of(STREAM, "f", 1)
        meta = msgpack.packb({"later": [{"deep": [1, 2.5, None]}], **fields})
        raw = encode_header(Header(SEED, minor=3)) + encode_record(meta, data, SEED)
        assert stored(raw) == [STREAM]

    def test_a_later_major_version_is_refused_whatever_follows(self) -> None:
        with pytest.raises(CassetteTooNew, match=r"^x\.cassette: format version 2\.0"):
            scanned(encode_header(Header(SEED, major=2)) + b"anything")


def one(meta: bytes, data: bytes = b"") -> bytes:
    return encode_header(Header(SEED)) + encode_record(meta, data, SEED)


def with_fields(data: bytes = b"", **fields: object) -> bytes:
    return one(pack({**sections_of(BROKEN, "f", 1).fields, **fields}), data)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "no meta": lambda: one(b""),
    "a deep meta": lambda: one(b"\x81\xa6status" + b"\x91" * 1_000_000),
    "a deep unknown field": lambda: one(b"\x81\xa1x" + b"\x91" * 1_000_000),
    "a million empty maps": lambda: one(b"\x81\xa6status" + msgpack.packb([[{}] * 1000] * 1000)),
    "a promised array of 4 GiB": lambda: one(b"\x81\xa6status\xdd\xff\xff\xff\xff"),
    "a promised text of 4 GiB": lambda: one(b"\x81\xa6status\xdb\xff\xff\xff\xff"),
    "a meta over the limit": lambda: one(bytes(1 << 21)),
    "more chunks than data": lambda: with_fields(chunks=CHUNKS_LIMIT),
    "too many chunks": lambda: with_fields(chunks=1 << 40),
    "negative sizes": lambda: with_fields(request_size=-1),
    "sizes beyond the data": lambda: with_fields(response_size=(1 << 32) - 1),
    "a status of 1000": lambda: with_fields(status=1000),
    "a header that splits the head": lambda: with_fields(response_headers=(("a", "b\r\nset-cookie: c"),)),
}


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_one_line(build: Callable[[], bytes]) -> None:
    raw = build()
    start = time.process_time()
    with pytest.raises(CassetteError) as refused:
        scanned(raw)
    assert time.process_time() - start < 5
    assert str(refused.value).startswith(f"x.cassette: at byte {HEADER_SIZE}: ")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


class TestLimits:
    def test_a_file_over_the_limit_is_refused_unread(self) -> None:
        with pytest.raises(CassetteFull, match="the file has 1,000 bytes, the limit is 999"):
            scan(lambda offset, size: pytest.fail("read"), 1000, "x", Limits(file=999), verify=True)

    def test_an_interaction_over_the_limit_is_refused_unread(self) -> None:
        raw = one(b"m", bytes(CHUNKS_LIMIT * 12 + 101))
        with pytest.raises(CassetteFull, match="100 for its bodies"):
            scanned(raw, limits=Limits(bodies=100))

    @pytest.mark.parametrize("limit", ["RECORDS_LIMIT", "METAS_LIMIT"])
    def test_more_interactions_than_memory_is_meant_for_are_refused(
        self, monkeypatch: pytest.MonkeyPatch, limit: str
    ) -> None:
        monkeypatch.setattr(f"recorder.scan.{limit}", 2)
        with pytest.raises(CassetteFull, match=r"more .*, the limit is 2"):
            scanned(cassette(*THREE))

    def test_what_could_not_be_read_again_is_not_added(self) -> None:
        full = Scan(end=990, records=3)
        full.check_room(10, 5, "x", Limits(file=1000))
        with pytest.raises(CassetteFull, match="x: full with 3 interactions in 990 bytes"):
            full.check_room(11, 5, "x", Limits(file=1000))
        with pytest.raises(CassetteFull):
            Scan(records=50_000).check_room(1, 1, "x", DEFAULT_LIMITS)
        with pytest.raises(CassetteFull):
            Scan(metas=16 << 20).check_room(1, 1, "x", DEFAULT_LIMITS)


def test_large_cassettes_load_in_a_fraction_of_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    chunks = tuple(Chunk(at * 30_000, b"data: %06d\n\n" % at) for at in range(100_000))
    long = cassette(replace(STREAM, chunks=chunks))
    many = cassette(*[replace(STREAM, end=COMPLETE)] * 1000)
    gc.collect()
    start = time.perf_counter()
    (read,) = stored(long)
    middle = time.perf_counter()
    assert len(stored(many)) == 1000
    end = time.perf_counter()
    assert read.chunks == chunks
    with capsys.disabled():  # for people: a busy machine must not fail the tests
        sys.stdout.write(f"\n100,000 chunks in {middle - start:.3f} s, 1,000 interactions in {end - middle:.3f} s\n")
    assert end - start < 10
