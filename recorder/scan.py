"""Reading a cassette from its first byte to the first one that is not intact. Pure: bytes come through a `ReadAt`.

    header ── prefix, meta ── (data, if verified) ── prefix, meta ── ... ── end, or Damage

Three outcomes for a record: it is intact; it is torn or damaged, then reading stops in front of it; or it is intact and
breaks a rule or a limit, then the file is refused, since no tokentape has written it so.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from recorder.entry import CHUNKS_LIMIT, FIELDS, TABLE_ROW, Entry, Sections, entry_of, interaction_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteFull, CassetteTooNew
from recorder.format import (
    HEADER_SIZE,
    INTERACTION,
    MAY_SKIP,
    META_LIMIT,
    PREFIX_SIZE,
    Header,
    Limits,
    Prefix,
    decode_header,
    decode_prefix,
    unpack,
)
from recorder.interaction import Interaction

__all__ = ["METAS_LIMIT", "RECORDS_LIMIT", "Damage", "ReadAt", "Scan", "load", "scan"]

ReadAt = Callable[[int, int], bytes]
"""Takes an offset and a size, gives that many bytes, or fewer at the end of the file."""

# Entries are held in memory, where heads take up to 13 times their size on file, and each takes 40 µs to check: a
# hostile file stays below 512 MiB and five seconds.
RECORDS_LIMIT = 50_000
METAS_LIMIT = 16 << 20

_TORN_REMEDY = "the rest is cut off when the cassette is next recorded to"
_DAMAGED_REMEDY = "nothing can be added to it: restore it from version control, or move it away and record again"

_PIECE = 1 << 20  # data is verified in pieces of this size, so that a large record takes no memory


@dataclass(frozen=True, slots=True)
class Damage:
    """From `offset` on the file is not served; what is before it is intact.

    `torn` says that this is only a last record that was never finished (or zeros after a power loss): nothing is lost
    by cutting it off. Otherwise there may be something to rescue, and nothing is appended.
    """

    offset: int
    lost_bytes: int
    message: str
    torn: bool


@dataclass(slots=True)
class Scan:
    """What reading has found so far: intact records up to `end`. `header` is None while nothing was recorded."""

    header: Header | None = None
    entries: list[Entry] = field(default_factory=list)
    records: int = 0
    metas: int = 0
    end: int = 0
    damage: Damage | None = None

    def check_room(self, record_size: int, meta_size: int, name: str, limits: Limits) -> None:
        """Raise CassetteFull if the file could not be read any more with one more such record."""
        size = (self.end or HEADER_SIZE) + record_size
        if size > limits.file or self.records >= RECORDS_LIMIT or self.metas + meta_size > METAS_LIMIT:
            raise CassetteFull(
                f"{name}: full with {self.records:,} interactions in {self.end:,} bytes (limits: {RECORDS_LIMIT:,}, "
                f"and {limits.file:,} bytes, {METAS_LIMIT:,} of them for heads); record to another cassette"
            )

    def added(self, sections: Sections, *, in_draft: bool) -> Entry:
        """Take in a record that was just written at the end."""
        offset = self.end or HEADER_SIZE
        entry = replace(sections.entry, index=len(self.entries), offset=offset, in_draft=in_draft)
        self.entries.append(entry)
        self.records += 1
        self.metas += len(sections.meta)
        self.end = offset + PREFIX_SIZE + len(sections.meta) + len(sections.data)
        return entry


def scan(read: ReadAt, size: int, name: str, limits: Limits, *, verify: bool, in_draft: bool = False) -> Scan:
    """Read a file of `size` bytes; `name` is what messages call it. Without `verify` the data sections are not read.

    Raises CassetteForeign, CassetteTooNew, CassetteFull or CassetteDamaged for a file that is refused.
    """
    return _Scanner(read, size, name, limits, verify=verify, in_draft=in_draft).run()


class _Scanner:
    def __init__(self, read: ReadAt, size: int, name: str, limits: Limits, *, verify: bool, in_draft: bool) -> None:
        self._read = read
        self._size = size
        self._name = name
        self._limits = limits
        self._verify = verify
        self._in_draft = in_draft
        self._found = Scan()

    def run(self) -> Scan:
        found = self._found
        if self._size > self._limits.file:
            raise self._full(f"the file has {self._size:,} bytes", f"{self._limits.file:,}")
        header = self._header()
        if header is None:
            if self._size:
                found.damage = self._damage("the file ends within its header", torn=True)
            return found
        found.end = HEADER_SIZE
        while found.damage is None and found.end < self._size:
            found.damage = self._record(header)
        if found.records or (found.damage and not found.damage.torn):
            found.header = header
        else:  # the writer died before its first record was whole: as if there were no file
            found.end = 0
        return found

    def _header(self) -> Header | None:
        try:
            return decode_header(self._read(0, HEADER_SIZE)) if self._size else None
        except CassetteError as error:
            raise type(error)(f"{self._name}: {error}") from error

    def _record(self, header: Header) -> Damage | None:
        """Take in the record at the end of what was found, or say why not."""
        prefix = self._prefix(header)
        if isinstance(prefix, Damage):
            return prefix
        meta = self._read(self._found.end + PREFIX_SIZE, prefix.meta_size)
        if zlib.crc32(meta, header.seed) != prefix.meta_crc:
            return self._damage("the heads of an interaction fail their checksum", torn=False)
        if self._verify and self._data_crc(prefix, header.seed) != prefix.data_crc:
            return self._damage("the bodies of an interaction fail their checksum", torn=False)
        self._admit(prefix, meta)
        return None

    def _prefix(self, header: Header) -> Prefix | Damage:
        """The next prefix, whose whole record lies in the file, or why there is none."""
        start = self._found.end
        raw = self._read(start, PREFIX_SIZE)
        if len(raw) < PREFIX_SIZE:
            return self._damage(f"the last record stops after {len(raw)} bytes", torn=True)
        prefix = decode_prefix(raw, header.seed)
        if prefix is None and self._only_zeros():
            return self._damage("only zeros follow, as after a power loss", torn=True)
        if prefix is None:
            return self._damage("what should be a record fails its checksum", torn=False)
        self._check_limits(prefix)
        missing = start + prefix.record_size - self._size
        if missing > 0:
            return self._damage(f"the last record was not finished, {missing:,} bytes are missing", torn=True)
        return prefix

    def _admit(self, prefix: Prefix, meta: bytes) -> None:
        found = self._found
        if prefix.flags & ~MAY_SKIP or (prefix.type != INTERACTION and not prefix.flags & MAY_SKIP):
            raise CassetteTooNew(
                f"{self._name}: at byte {found.end}: a record of type {prefix.type} with flags {prefix.flags:#x}, "
                "which only a later tokentape understands; install it"
            )
        if prefix.type == INTERACTION:
            found.entries.append(self._entry(prefix, meta))
        found.records += 1
        found.metas += prefix.meta_size
        found.end += prefix.record_size

    def _entry(self, prefix: Prefix, meta: bytes) -> Entry:
        offset = self._found.end
        try:
            fields, _ = unpack(meta, FIELDS)
            entry = entry_of(fields, len(self._found.entries), offset, in_draft=self._in_draft)
            if entry.data_size != prefix.data_size:
                raise CassetteDamaged(
                    f"there are {prefix.data_size:,} bytes of data, but by its counts {entry.data_size:,}"
                )
        except CassetteDamaged as error:
            raise CassetteDamaged(
                f"{self._name}: at byte {offset}: interaction {len(self._found.entries)} is not one that tokentape "
                f"writes: {error}. Restore the file from version control, or record it again"
            ) from error
        return entry

    def _check_limits(self, prefix: Prefix) -> None:
        found = self._found
        bodies = self._limits.bodies
        if prefix.meta_size > META_LIMIT:
            raise self._full(f"the heads of an interaction have {prefix.meta_size:,} bytes", f"{META_LIMIT:,}")
        if prefix.data_size > bodies + CHUNKS_LIMIT * TABLE_ROW:
            raise self._full(f"an interaction has {prefix.data_size:,} bytes", f"{bodies:,} for its bodies")
        if found.records >= RECORDS_LIMIT:
            raise self._full("there are more interactions", f"{RECORDS_LIMIT:,}")
        if found.metas + prefix.meta_size > METAS_LIMIT:
            raise self._full("the heads of all interactions have more bytes", f"{METAS_LIMIT:,}")

    def _full(self, finding: str, limit: str) -> CassetteFull:
        return CassetteFull(
            f"{self._name}: at byte {self._found.end}: {finding}, the limit is {limit}; split the cassette, or raise "
            "the limit if you trust the file"
        )

    def _damage(self, finding: str, *, torn: bool) -> Damage:
        offset, kept = self._found.end, len(self._found.entries)
        offset = 0 if torn and not self._found.records else offset
        remedy = _TORN_REMEDY if torn else _DAMAGED_REMEDY
        message = f"{self._name}: at byte {self._found.end}: {finding}; intact interactions before it: {kept}; {remedy}"
        return Damage(offset, self._size - offset, message, torn)

    def _only_zeros(self) -> bool:
        rest = range(self._found.end, self._size, _PIECE)
        return not any(self._read(offset, _PIECE).strip(b"\0") for offset in rest)

    def _data_crc(self, prefix: Prefix, seed: int) -> int:
        start = self._found.end + PREFIX_SIZE + prefix.meta_size
        crc = seed
        for done in range(0, prefix.data_size, _PIECE):
            crc = zlib.crc32(self._read(start + done, min(_PIECE, prefix.data_size - done)), crc)
        return crc


def load(read: ReadAt, entry: Entry, name: str) -> Interaction:
    """Read one interaction whole. Raises CassetteDamaged if it is no longer what `entry` says."""
    header = decode_header(read(0, HEADER_SIZE))
    raw = read(entry.offset, PREFIX_SIZE)
    prefix = decode_prefix(raw, header.seed) if header is not None and len(raw) == PREFIX_SIZE else None
    where = f"{name}: at byte {entry.offset}: interaction {entry.index}"
    if header is None or prefix is None or prefix.data_size != entry.data_size or prefix.meta_size > META_LIMIT:
        raise CassetteDamaged(f"{where} is no longer there: the file has changed since it was read; start again")
    meta = read(entry.offset + PREFIX_SIZE, prefix.meta_size)
    data = read(entry.offset + PREFIX_SIZE + prefix.meta_size, prefix.data_size)
    if (zlib.crc32(meta, header.seed), zlib.crc32(data, header.seed)) != (prefix.meta_crc, prefix.data_crc):
        raise CassetteDamaged(f"{where} fails its checksum; restore the file from version control, or record it again")
    if entry_of(unpack(meta, FIELDS)[0], entry.index, entry.offset, in_draft=entry.in_draft) != entry:
        raise CassetteDamaged(f"{where} is another one now: the file has changed since it was read; start again")
    try:
        return interaction_of(entry, data)
    except CassetteDamaged as error:
        raise CassetteDamaged(f"{where}: {error}; restore the file from version control, or record it again") from error
