"""Files that commands are told to write: whole, or not at all.

What was there stays until all of the new file is written; a device or a pipe is written to as it is.
"""

import shutil
from contextlib import suppress
from pathlib import Path

import click

from recorder.files import translated
from recorder.naming import SUFFIX

__all__ = ["write_output"]


def write_output(path: Path, flag: str, data: bytes) -> None:
    """Make `data` the file at `path`, which the user gave with `flag`.

    Raises UsageError if nothing can be written there, CassetteError if the disk does not take all of it.
    """
    if path.suffix == SUFFIX:  # a slip of the pen must not cost a recording
        raise click.UsageError(f"{flag} {path}: this is where a cassette is; expected another file.")
    target = path.resolve()
    if target.is_dir():
        raise click.UsageError(f"{flag} {path}: cannot write it: it is a folder.")
    if target.exists() and not target.is_file():
        with translated(path, "write"):
            target.write_bytes(data)
        return
    draft = target.with_name(f".{target.name}.draft")
    try:
        file = draft.open("wb")
    except OSError as error:
        raise click.UsageError(f"{flag} {path}: cannot write it: {error.strerror}.") from error
    try:
        with translated(path, "write"):
            with file:
                file.write(data)
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink()
