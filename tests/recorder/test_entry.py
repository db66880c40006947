from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from recorder.entry import CHUNKS_LIMIT, entry_of, interaction_of, sections_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteFull
from recorder.format import Limits, unpack
from recorder.interaction import Chunk, Interaction, Request, Response
from tests.recorder.interactions import BROKEN, FINGERPRINTS, STREAM, interactions


@given(interactions)
def test_what_is_stored_is_what_was_there(interaction: Interaction) -> None:
    fields, _, meta, data = sections_of(interaction, "f", 1)
    again, unknown = unpack(meta, fields)
    entry = entry_of(again, 0, 0)
    assert interaction_of(entry, data) == interaction
    assert entry == entry_of(fields, 0, 0)
    assert entry.data_size == len(data)
    assert not unknown


def test_an_entry_has_everything_but_the_bodies() -> None:
    entry = entry_of(sections_of(STREAM, FINGERPRINTS[0], 3).fields, 7, 1234)
    assert (entry.index, entry.offset) == (7, 1234)
    assert entry.request == replace(STREAM.request, body=b"")
    assert entry.response == STREAM.response
    assert (entry.head_at, entry.end, entry.end_at) == (STREAM.head_at, STREAM.end, STREAM.end_at)
    assert (entry.chunk_count, entry.request_size, entry.response_size) == (4, 27, len(STREAM.body))
    assert (entry.fingerprint, entry.fingerprint_version) == (FINGERPRINTS[0], 3)
    assert entry.facts == STREAM.facts


def test_the_order_of_facts_does_not_change_the_bytes() -> None:
    backwards = replace(STREAM, facts=dict(reversed(STREAM.facts.items())))
    assert sections_of(backwards, "f", 1).meta == sections_of(STREAM, "f", 1).meta


HOSTILE: list[tuple[str, Any]] = [
    ("upstream", None),
    ("upstream", 7),
    ("upstream", "a\nb"),
    ("method", "GET /"),
    ("method", ""),
    ("target", "/a b"),
    ("target", "/a\r\nHost: evil"),
    ("request_headers", "x"),
    ("request_headers", {"a": "b"}),
    ("request_headers", (("a", "b", "c"),)),
    ("request_headers", (("a", 1),)),
    ("request_headers", (("a: b", "c"),)),
    ("response_headers", (("", "c"),)),
    ("response_headers", (("a", "b\r\nset-cookie: x"),)),
    ("response_headers", (("a", "\x00"),)),
    ("response_headers", (("a", "世"),)),
    ("response_headers", (("a" * 257, "b"),)),
    ("response_headers", (("a", "b" * 65_537),)),
    ("response_headers", (("a", "b"),) * 501),
    ("status", "200"),
    ("status", True),
    ("status", 199),
    ("status", 600),
    ("status", 200.0),
    ("head_at", 1 << 53),
    ("end_at", -(1 << 53)),
    ("end", "whole"),
    ("end", None),
    ("reason", 3),
    ("chunks", -1),
    ("chunks", CHUNKS_LIMIT + 1),
    ("request_size", -1),
    ("response_size", 1 << 32),
    ("facts", ()),
    ("facts", {"a": 1.5}),
    ("facts", {"a": ("b",)}),
    ("facts", {str(number): number for number in range(101)}),
    ("fingerprint", 1),
    ("fingerprint_version", "1"),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE, ids=lambda value: repr(value)[:20])
def test_a_field_that_breaks_a_rule_is_named(name: str, value: object) -> None:
    fields = sections_of(STREAM, "f", 1).fields
    with pytest.raises(CassetteDamaged, match=f"`{name}` must be") as refused:
        entry_of({**fields, name: value}, 0, 0)
    assert len(str(refused.value)) < 300


def test_a_missing_field_is_named() -> None:
    fields = sections_of(STREAM, "f", 1).fields
    del fields["end"]
    with pytest.raises(CassetteDamaged, match="`end` must be"):
        entry_of(fields, 0, 0)


@pytest.mark.parametrize(
    "strange",
    [
        replace(STREAM, response=Response(999)),
        replace(STREAM, request=Request("a", "GET", "/\udc80")),
        replace(STREAM, response=Response(200, (("a", "b\n"),))),
        replace(STREAM, chunks=(Chunk(1 << 53, b""),)),
    ],
)
def test_what_could_not_be_read_again_is_not_written(strange: Interaction) -> None:
    with pytest.raises(CassetteError, match="the interaction cannot be stored"):
        sections_of(strange, "f", 1)


def test_an_interaction_has_a_limit() -> None:
    size = len(STREAM.request.body) + len(STREAM.body)
    sections_of(STREAM, "f", 1, Limits(bodies=size))
    with pytest.raises(CassetteFull, match=f"bodies of {size} bytes, the limit is {size - 1}"):
        sections_of(STREAM, "f", 1, Limits(bodies=size - 1))
    with pytest.raises(CassetteFull, match="1,000,001 chunks"):
        sections_of(replace(STREAM, chunks=(Chunk(0, b""),) * (CHUNKS_LIMIT + 1)), "f", 1)


def test_sizes_that_do_not_add_up_are_noticed() -> None:
    fields, _, _, data = sections_of(BROKEN, "f", 1)
    entry = entry_of(fields, 0, 0)
    with pytest.raises(CassetteDamaged, match="the chunks have 11 bytes, the response body 10"):
        interaction_of(entry, b"\x0b" + data[1:])
    with pytest.raises(CassetteDamaged, match="the time of a chunk"):
        interaction_of(entry, data[:4] + b"\xff" * 7 + b"\x7f" + data[12:])
