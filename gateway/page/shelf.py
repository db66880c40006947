"""The folder of cassettes as the page shows it: JSON values, a piece at a time.

    cassettes(start, count)           a row for each file, with what is wrong with it
    interactions(name, start, count)  the numbers of some interactions of one cassette
    interaction(name, index)          everything of one interaction

Only reads. A file that is damaged, foreign or too new is shown with its `problem`, since that is what people come to
see. All of it waits for the disk and computes: call it from a thread of its own, the same for all calls.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from gateway.listing import row_json, row_of
from gateway.page.recorded import detail_of, summary_of
from recorder.errors import CassetteError, CassetteName
from recorder.plural import count as counted
from recorder.store import Entry, Store, cassette_path, list_cassettes

__all__ = ["NotThere", "Shelf"]

Json = dict[str, Any]
_Stamp = tuple[int, int, int]

# Rows and summaries take milliseconds each, and whoever turns pages comes back to the same ones.
_REMEMBERED = 5_000
# To look into the streams of a cassette takes a millisecond each; of larger ones the list tells what the heads say.
_LOOKED_INTO = 200


class NotThere(Exception):
    """There is no such cassette or interaction; the message says what was looked for, and where."""


class Shelf:
    """Looks into the cassettes of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._remembered: OrderedDict[Hashable, Json] = OrderedDict()
        # The last cassette that was looked into: mostly it is the next one, too.
        self._opened: Store | None = None
        self._read: tuple[Store, _Stamp, list[Entry]] | None = None

    def cassettes(self, start: int, count: int) -> Json:
        """`{"folder", "total", "from", "cassettes": [{"name", "interactions", "size", "recorded", "problems"}]}`."""
        names = list_cassettes(self._folder)
        rows = [row for name in names[start : start + count] if (row := self._row(name)) is not None]
        return {"folder": str(self._folder), "total": len(names), "from": start, "cassettes": rows}

    def interactions(self, name: str, start: int, count: int) -> Json:
        """`{"name", "total", "from", "problem", "interactions": [summary without ticks]}`. Raises NotThere."""
        store = self._store(name)
        try:
            entries = self._entries(store)
        except CassetteError as error:
            return {"name": name, "total": 0, "from": 0, "problem": str(error), "interactions": []}
        problem = store.damage.message if store.damage else None
        shown = [self._summary(name, store, entry) for entry in entries[start : start + count]]
        return {"name": name, "total": len(entries), "from": start, "problem": problem, "interactions": shown}

    def interaction(self, name: str, index: int) -> Json:
        """Its detail, in the shape of a live stream's; `{"problem"}` if it cannot be read. Raises NotThere."""
        store = self._store(name)
        try:
            entries = self._entries(store)
            if index >= len(entries):
                raise NotThere(
                    f"{name} has {counted(len(entries), 'interaction')}, counted from 0; there is no {index}"
                )
            return detail_of(name, index, store.load(entries[index]))
        except CassetteError as error:
            return {"problem": str(error)}

    def _store(self, name: str) -> Store:
        try:
            path = cassette_path(self._folder, name)
        except CassetteName as error:
            raise NotThere(str(error)) from None
        if path.is_symlink() or not path.is_file():
            raise NotThere(f"there is no cassette {name!r} in {self._folder}")
        if self._opened is None or self._opened.path != path:
            self._opened = Store(path)
        return self._opened

    def _entries(self, store: Store) -> list[Entry]:
        """What is on the cassette; read again only if it was touched. Raises CassetteError, and NotThere if it went."""
        try:
            stamp = _stamp(store.path)
        except FileNotFoundError:
            raise NotThere(f"{store.path} is no longer there") from None
        if self._read is None or self._read[:2] != (store, stamp):
            self._read = (store, stamp, store.read(verify=False))
        return self._read[2]

    def _row(self, name: str) -> Json | None:
        """The row of one file; None if it has gone since the folder was read."""
        path = cassette_path(self._folder, name)
        try:
            return self._once((path, _stamp(path)), lambda: row_json(row_of(name, Store(path), _LOOKED_INTO)))
        except FileNotFoundError:
            return None

    def _summary(self, name: str, store: Store, entry: Entry) -> Json:
        """The numbers of one interaction; `problem` in place of them if it is damaged."""

        def make() -> Json:
            try:
                return summary_of(name, entry.index, store.load(entry))
            except CassetteError as error:
                return {"cassette": name, "index": entry.index, "problem": str(error)}

        stamp = self._read and self._read[1]
        return self._once((store.path, stamp, entry.index), make)

    def _once(self, key: Hashable, make: Callable[[], Json]) -> Json:
        if key not in self._remembered:
            self._remembered[key] = make()
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return self._remembered[key]


def _stamp(path: Path) -> _Stamp:
    """While it is the same, nobody has touched the file. Raises FileNotFoundError."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
