"""The files that `tokentape bench` is to write: tried before anything is sent, for a run may have cost money.

What cannot be written in the end is told, and takes nothing from what is shown.
"""

from collections.abc import Iterable
from pathlib import Path

from gateway.cli.console import say
from gateway.settings import ConfigError

__all__ = ["check_writable", "written"]


def check_writable(jsonl: Path | None, csv: Path | None) -> None:
    """Find out now whether these can be written. Raises ConfigError."""
    if jsonl is not None and csv is not None and jsonl.resolve() == csv.resolve():
        raise ConfigError(f"--jsonl and --csv: expected two files; got {csv} for both")
    for flag, file in (("--jsonl", jsonl), ("--csv", csv)):
        if file is not None:
            _try(flag, file)


def _try(flag: str, file: Path) -> None:
    was_there = file.exists()
    try:
        file.open("ab").close()
        if not was_there:
            file.unlink()
    except OSError as error:
        raise ConfigError(f"{flag} {file}: cannot write it: {error.strerror}") from None


def written(file: Path | None, lines: Iterable[str]) -> bool:
    """Write lines to the file, if one was named; where that fails, say so. Whether all is well."""
    if file is None:
        return True
    try:
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")
    except OSError as error:
        say(f"{file}: not written: {error.strerror}")
        return False
    return True
