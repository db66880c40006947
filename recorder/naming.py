"""Which names may become cassette files, and which cassettes a folder has.

A name comes from outside (a URL, a flag, a test's name), so it is an allow-list: segments of letters, digits, `.`, `_`
and `-` that start with a letter or digit, joined by `/`. The suffix is fixed, so no name reaches another kind of file.
"""

import os
import re
from pathlib import Path

from recorder.errors import CassetteName

__all__ = ["SUFFIX", "cassette_path", "is_name", "list_cassettes"]

SUFFIX = ".cassette"

# 128 and the additions to a name (suffix, draft, lock) stay below the 255 bytes that file systems allow for one.
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
# PATH_MAX is 1,024 on macOS, and the folder needs some of it.
_NAME_LIMIT = 512
# Devices on Windows, whatever follows after a dot: a repository with such a file cannot be checked out there.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def cassette_path(folder: Path, name: str) -> Path:
    """The file of the cassette `name` below `folder`; neither has to exist.

    Raises CassetteName when the name is not allowed or a symbolic link leads out of the folder.
    """
    if len(name) > _NAME_LIMIT:
        raise CassetteName(
            f"a cassette's name has {len(name):,} characters, the limit is {_NAME_LIMIT}; use a shorter one"
        )
    segments = name.split("/")
    for segment in segments:
        _check(segment, name)
    if name.endswith(SUFFIX):
        raise CassetteName(
            f"the suffix is added by itself: call the cassette {name.removesuffix(SUFFIX)!r}, not {name!r}"
        )
    path = folder.joinpath(*segments[:-1], segments[-1] + SUFFIX)
    # Unlike Path.resolve, realpath does not stumble over links in a circle; opening refuses those.
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise CassetteName(
            f"the cassette {name!r} would lie outside {folder} by way of a symbolic link; use another name"
        )
    return path


def is_name(text: str) -> bool:
    """Whether `text` may be one part of a cassette's name."""
    return _SEGMENT.fullmatch(text) is not None and not _RESERVED.fullmatch(text)


def _check(segment: str, name: str) -> None:
    if not _SEGMENT.fullmatch(segment):
        raise CassetteName(
            f"{name!r} cannot be a cassette: each part between slashes is 1 to 128 letters, digits, '.', '_' or '-', "
            f"and starts with a letter or digit; {segment!r} is not so"
        )
    if _RESERVED.fullmatch(segment):
        raise CassetteName(f"{name!r} cannot be a cassette: {segment!r} is a device on Windows; use another name")


def list_cassettes(folder: Path) -> list[str]:
    """The names of all cassettes below `folder`, sorted. Links and what has no allowed name are left out."""
    names: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [child for child in folders if not child.startswith(".")]
        for file in files:
            path = Path(parent, file)
            name = path.relative_to(folder).as_posix().removesuffix(SUFFIX)
            if file.endswith(SUFFIX) and _is_allowed(folder, name) and path.is_file() and not path.is_symlink():
                names.append(name)
    return sorted(names)


def _is_allowed(folder: Path, name: str) -> bool:
    try:
        cassette_path(folder, name)
    except CassetteName:
        return False
    return True
