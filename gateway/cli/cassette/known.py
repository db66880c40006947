"""The cassette that a command line names."""

from pathlib import Path
from typing import TYPE_CHECKING

from recorder.errors import CassetteError
from recorder.naming import cassette_path, list_cassettes

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from recorder.store import Store

__all__ = ["known"]


def known(folder: Path, name: str) -> "Store":
    """The file of the cassette `name`. Raises CassetteError, with the names that there are, if it is not there."""
    from recorder.store import Store  # noqa: PLC0415 - brings msgpack, which --help does not need

    path = cassette_path(folder, name)
    if not path.exists():
        raise CassetteError(
            f"no cassette {name!r} in {folder}; there are: {', '.join(list_cassettes(folder)) or 'none'}"
        )
    return Store(path)
