from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.entry import Entry, sections_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteFull
from recorder.format import (
    DEFAULT_LIMITS,
    HEADER_SIZE,
    MAY_SKIP,
    Header,
    Limits,
    decode_header,
    encode_header,
    encode_record,
    seed_for,
    unpack,
)
from recorder.interaction import Interaction
from recorder.rewriting import Source, check_readable, divided, extended, gathered, own_seed, rewritten
from recorder.scan import load, scan
from tests.recorder.interactions import BROKEN, FINGERPRINTS, STREAM, THREE, cassette, interactions

SEED = 0x5EED


def keep(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
    return interaction, entry.fingerprint, entry.fingerprint_version


@given(st.lists(interactions, min_size=1, max_size=4))
def test_without_a_change_the_bytes_stay(several: list[Interaction]) -> None:
    raw = cassette(*several)
    assert rewritten(raw, "x", keep) == raw


def test_a_change_keeps_the_seed_and_the_rest() -> None:
    def without_facts(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
        return replace(interaction, facts={}), entry.fingerprint, entry.fingerprint_version

    raw = cassette(*THREE)
    seed = int.from_bytes(raw[16:20], "little")
    assert rewritten(raw, "x", without_facts) == cassette(*[replace(each, facts={}) for each in THREE], seed=seed)


def test_interactions_can_be_left_out() -> None:
    def first(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int] | None:
        return keep(entry, interaction) if entry.index == 0 else None

    raw = cassette(*THREE)
    seed = int.from_bytes(raw[16:20], "little")
    assert rewritten(raw, "x", first) == cassette(STREAM, seed=seed)
    assert rewritten(raw, "x", lambda *_: None) == raw[:HEADER_SIZE]


def test_a_cassette_that_lost_its_first_interaction_has_a_seed_of_its_own() -> None:
    raw = cassette(*THREE)
    assert own_seed(raw) is None
    assert own_seed(b"") is None
    rest = rewritten(raw, "x", lambda entry, kept: keep(entry, kept) if entry.index else None)
    assert own_seed(rest) == int.from_bytes(raw[16:20], "little")


def test_what_a_later_version_has_added_stays() -> None:
    fields, _, _, data = sections_of(STREAM, "f", 1)
    later = {"later": [{"deep": [1, 2.5, None]}], "latest": b"\x00"}
    header = encode_header(Header(SEED, minor=4))
    skipped = encode_record(b"some", b"thing", SEED, kind=9, flags=MAY_SKIP)
    record = encode_record(msgpack.packb({**fields, **later}), data, SEED, flags=MAY_SKIP)
    raw = header + skipped + record + skipped
    assert rewritten(raw, "x", keep) == raw
    changed = rewritten(raw, "x", lambda *_: (BROKEN, "g", 2))
    meta = changed[len(header + skipped) + 28 :][: int.from_bytes(changed[len(header + skipped) + 8 :][:4], "little")]
    assert {name: msgpack.unpackb(value) for name, value in unpack(meta, fields)[1].items()} == later


def test_a_file_in_which_nothing_was_recorded_stays_so() -> None:
    assert rewritten(b"", "x", keep) == b""
    assert rewritten(cassette(STREAM)[:HEADER_SIZE], "x", keep) == b""


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(CassetteDamaged, match="was not finished"):
        rewritten(cassette(*THREE)[:-1], "x.cassette", keep)


def every(entry: Entry) -> bool:
    return True


class TestDividing:
    def test_each_part_is_as_if_it_had_been_gathered(self) -> None:
        raw = cassette(*THREE)
        wanted = [Source(raw, "x", lambda each: each.index in (0, 2)), Source(raw, "x", lambda each: each.index == 1)]
        assert divided(raw, "x", [(2, 0, 2), (1,), ()]) == [*[gathered([source]) for source in wanted], b""]

    def test_a_damaged_file_is_refused(self) -> None:
        with pytest.raises(CassetteDamaged, match=r"y\.cassette: .* was not finished"):
            divided(cassette(*THREE)[:-1], "y.cassette", [])


class TestGathering:
    def test_everything_of_one_is_that_one(self) -> None:
        raw = cassette(*THREE)
        assert gathered([Source(raw, "x", every)]) == raw

    def test_the_order_is_that_of_the_sources_and_the_picks_decide(self) -> None:
        one, two = cassette(*THREE), cassette(BROKEN, STREAM)
        expected = read_all(cassette(STREAM, BROKEN, BROKEN, STREAM))
        assert read_all(gathered([Source(one, "1", lambda each: each.index != 1), Source(two, "2", every)])) == expected

    def test_the_same_interactions_give_the_same_bytes_wherever_they_come_from(self) -> None:
        whole = Source(cassette(*THREE, seed=SEED), "x", every)
        parts = [gathered([whole._replace(pick=lambda each, index=index: each.index == index)]) for index in range(3)]
        assert gathered([Source(part, "x", every) for part in parts]) == gathered([whole]) == cassette(*THREE)

    def test_what_a_later_version_has_added_to_an_interaction_goes_along(self) -> None:
        fields, _, _, data = sections_of(STREAM, "f", 1)
        meta = msgpack.packb({**fields, "later": [1, {"deep": None}]})
        skipped = encode_record(b"some", b"thing", SEED, kind=9, flags=MAY_SKIP)
        raw = encode_header(Header(SEED)) + skipped + encode_record(meta, data, SEED, flags=MAY_SKIP)
        seed = seed_for(meta, data)
        assert gathered([Source(raw, "x", every)]) == encode_header(Header(seed)) + encode_record(
            meta, data, seed, flags=MAY_SKIP
        )

    def test_nothing_gives_nothing(self) -> None:
        assert gathered([]) == b""
        assert gathered([Source(b"", "x", every), Source(cassette(STREAM), "y", lambda _: False)]) == b""

    def test_a_damaged_source_is_refused(self) -> None:
        with pytest.raises(CassetteDamaged, match=r"y\.cassette: .* was not finished"):
            gathered([Source(cassette(STREAM), "x", every), Source(cassette(*THREE)[:-1], "y.cassette", every)])


def read_all(raw: bytes) -> list[Interaction]:
    found = scan(lambda offset, size: raw[offset : offset + size], len(raw), "x", DEFAULT_LIMITS, verify=True)
    return [load(lambda offset, size: raw[offset : offset + size], entry, "x") for entry in found.entries]


def test_what_could_not_be_read_again_is_noticed() -> None:
    check_readable(cassette(*THREE), "x", DEFAULT_LIMITS)
    with pytest.raises(CassetteError, match="x: no interaction would be left; to be rid of all, delete the file"):
        check_readable(cassette(STREAM)[:HEADER_SIZE], "x", DEFAULT_LIMITS)
    with pytest.raises(CassetteFull, match="x: at byte 0: the file has"):
        check_readable(cassette(*THREE), "x", Limits(file=100))


def test_what_is_extended_is_as_if_it_had_been_recorded() -> None:
    records = [(interaction, fingerprint, 1) for interaction, fingerprint in zip(THREE, FINGERPRINTS, strict=True)]
    assert extended(b"", "new", records) == cassette(*THREE)
    assert extended(cassette(*THREE[:1]), "old", records[1:]) == cassette(*THREE)
    assert extended(b"", "new", []) == b""
    assert extended(cassette(*THREE), "old", []) == cassette(*THREE)


def test_a_new_cassette_can_be_given_its_seed() -> None:
    raw = extended(b"", "new", [(THREE[0], FINGERPRINTS[0], 1)], seed=7)
    header = decode_header(raw[:HEADER_SIZE])
    assert header is not None
    assert header.seed == 7


def test_what_is_damaged_is_not_extended() -> None:
    with pytest.raises(CassetteDamaged):
        extended(cassette(*THREE)[:-1], "torn", [(THREE[0], FINGERPRINTS[0], 1)])
