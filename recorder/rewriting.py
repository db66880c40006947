"""A cassette written anew, interaction by interaction: what redacting again and pruning stand on. Pure.

Nothing else changes: the seed, the order, and what a later version has added (unknown fields, records that may be
skipped) stay. So a rewrite that changes no interaction gives the same bytes.
"""

from collections.abc import Callable

from recorder.entry import FIELDS, Entry, sections_of
from recorder.errors import CassetteDamaged
from recorder.format import DEFAULT_LIMITS, HEADER_SIZE, PREFIX_SIZE, Limits, decode_prefix, encode_record, unpack
from recorder.interaction import Interaction
from recorder.scan import load, scan

__all__ = ["Change", "rewritten"]

Change = Callable[[Entry, Interaction], tuple[Interaction, str, int] | None]
"""Gives the interaction to store instead, its fingerprint and the version of that, or None to leave it out."""


def rewritten(raw: bytes, name: str, change: Change, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a cassette, with every interaction as `change` says.

    Raises CassetteDamaged if any part of it is not intact, and whatever reading and encoding raise.
    """

    def read(offset: int, size: int) -> bytes:
        return raw[offset : offset + size]

    found = scan(read, len(raw), name, limits, verify=True)
    if found.damage is not None:
        raise CassetteDamaged(found.damage.message)
    if found.header is None:
        return b""
    parts = [raw[:HEADER_SIZE]]
    done = HEADER_SIZE
    for entry in found.entries:
        parts.append(read(done, entry.offset - done))  # records that are passed over
        prefix = decode_prefix(read(entry.offset, PREFIX_SIZE), found.header.seed)
        assert prefix is not None  # noqa: S101 - the scan has just read it
        done = entry.offset + prefix.record_size
        changed = change(entry, load(read, entry, name))
        if changed is not None:
            _, unknown = unpack(read(entry.offset + PREFIX_SIZE, prefix.meta_size), FIELDS)
            sections = sections_of(*changed, limits, unknown=unknown)
            parts.append(encode_record(sections.meta, sections.data, found.header.seed, flags=prefix.flags))
    parts.append(raw[done:])
    return b"".join(parts)
