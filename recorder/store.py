"""One cassette file on disk: the only place where cassettes are read and written.

    read ──> entries          load(entry) ──> interaction          append(interaction) ──> one write, then an entry
    rewrite, gather ──> the whole file anew, in one step from the old to the new

Rules: nothing is opened before it is needed, nothing stays open but the lock, and a file that is not ours or that is
damaged is never modified. A failed write is taken back, so no half record stays. Every method may be called from any
thread; appends happen one after the other.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, count
from pathlib import Path

from recorder.entry import Check, Entry, Sections, read_again, sections_of
from recorder.errors import CassetteDamaged, CassetteError, CassetteFull
from recorder.files import Stamp, check_free, opened, put, read_at, stamp, sync, translated, write_all
from recorder.format import DEFAULT_LIMITS, Header, Limits, encode_header, encode_record, seed_for
from recorder.interaction import Interaction
from recorder.lock import WriterLock
from recorder.naming import SUFFIX, cassette_path, list_cassettes
from recorder.rewriting import Change, Pick, Source, check_readable, gathered, rewritten
from recorder.scan import Damage, Scan, load, scan

__all__ = ["DEFAULT_LIMITS", "Damage", "Entry", "Limits", "Store", "cassette_path", "list_cassettes"]

logger = logging.getLogger(__name__)


class Store:
    """One cassette file, read and (perhaps) appended to.

    With `fsync`, an interaction is on the disk itself when `append` returns, not only in the system's cache: it
    survives a power loss. Every error is a CassetteError whose message names the file and says what to do.
    """

    def __init__(self, path: Path, *, limits: Limits = DEFAULT_LIMITS, fsync: bool = False) -> None:
        self.path = path
        self.fsync = fsync
        self.existed = False
        self.damage: Damage | None = None
        self.aside: Path | None = None  # the recording that `close` did not put in the file's place
        self._limits = limits
        self._mutex = threading.RLock()
        self._lock = WriterLock(path)
        self._made: list[Path] = []
        self._draft: Path | None = None
        # What the file that is appended to holds, and its stamp then: while they agree it need not be read again.
        self._tail: Scan | None = None
        self._stamp: Stamp | None = None
        self._failed = False
        self._broken: str | None = None

    # Reading

    def read(self, *, verify: bool = True) -> list[Entry]:
        """All intact interactions, without their bodies; [] if there is no file, or one in which nothing was recorded.

        Sets `existed` and `damage`. Without `verify` the bodies are not read, and only `load` notices their damage.
        """
        with self._mutex:
            found = Scan()
            with translated(self.path, "read"), suppress(FileNotFoundError), opened(self.path, os.O_RDONLY) as file:
                found = self._scan(file, self.path, verify=verify)
                if verify and self._draft is None:
                    self._tail, self._stamp = found, stamp(file)
            self.existed = found.header is not None
            self.damage = found.damage
            return list(found.entries)

    def load(self, entry: Entry) -> Interaction:
        """The interaction with its bodies and chunks. Raises CassetteDamaged if they fail their checksum."""
        path = self._draft if entry.in_draft and self._draft else self.path
        with translated(path, "read"), opened(path, os.O_RDONLY) as file:
            return load(partial(read_at, file), entry, str(path))

    def _scan(self, file: int, path: Path, *, verify: bool) -> Scan:
        size = os.fstat(file).st_size
        in_draft = path == self._draft
        return scan(partial(read_at, file), size, str(path), self._limits, verify=verify, in_draft=in_draft)

    # Writing

    def lock(self) -> None:
        """Become the one writer until `close`. Raises CassetteLocked with the holder's process id."""
        with self._mutex:
            if not self._lock.held:
                with translated(self.path, "lock"):
                    self._make_folders()
                    self._lock.acquire()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the one writer for a while, if we are not anyway."""
        held = self._lock.held
        self.lock()
        try:
            yield
        finally:
            if not held:
                self._release()

    def _release(self) -> None:
        """Let go of the lock. It needed a folder; if nothing was recorded, the folder goes again."""
        self._lock.release()
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()
        self._made.clear()

    def _make_folders(self) -> None:
        missing = [folder for folder in self.path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._made.append(folder)

    def repair(self) -> None:
        """Cut off the torn tail that `read` has found, if it has. Intact interactions are never touched.

        Raises CassetteError, CassetteLocked above all: what looks torn may be what another process is writing now.
        """
        with self._mutex:
            if self.damage is None or not self.damage.torn:
                return
            with self._locked(), translated(self.path, "repair"):
                with opened(self.path, os.O_RDWR) as file:
                    self._repaired_tail(file, self.path)
                self.damage = None

    def append(self, interaction: Interaction, fingerprint: str, version: int, check: Check | None = None) -> Entry:
        """Put an interaction at the end of the file with one write. Blocks on the disk; locks if nobody has.

        On return it is on file, whole; on a CassetteError no part of it is (CassetteFull: over a limit). The first
        append cuts off a torn tail, and refuses a file that is damaged otherwise with CassetteDamaged. `version` is
        that of the fingerprint; `check` may still refuse what would be written.
        """
        sections = sections_of(interaction, fingerprint, version, self._limits)
        if check is not None:
            check(read_again(sections))
        with self._mutex:
            if self._broken is not None:
                raise CassetteError(self._broken)
            self.lock()
            path = self._draft or self.path
            with translated(path, "write"), opened(path, os.O_RDWR | os.O_CREAT | os.O_APPEND) as file:
                tail = self._repaired_tail(file, path)
                self._write(file, path, tail, sections)
                entry = tail.added(sections, in_draft=self._draft is not None)
                self._tail, self._stamp = tail, stamp(file)
                return entry

    def _repaired_tail(self, file: int, path: Path) -> Scan:
        """What the file holds now, with nothing behind it. Read again if somebody else has touched it."""
        tail = self._tail if self._tail is not None and self._stamp == stamp(file) else None
        tail = tail or self._scan(file, path, verify=True)
        if tail.damage is not None:
            if not tail.damage.torn:
                raise CassetteDamaged(tail.damage.message)
            logger.warning("%s: cut off a torn tail of %d bytes", path, tail.damage.lost_bytes)
            tail.damage = None
        if os.fstat(file).st_size > tail.end:
            os.ftruncate(file, tail.end)
        return tail

    def _write(self, file: int, path: Path, tail: Scan, sections: Sections) -> None:
        header = tail.header or Header(seed_for(sections.meta, sections.data))
        raw = encode_record(sections.meta, sections.data, header.seed)
        try:
            tail.check_room(len(raw), len(sections.meta), str(path), self._limits)
            write_all(file, raw if tail.header else encode_header(header) + raw)
            if self.fsync:
                os.fsync(file)
                if tail.header is None:
                    self._sync_folders()
        except (OSError, CassetteFull):
            self._take_back(file, path, tail.end)
            raise
        tail.header = header

    def _take_back(self, file: int, path: Path, end: int) -> None:
        """A write has failed: make the file what it was, or write no more."""
        self._failed = True
        try:
            os.ftruncate(file, end)
            if end == 0:
                path.unlink()
        except OSError as error:
            self._broken = (
                f"{path}: cannot take back a failed write ({error.strerror}); recording has ended for this file"
            )

    def _sync_folders(self) -> None:
        """A new file survives a power loss only when the folder that names it is on the disk too."""
        for folder in {self.path.parent, *[made.parent for made in self._made]}:
            sync(folder)

    # Recording anew

    def replace(self) -> None:
        """From now on `append` goes to a draft, which takes the file's place on `close`; the file stays until then.

        Without a file there is nothing to protect, and the draft is the file itself. What a killed run left of its
        draft is kept as `NAME.interrupted.cassette`. Refuses a file that is foreign or too new.
        """
        with self._mutex:
            self.lock()
            existed = False
            with translated(self.path, "read"), suppress(FileNotFoundError), opened(self.path, os.O_RDONLY) as file:
                existed = self._scan(file, self.path, verify=False).header is not None
            draft = self.path.with_name(f".{self.path.name}.new")
            with translated(draft, "rename"):
                self._set_aside(draft)
            self._draft = draft if existed else None
            self._tail = self._stamp = None

    def _set_aside(self, draft: Path) -> Path | None:
        """Give a draft that will not be finished a name of its own. We hold the lock, so nobody takes the name."""
        if not os.path.lexists(draft):
            return None
        stem = self.path.name.removesuffix(SUFFIX)
        names = (f"{stem}.interrupted{number}{SUFFIX}" for number in chain([""], count(2)))
        kept = next(path for name in names if not os.path.lexists(path := self.path.with_name(name)))
        draft.rename(kept)
        logger.warning("%s: the recording that was to replace it is not whole and is kept as %s", self.path, kept)
        return kept

    def close(self, *, keep_draft: bool = False) -> None:
        """Put the draft, if it is whole, in the file's place, and let go of the lock. Harmless when repeated.

        A draft is not whole when a write to it failed, or when the caller says so with `keep_draft`: then the old file
        stays, and the draft is kept beside it as `NAME.interrupted.cassette`.
        """
        with self._mutex:
            draft, self._draft = self._draft, None
            try:
                if draft is not None and draft.exists():
                    with translated(self.path, "replace"):
                        self._finish(draft, whole=not (keep_draft or self._failed))
            finally:
                self._release()

    def _finish(self, draft: Path, *, whole: bool) -> None:
        if not whole:
            self.aside = self._set_aside(draft)
            return
        sync(draft)
        draft.replace(self.path)
        sync(self.path.parent)

    # Changing what was recorded

    def rewrite(self, change: Change, *, dry: bool = False) -> bool:
        """Write the file anew, with every interaction as `change` says; returns whether that changed anything.

        At any moment, a kill included, there is the whole old file or the whole new one; what stays the same is not
        touched. Entries that were read before are void. Raises CassetteError, also if nothing would be left, and
        whatever `change` raises; then the file is as it was. With `dry` nothing is written.
        """
        return self.renew(lambda raw: rewritten(raw, str(self.path), change, self._limits), dry=dry)

    def gather(self, sources: Sequence[tuple["Store", Pick]], *, dry: bool = False) -> bool:
        """Fill the file with the interactions of `sources` that their picks choose, in order; each as it is stored.

        A file that is there already must be among the sources. All else is as with `rewrite`.
        """

        def gathered_with(own: bytes) -> bytes:
            if own and all(store.path != self.path for store, _ in sources):
                check_free(self.path)
            raws = [own if store.path == self.path else store.raw() for store, _ in sources]
            parts = [Source(raw, str(store.path), pick) for raw, (store, pick) in zip(raws, sources, strict=True)]
            return gathered(parts, self._limits)

        return self.renew(gathered_with, dry=dry)

    def raw(self) -> bytes:
        """The bytes of the file, b"" if there is none. Raises CassetteError if it is foreign, too new or too large."""
        with translated(self.path, "read"), suppress(FileNotFoundError), opened(self.path, os.O_RDONLY) as file:
            self._scan(file, self.path, verify=False)  # before memory is taken
            return read_at(file, 0, os.fstat(file).st_size)
        return b""

    def renew(self, make: Callable[[bytes], bytes], *, dry: bool = False) -> bool:
        """Put what `make` makes of the file's bytes (b"" without a file) in its place. All else as with `rewrite`."""
        with self._mutex, self._locked():
            old = self.raw()
            new = make(old)
            if new == old:
                return False
            check_readable(new, str(self.path), self._limits)
            if not dry:
                with translated(self.path, "replace"):
                    put(self.path, new, self.path.with_name(f".{self.path.name}.rewrite"))
                    self._sync_folders()
            return True
