"""The cassettes behind the samples: a sample's interaction, when what it said or when its chunks came is asked for."""

from collections.abc import Iterable
from pathlib import Path

from gateway.metrics.summary import Sample
from recorder.errors import CassetteError
from recorder.interaction import Interaction
from recorder.store import Entry, Store

__all__ = ["Shelf"]


class Shelf:
    """Loads interactions from cassettes, given as (name, path); each file is looked through once."""

    def __init__(self, cassettes: Iterable[tuple[str, Path]]) -> None:
        self._paths = dict(cassettes)
        self._opened: dict[str, tuple[Store, dict[int | None, Entry]]] = {}

    def load(self, sample: Sample) -> Interaction:
        """The interaction that the sample was measured from. Raises CassetteError, also if it is there no more."""
        if sample.cassette not in self._opened:
            store = Store(self._paths[sample.cassette])
            self._opened[sample.cassette] = store, {entry.index: entry for entry in store.read(verify=False)}
        store, entries = self._opened[sample.cassette]
        if sample.index not in entries:
            raise CassetteError(f"{store.path}: interaction {sample.index} is gone: the file was changed meanwhile")
        return store.load(entries[sample.index])
