"""The writer's lock: an exclusive `flock` on a hidden file beside the cassette, with the holder's process id in it.

The kernel lets go of it when the process dies, however it dies, so a lock file that was left behind locks nothing.
Not the cassette itself is locked, because that one is replaced (mode `all`), and who opens the new file would not see a
lock on the old one.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from recorder.errors import CassetteLocked

__all__ = ["WriterLock"]

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_PID_DIGITS = 20


class WriterLock:
    """Whether this process may write to one cassette. The folder must exist."""

    def __init__(self, cassette: Path) -> None:
        self.path = cassette.with_name(f".{cassette.name}.lock")
        self._cassette = cassette
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether `acquire` has succeeded."""
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock, or raise CassetteLocked with the holder's process id. Raises OSError as the system does."""
        while self._file is None:
            file = os.open(self.path, _FLAGS, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(file):
                    os.ftruncate(file, 0)
                    os.pwrite(file, b"%d\n" % os.getpid(), 0)
                    self._file, file = file, -1
            except BlockingIOError as error:
                raise CassetteLocked(self._refusal(os.pread(file, _PID_DIGITS, 0))) from error
            finally:
                if file >= 0:
                    os.close(file)

    def _is_current(self, file: int) -> bool:
        """Whether `file` still has its name: its last holder may have removed it after we had opened it."""
        try:
            return os.path.samestat(os.fstat(file), self.path.stat(follow_symlinks=False))
        except FileNotFoundError:
            return False

    def _refusal(self, pid: bytes) -> str:
        holder = pid.decode("ascii", "replace").strip() or "unknown"
        return (
            f"{self._cassette}: it is already being recorded to (pid {holder}); "
            "wait for that to end, stop it, or use another cassette"
        )

    def release(self) -> None:
        """Let go. The file is removed while it is still locked, so that nobody's lock is removed but ours."""
        if self._file is None:
            return
        with suppress(OSError):  # a read-only folder: an unlocked file that stays is harmless
            self.path.unlink()
        os.close(self._file)
        self._file = None
