"""Files as the system has them: opened without surprises, read and written whole, flushed to the disk.

Rules: never through a link, never inherited by a child process, and what is no plain file is refused. The system's
errors become ours, each with what to do about it.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recorder.errors import CassetteError, CassetteForeign

__all__ = ["Stamp", "check_free", "opened", "put", "read_at", "stamp", "sync", "translated", "write_all"]

Stamp = tuple[int, int, int, int]
"""Device, inode, size and time of the last change: while they agree, nobody has touched the file."""

# A named pipe does not block us before we see that it is none of ours.
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

_REMEDIES = {
    errno.EACCES: "check the permissions of the file and its folder",
    errno.EDQUOT: "free some space",
    errno.ELOOP: "a symbolic link is not followed: put the file itself there",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENOSPC: "free some space",
    errno.EROFS: "choose a folder that can be written to",
}


@contextmanager
def translated(path: Path, doing: str) -> Iterator[None]:
    """Turn the system's errors while `doing` something (a verb) to the file into CassetteError."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "check the file and the disk")
        raise CassetteError(f"{path}: cannot {doing} it: {error.strerror or error}; {remedy}") from error


def check_free(path: Path) -> None:
    """Raise CassetteError if there is anything at `path`, a broken link included."""
    if os.path.lexists(path):
        raise CassetteError(f"{path}: exists already, and is never overwritten; use another name")


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """A descriptor of a plain file, made with mode 0600 if `flags` say so. Raises CassetteForeign and OSError."""
    file = os.open(path, flags | _FLAGS, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise CassetteForeign(f"{path}: not a regular file, so not a cassette; use another name, or move it away")
        yield file
    finally:
        os.close(file)


def read_at(file: int, offset: int, size: int) -> bytes:
    """`size` bytes from `offset` on, or fewer at the end of the file."""
    # Not mmap: a file that somebody shortens meanwhile would end the process with SIGBUS.
    return os.pread(file, size, offset)


def write_all(file: int, data: bytes) -> None:
    """Write all of `data`: the system may take it in parts."""
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


def put(path: Path, data: bytes, draft: Path) -> None:
    """Make `data` the file at `path`, by way of `draft` beside it: at any moment there is the old file or the new.

    A draft that was left behind by a killed process is overwritten. On an OSError the old file stays.
    """
    with suppress(FileNotFoundError):
        draft.unlink()
    try:
        with opened(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
            write_all(file, data)
            os.fsync(file)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk itself."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def stamp(file: int) -> Stamp:
    """What tells whether an open file has been touched."""
    status = os.fstat(file)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
