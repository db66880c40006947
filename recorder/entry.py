"""One interaction as the two sections of a record, and back.

    Interaction ── sections_of ──> meta: heads, times, sizes         ── entry_of ──> Entry, without bodies
                               └─> data: sizes, gaps, both bodies    ── interaction_of ──> Interaction

The rules of docs/cassette-format.md hold in both directions: what is written has passed the checks of reading, so a
cassette never holds what it would refuse.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from struct import Struct
from typing import NamedTuple, get_args

from recorder.errors import CassetteDamaged, CassetteFull, Unstorable
from recorder.format import DEFAULT_LIMITS, Limits, pack, unpack
from recorder.interaction import Chunk, End, EndKind, Fact, Headers, Interaction, Request, Response

__all__ = [
    "CHUNKS_LIMIT",
    "FIELDS",
    "TABLE_ROW",
    "Check",
    "Entry",
    "Sections",
    "entry_of",
    "interaction_of",
    "read_again",
    "sections_of",
]

# 64 MiB in pieces of 64 bytes: no stream comes near. It bounds the objects that loading one interaction builds.
CHUNKS_LIMIT = 1_000_000
# Servers refuse requests with 100 to 200 headers; real ones have 30.
_HEADERS_LIMIT = 500
_NAME_LIMIT = 256
_VALUE_LIMIT = 65_536
# A handful of facts is written; the rest is room for later versions.
_FACTS_LIMIT = 100
# What JSON carries exactly: 285 years.
_TIME_LIMIT = (1 << 53) - 1

_SIZE_LIMIT = (1 << 32) - 1

_SIZE_WIDTH = Struct("<I").size
TABLE_ROW = _SIZE_WIDTH + Struct("<q").size  # bytes of the data section for each chunk, besides its own

# RFC 9110, 5.6.2: a token. It is a header's name, and a method.
_NAME = re.compile(rf"[!#$%&'*+.^_`|~0-9A-Za-z-]{{1,{_NAME_LIMIT}}}")
# RFC 9110, 5.5: no control characters, and one byte for each character.
_VALUE = re.compile(rf"[\t\x20-\x7e\x80-\xff]{{0,{_VALUE_LIMIT}}}")
_VISIBLE = re.compile(r"[^\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored interaction without its bodies: both are empty here, their sizes are in bytes.

    `index` counts interactions from 0, `offset` is where the record starts in the file. `in_draft` says that it lies in
    the draft which will replace the file.
    """

    index: int
    offset: int
    request: Request
    response: Response
    head_at: int
    end: End
    end_at: int
    chunk_count: int
    request_size: int
    response_size: int
    facts: Mapping[str, Fact]
    fingerprint: str
    fingerprint_version: int
    in_draft: bool = False

    @property
    def data_size(self) -> int:
        """Bytes of the record's data section."""
        return self.chunk_count * TABLE_ROW + self.request_size + self.response_size


_END_KINDS: tuple[EndKind, ...] = get_args(EndKind)

FIELDS = (
    *("upstream", "method", "target", "request_headers", "status", "response_headers", "head_at", "end", "reason"),
    *("end_at", "chunks", "request_size", "response_size", "facts", "fingerprint", "fingerprint_version"),
)


Check = Callable[[Request], None]
"""Looks at a request as a file would say it, and raises a CassetteError if it must not be written, nor its answer."""


class Sections(NamedTuple):
    """An interaction ready to be stored: its meta as fields, as an entry (its place open) and packed; its data."""

    fields: dict[str, object]
    entry: Entry
    meta: bytes
    data: bytes


def sections_of(
    interaction: Interaction,
    fingerprint: str,
    fingerprint_version: int,
    limits: Limits = DEFAULT_LIMITS,
    *,
    unknown: Mapping[str, bytes] | None = None,
) -> Sections:
    """Encode an interaction; `unknown` are fields of a later version that its record had before (see `format.unpack`).

    Raises CassetteFull when it is over a limit, Unstorable when it breaks a rule of the format.
    """
    fields = _fields(interaction, fingerprint, fingerprint_version)
    bodies = len(interaction.request.body) + sum([len(chunk.data) for chunk in interaction.chunks])
    if bodies > limits.bodies:
        raise CassetteFull(f"an interaction has bodies of {bodies:,} bytes, the limit is {limits.bodies:,}")
    if len(interaction.chunks) > CHUNKS_LIMIT:
        raise CassetteFull(f"an interaction has {len(interaction.chunks):,} chunks, the limit is {CHUNKS_LIMIT:,}")
    try:
        return Sections(fields, entry_of(fields, 0, 0), pack(fields, unknown), _data(interaction))
    except CassetteDamaged as error:
        raise Unstorable(f"the interaction cannot be stored: {error}") from error


def read_again(sections: Sections) -> Request:
    """The request that a file with these sections would say."""
    fields, _ = unpack(sections.meta, FIELDS)
    entry = entry_of(fields, 0, 0)
    start = entry.chunk_count * TABLE_ROW
    return replace(entry.request, body=sections.data[start : start + entry.request_size])


def _fields(interaction: Interaction, fingerprint: str, fingerprint_version: int) -> dict[str, object]:
    request, response = interaction.request, interaction.response
    values = (
        *(request.upstream, request.method, request.target, request.headers, response.status, response.headers),
        *(interaction.head_at, interaction.end.kind, interaction.end.reason, interaction.end_at),
        *(len(interaction.chunks), len(request.body), sum([len(chunk.data) for chunk in interaction.chunks])),
        *(dict(sorted(interaction.facts.items())), fingerprint, fingerprint_version),
    )
    return dict(zip(FIELDS, values, strict=True))


def entry_of(fields: Mapping[str, object], index: int, offset: int, *, in_draft: bool = False) -> Entry:
    """Check meta fields against the rules of the format. Raises CassetteDamaged, naming the field."""
    return Entry(
        index=index,
        offset=offset,
        request=Request(
            upstream=_visible(fields, "upstream"),
            method=_method(fields),
            target=_visible(fields, "target"),
            headers=_headers(fields, "request_headers"),
        ),
        response=Response(_whole(fields, "status", 200, 599), _headers(fields, "response_headers")),
        head_at=_whole(fields, "head_at", -_TIME_LIMIT, _TIME_LIMIT),
        end=_end(fields),
        end_at=_whole(fields, "end_at", -_TIME_LIMIT, _TIME_LIMIT),
        chunk_count=_whole(fields, "chunks", 0, CHUNKS_LIMIT),
        request_size=_whole(fields, "request_size", 0, _SIZE_LIMIT),
        response_size=_whole(fields, "response_size", 0, _SIZE_LIMIT),
        facts=_facts(fields),
        fingerprint=_text(fields, "fingerprint"),
        fingerprint_version=_whole(fields, "fingerprint_version", 0, _SIZE_LIMIT),
        in_draft=in_draft,
    )


def interaction_of(entry: Entry, data: bytes) -> Interaction:
    """Put the bodies back. `data` has passed its checksum and has `entry.data_size` bytes. Raises CassetteDamaged."""
    count = entry.chunk_count
    sizes = Struct(f"<{count}I").unpack_from(data)
    times = list(accumulate(Struct(f"<{count}q").unpack_from(data, count * _SIZE_WIDTH)))
    if sum(sizes) != entry.response_size:
        raise CassetteDamaged(f"the chunks have {sum(sizes):,} bytes, the response body {entry.response_size:,}")
    _check_times(times)
    request_at = count * TABLE_ROW
    cuts = pairwise(accumulate(sizes, initial=request_at + entry.request_size))
    return Interaction(
        request=replace(entry.request, body=data[request_at : request_at + entry.request_size]),
        response=entry.response,
        head_at=entry.head_at,
        chunks=tuple(map(Chunk, times, [data[start:stop] for start, stop in cuts])),
        end=entry.end,
        end_at=entry.end_at,
        facts=entry.facts,
    )


def _data(interaction: Interaction) -> bytes:
    chunks = interaction.chunks
    times = [chunk.at for chunk in chunks]
    _check_times(times)
    sizes = Struct(f"<{len(chunks)}I").pack(*[len(chunk.data) for chunk in chunks])
    gaps = Struct(f"<{len(chunks)}q").pack(*[after - before for before, after in pairwise([0, *times])])
    return b"".join([sizes, gaps, interaction.request.body, *[chunk.data for chunk in chunks]])


def _check_times(times: Sequence[int]) -> None:
    if times and not -_TIME_LIMIT <= min(times) <= max(times) <= _TIME_LIMIT:
        raise CassetteDamaged(f"the time of a chunk must lie within ±{_TIME_LIMIT} µs")


def _wrong(name: str, expected: str, value: object) -> CassetteDamaged:
    # Only text and numbers are shown: anything else may be as large as its sender liked.
    shown = (
        repr(value)[:60]
        if isinstance(value, int) or (isinstance(value, str) and len(value) < 1000)
        else "something else"
    )
    return CassetteDamaged(f"`{name}` must be {expected}, but it is {shown}")


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise _wrong(name, "text", value)
    return value


def _visible(fields: Mapping[str, object], name: str) -> str:
    value = _text(fields, name)
    if not _VISIBLE.fullmatch(value):
        raise _wrong(name, "text without white space and control characters", value)
    return value


def _method(fields: Mapping[str, object]) -> str:
    value = _text(fields, "method")
    if not _NAME.fullmatch(value):
        raise _wrong("method", f"an HTTP token of at most {_NAME_LIMIT} characters", value)
    return value


def _whole(fields: Mapping[str, object], name: str, least: int, most: int) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name, f"a whole number from {least} to {most}", value)
    return value


def _headers(fields: Mapping[str, object], name: str) -> Headers:
    pairs = fields.get(name)
    if not isinstance(pairs, tuple) or len(pairs) > _HEADERS_LIMIT:
        raise _wrong(name, f"at most {_HEADERS_LIMIT} pairs", pairs)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise _wrong(name, "pairs of name and value", pair)
        key, value = pair
        if not isinstance(key, str) or not _NAME.fullmatch(key):
            raise _wrong(name, f"headers whose names are HTTP tokens of at most {_NAME_LIMIT} characters", key)
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            expected = f"headers whose values are at most {_VALUE_LIMIT:,} Latin-1 and no control characters"
            raise _wrong(name, expected, value)
    return pairs


def _end(fields: Mapping[str, object]) -> End:
    kind = fields.get("end")
    for known in _END_KINDS:
        if kind == known:
            return End(known, _text(fields, "reason"))
    raise _wrong("end", f"one of {', '.join(_END_KINDS)}", kind)


def _facts(fields: Mapping[str, object]) -> dict[str, Fact]:
    facts = fields.get("facts")
    if not isinstance(facts, dict) or len(facts) > _FACTS_LIMIT:
        raise _wrong("facts", f"at most {_FACTS_LIMIT} facts by name", facts)
    for key, value in facts.items():
        if not isinstance(key, str) or not isinstance(value, str | int):
            raise _wrong("facts", "text, whole numbers, true or false, by name", value)
    return facts
