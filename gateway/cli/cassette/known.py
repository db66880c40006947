"""The cassette that a command line names: by its name, and where a command says so, by the path of its file."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from recorder.errors import CassetteError, CassetteName
from recorder.naming import SUFFIX, cassette_path, list_cassettes

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from recorder.store import Store

__all__ = ["known", "known_file", "there_are"]

# A message that names hundreds is not read.
_MOST = 10


def known(folder: Path, name: str) -> "Store":
    """The file of the cassette `name`. Raises CassetteError, with the names that there are, if it is not there."""
    from recorder.store import Store  # noqa: PLC0415 - brings msgpack, which --help does not need

    _check_no_path(folder, name)
    path = cassette_path(folder, name)
    if not path.exists():
        raise CassetteError(f"no cassette {name!r} in {folder}; {there_are(folder, name)}")
    return Store(path)


def known_file(folder: Path, name: str) -> Path:
    """The file of the cassette `name`, else the file at that path. Raises CassetteError if there is neither."""
    try:
        candidates = [cassette_path(folder, name), Path(name)]
    except CassetteName:
        candidates = [Path(name)]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise CassetteError(f"no cassette {name!r} in {folder}, and no file of that path; {there_are(folder, name)}")
    return found


def there_are(folder: Path, name: str) -> str:
    """Which cassettes there are; of many, those whose names are most like `name`."""
    names = list_cassettes(folder)
    if len(names) <= _MOST:
        return f"there are: {', '.join(names) or 'none'}"
    like = get_close_matches(name, names, n=_MOST, cutoff=0.0)
    return f"there are: {', '.join(like)} and {len(names) - len(like):,} more; `tokentape cassette ls` shows all"


def _check_no_path(folder: Path, name: str) -> None:
    """Shells complete the paths of files: tell whoever has taken one what it is called."""
    inside, path = os.path.realpath(folder), Path(os.path.realpath(name))
    if name.endswith(SUFFIX) and path.is_relative_to(inside) and path.is_file():
        meant = path.relative_to(inside).as_posix().removesuffix(SUFFIX)
        raise CassetteName(f"expected a cassette's name, not the path of its file: {meant!r}, not {name!r}")
