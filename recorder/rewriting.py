"""A cassette written anew: what every change of a cassette stands on. Pure.

    rewritten    one cassette, its interactions changed or left out; the rest stays as it is
    gathered     interactions of several cassettes in a new one, each as it is stored
    divided      interactions of one cassette in several new ones, likewise
    extended     one cassette, or a new one, with more interactions at its end

Nothing else changes: the seed, the order, and what a later version has added (unknown fields, records that may be
skipped) stay, so a rewrite that changes no interaction gives the same bytes. What is gathered keeps its fields too; the
seed is that of its first interaction, as if it had been recorded so.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from recorder.entry import FIELDS, Entry, sections_of
from recorder.errors import CassetteDamaged, CassetteError
from recorder.format import (
    DEFAULT_LIMITS,
    HEADER_SIZE,
    PREFIX_SIZE,
    Header,
    Limits,
    Prefix,
    decode_header,
    decode_prefix,
    encode_header,
    encode_record,
    seed_for,
    unpack,
)
from recorder.interaction import Interaction
from recorder.scan import ReadAt, Scan, load, scan

__all__ = ["Change", "Pick", "Source", "check_readable", "divided", "extended", "gathered", "own_seed", "rewritten"]

Change = Callable[[Entry, Interaction], tuple[Interaction, str, int] | None]
"""Gives the interaction to store instead, its fingerprint and the version of that, or None to leave it out."""

Pick = Callable[[Entry], bool]
"""Says whether an interaction is wanted."""


_Record = tuple[bytes, bytes, int]  # meta, data, flags


class Source(NamedTuple):
    """A cassette from which interactions are gathered: its bytes, what messages call it, which are wanted."""

    raw: bytes
    name: str
    pick: Pick


def rewritten(raw: bytes, name: str, change: Change, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a cassette, with every interaction as `change` says.

    Raises CassetteDamaged if any part of it is not intact, and whatever reading and encoding raise.
    """
    found = _intact(raw, name, limits)
    if found.header is None:
        return b""
    parts = [raw[:HEADER_SIZE]]
    done = HEADER_SIZE
    for entry in found.entries:
        parts.append(raw[done : entry.offset])  # records that are passed over
        prefix = _prefix(raw, entry, found.header.seed)
        done = entry.offset + prefix.record_size
        changed = change(entry, load(_reader(raw), entry, name))
        if changed is not None:
            _, unknown = unpack(_meta(raw, entry, prefix), FIELDS)
            sections = sections_of(*changed, limits, unknown=unknown)
            parts.append(encode_record(sections.meta, sections.data, found.header.seed, flags=prefix.flags))
    parts.append(raw[done:])
    return b"".join(parts)


def gathered(sources: Iterable[Source], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a cassette with the wanted interactions of all `sources`, in order; b"" if there are none.

    Records that may be skipped stay where they are: what they say may be true of their own cassette only. Raises
    CassetteDamaged if a source is not intact.
    """
    return _anew([record for source in sources for record in _records(source, limits)])


def divided(raw: bytes, name: str, parts: Iterable[Collection[int]], limits: Limits = DEFAULT_LIMITS) -> list[bytes]:
    """The bytes of a cassette for each of `parts`, with the interactions of `raw` that have these indices, in order.

    All else is as with `gathered`, and the file is looked through once.
    """
    records = list(_records(Source(raw, name, lambda _: True), limits))
    return [_anew([records[index] for index in sorted(set(part))]) for part in parts]


def _records(source: Source, limits: Limits) -> Iterator[_Record]:
    raw, name, pick = source
    found = _intact(raw, name, limits)
    for entry in filter(pick, found.entries):
        prefix = _prefix(raw, entry, found.header.seed if found.header else 0)
        start = entry.offset + PREFIX_SIZE + prefix.meta_size
        yield _meta(raw, entry, prefix), raw[start : start + prefix.data_size], prefix.flags


def _anew(records: Sequence[_Record]) -> bytes:
    """A cassette of these records, as if they had been recorded on it; b"" without any."""
    if not records:
        return b""
    seed = seed_for(*records[0][:2])
    encoded = [encode_record(meta, data, seed, flags=flags) for meta, data, flags in records]
    return b"".join([encode_header(Header(seed)), *encoded])


def extended(
    raw: bytes,
    name: str,
    records: Sequence[tuple[Interaction, str, int]],
    limits: Limits = DEFAULT_LIMITS,
    *,
    seed: int | None = None,
) -> bytes:
    """The bytes of a cassette with `records` (interaction, fingerprint and its version) at its end.

    If there is none yet, one with `seed`, or as if they had been recorded. Raises CassetteDamaged if it is not intact,
    CassetteFull and Unstorable.
    """
    header = _intact(raw, name, limits).header
    sections = [sections_of(*record, limits) for record in records]
    if header is None:
        raw = b""
        if not sections:
            return raw
        header = Header(seed or seed_for(sections[0].meta, sections[0].data))
    start = raw or encode_header(header)
    return start + b"".join([encode_record(each.meta, each.data, header.seed) for each in sections])


def own_seed(raw: bytes) -> int | None:
    """The seed of a cassette whose first interaction would give another, since the one that gave it is gone or changed.

    A copy needs it to have the same bytes; None where it needs none. Raises what decoding raises.
    """
    header = decode_header(raw[:HEADER_SIZE])
    prefix = decode_prefix(raw[HEADER_SIZE : HEADER_SIZE + PREFIX_SIZE], header.seed) if header else None
    if header is None or prefix is None:
        return None
    meta_at = HEADER_SIZE + PREFIX_SIZE
    data_at = meta_at + prefix.meta_size
    expected = seed_for(raw[meta_at:data_at], raw[data_at : data_at + prefix.data_size])
    return None if header.seed == expected else header.seed


def check_readable(raw: bytes, name: str, limits: Limits) -> None:
    """Raise CassetteError if `raw` could not be read again as a cassette that holds something."""
    if not _intact(raw, name, limits).entries:
        raise CassetteError(f"{name}: no interaction would be left; to be rid of all, delete the file")


def _reader(raw: bytes) -> ReadAt:
    return lambda offset, size: raw[offset : offset + size]


def _intact(raw: bytes, name: str, limits: Limits) -> Scan:
    found = scan(_reader(raw), len(raw), name, limits, verify=True)
    if found.damage is not None:
        raise CassetteDamaged(found.damage.message)
    return found


def _prefix(raw: bytes, entry: Entry, seed: int) -> Prefix:
    prefix = decode_prefix(raw[entry.offset : entry.offset + PREFIX_SIZE], seed)
    assert prefix is not None  # noqa: S101 - the scan has just read it
    return prefix


def _meta(raw: bytes, entry: Entry, prefix: Prefix) -> bytes:
    start = entry.offset + PREFIX_SIZE
    return raw[start : start + prefix.meta_size]
