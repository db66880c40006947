from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.entry import Entry, sections_of
from recorder.errors import CassetteDamaged
from recorder.format import HEADER_SIZE, MAY_SKIP, Header, encode_header, encode_record, unpack
from recorder.interaction import Interaction
from recorder.rewriting import rewritten
from tests.recorder.interactions import BROKEN, STREAM, THREE, cassette, interactions

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
