"""The framing of a cassette file: header, record prefixes, checksums, and the msgpack inside them.

    header | prefix meta data | prefix meta data | ...

docs/cassette-format.md is the specification, with the reasons. Pure: bytes in, values out, no I/O. What is raised here
names what was found; whoever knows the file adds where. Nothing is believed before its checksum, and no memory is taken
before its size has been compared with a limit.
"""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

import msgpack

from recorder.errors import CassetteDamaged, CassetteForeign, CassetteFull, CassetteTooNew, Unstorable

__all__ = [
    "DEFAULT_LIMITS",
    "HEADER_SIZE",
    "INTERACTION",
    "MAGIC",
    "MARK",
    "MAY_SKIP",
    "META_LIMIT",
    "PREFIX_SIZE",
    "Header",
    "Limits",
    "Prefix",
    "decode_header",
    "decode_prefix",
    "encode_header",
    "encode_record",
    "pack",
    "seed_for",
    "unpack",
]

MAGIC = b"\x89tokentape\r\n\x1a\n"
MAJOR = 1
MINOR = 0
MARK = b"\x89rec"

INTERACTION = 1  # the only record type so far
MAY_SKIP = 1  # the only flag so far

_HEADER = Struct("<14sBBI")
_PREFIX = Struct("<4sHHIIII")
_CRC = Struct("<I")
HEADER_SIZE = _HEADER.size + _CRC.size
PREFIX_SIZE = _PREFIX.size + _CRC.size

# Request and response heads with 500 headers are far below it; it bounds what one msgpack call may build.
META_LIMIT = 1 << 20
# An array or map in a meta: the longest legal one has 500 headers.
_ITEMS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """What a cassette may hold, in bytes.

    `file` bounds how long a start may take, since the whole file is verified then. `bodies` bounds the memory of one
    interaction: request and response body together.
    """

    file: int = 256 << 20
    bodies: int = 64 << 20


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Header:
    """The start of a file: the version that wrote it, and the seed of its checksums (never 0)."""

    seed: int
    major: int = MAJOR
    minor: int = MINOR


class Prefix(NamedTuple):
    """What stands before a record: what it is, how long its two sections are, and their checksums."""

    type: int
    flags: int
    meta_size: int
    data_size: int
    meta_crc: int
    data_crc: int

    @property
    def record_size(self) -> int:
        """Bytes of the whole record, prefix included."""
        return PREFIX_SIZE + self.meta_size + self.data_size


def seed_for(meta: bytes, data: bytes) -> int:
    """The seed of a file that starts with this record: the same interactions give the same bytes."""
    return zlib.crc32(data, zlib.crc32(meta)) or 1


def encode_header(header: Header) -> bytes:
    """The 24 bytes that a file starts with."""
    raw = _HEADER.pack(MAGIC, header.major, header.minor, header.seed)
    return raw + _CRC.pack(zlib.crc32(raw))


def decode_header(raw: bytes) -> Header | None:
    """Read a file's first 24 bytes, or None if it ends within them.

    Raises CassetteForeign, CassetteDamaged or CassetteTooNew; what each says fits behind "FILE: ".
    """
    if not raw.startswith(MAGIC[: len(raw)]):
        raise CassetteForeign(_foreign(raw))
    if len(raw) < HEADER_SIZE:
        return None
    _, major, minor, seed = _HEADER.unpack_from(raw)
    if zlib.crc32(raw[: _HEADER.size]) != _CRC.unpack_from(raw, _HEADER.size)[0]:
        raise CassetteDamaged("the header (bytes 0 to 23) fails its checksum; restore the file from version control")
    if major != MAJOR:
        raise CassetteTooNew(
            f"format version {major}.{minor}, this tokentape reads {MAJOR}.x; install a later tokentape"
        )
    return Header(seed, major, minor)


def _foreign(raw: bytes) -> str:
    if raw.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the cassette itself; run `git lfs pull`"
    if b"tokentape" in raw[:16]:
        return (
            "a cassette whose first bytes were changed, most often by a conversion of line endings or encoding; "
            "restore the file from version control, and put `*.cassette -text` into .gitattributes"
        )
    if not raw.strip(b"\0"):
        return "only zeros where the header should be, as after a power loss; delete the file and record again"
    return f"not a cassette: it starts with {raw[:16]!r} instead of {MAGIC!r}; use another name, or move it away"


def encode_record(meta: bytes, data: bytes, seed: int, *, kind: int = INTERACTION, flags: int = 0) -> bytes:
    """One whole record, ready to be written."""
    raw = _PREFIX.pack(MARK, kind, flags, len(meta), len(data), zlib.crc32(meta, seed), zlib.crc32(data, seed))
    return b"".join((raw, _CRC.pack(zlib.crc32(raw, seed)), meta, data))


def decode_prefix(raw: bytes, seed: int) -> Prefix | None:
    """Read the 28 bytes before a record, or None if they are not intact."""
    mark, *fields = _PREFIX.unpack_from(raw)
    if mark != MARK or zlib.crc32(raw[: _PREFIX.size], seed) != _CRC.unpack_from(raw, _PREFIX.size)[0]:
        return None
    return Prefix(*fields)


def pack(fields: Mapping[str, object], unknown: Mapping[str, bytes] | None = None) -> bytes:
    """A meta section: `fields` in their order, then `unknown` ones as they were found (see `unpack`).

    Raises CassetteFull above the limit, Unstorable for a value that cannot be stored.
    """
    kept = unknown or {}
    packer = msgpack.Packer()
    try:
        parts = [packer.pack_map_header(len(fields) + len(kept))]
        parts += [packer.pack(key) + packer.pack(value) for key, value in fields.items()]
    except (TypeError, ValueError, OverflowError) as error:
        raise Unstorable(f"the interaction cannot be stored: {error}") from error
    parts += [packer.pack(key) + raw for key, raw in kept.items()]
    meta = b"".join(parts)
    if len(meta) > META_LIMIT:
        raise CassetteFull(f"headers and facts take {len(meta):,} bytes, the limit is {META_LIMIT:,}")
    return meta


def unpack(meta: bytes, known: Collection[str]) -> tuple[dict[str, object], dict[str, bytes]]:
    """The fields of a meta section: those with a `known` name as values, the others as their packed bytes.

    Unknown fields are stepped over, not built: they may be as deep and as many as their writer liked. Arrays become
    tuples. Raises CassetteDamaged.
    """
    unpacker = msgpack.Unpacker(
        use_list=False,
        strict_map_key=True,
        max_buffer_size=META_LIMIT,
        max_array_len=_ITEMS_LIMIT,
        max_map_len=_ITEMS_LIMIT,
        max_bin_len=0,
        max_ext_len=0,
    )
    fields: dict[str, object] = {}
    unknown: dict[str, bytes] = {}
    try:
        unpacker.feed(meta)
        for _ in range(unpacker.read_map_header()):
            name = unpacker.unpack()
            if not isinstance(name, str) or name in fields or name in unknown:
                raise CassetteDamaged("a field of the meta section has no name, or one that was there before")
            if name in known:
                fields[name] = unpacker.unpack()
            else:
                start = unpacker.tell()
                unpacker.skip()
                unknown[name] = meta[start : unpacker.tell()]
    except (ValueError, msgpack.UnpackException) as error:
        raise CassetteDamaged(
            f"the meta section is not the msgpack it should be ({str(error) or type(error).__name__})"
        ) from error
    if unpacker.tell() != len(meta):
        raise CassetteDamaged(f"{len(meta) - unpacker.tell()} bytes follow the meta section's map")
    return fields, unknown
