"""What a command is given to read: a file, or standard input by the name `-`."""

import sys
from pathlib import Path

__all__ = ["given_bytes"]


def given_bytes(file: Path, most: int) -> bytes | None:
    """All that is in the file; None if that is more than `most` bytes, which is not read: a device may never end.

    A standard input that was closed is empty. Raises OSError as the system does.
    """
    if str(file) == "-":
        data = sys.stdin.buffer.read(most + 1) if sys.stdin else b""
    else:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    return data if len(data) <= most else None
