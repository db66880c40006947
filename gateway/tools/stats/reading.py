"""Cassettes to samples: each interaction is loaded, read and measured, and let go of again.

    files ── entries ── batches ──> processes: load, measure ──> Sample, Sample, Unread, ...

Nothing is lost in silence: what cannot be read comes out as an Unread, in its place among the samples.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gateway.measuring import measurement_of
from gateway.metrics.summary import Sample
from gateway.tools.stats.workers import spread
from recorder.errors import CassetteError
from recorder.store import Entry, Store

__all__ = ["File", "Unread", "read_samples"]

# Reading a frame takes some 30 µs, and a frame is some 200 bytes: a second on file for this. Below it, processes would
# take longer to start than they save.
_PAYS = 6 << 20

# A tenth of a second or so for each batch: nobody waits long for another, nor for a Ctrl-C.
_BATCH = 1 << 19
_RECORD = 1 << 12  # what an interaction costs besides its bytes, as if it were bytes


class File(NamedTuple):
    """A cassette, by the name that the numbers carry."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read of a cassette, and why: one interaction, or (None) all from some place on."""

    cassette: str
    message: str
    interaction: int | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some interactions of one file, or what was found instead."""

    file: File
    entries: tuple[Entry, ...] = ()
    unread: Unread | None = None


def read_samples(files: Sequence[File], *, processes: int = 1) -> Iterator[Sample | Unread]:
    """The streams of all files, in order. `processes` are used only where there is enough to do.

    Whoever uses them must be importable: with `if __name__ == "__main__":` if it is a script.
    """
    pays = sum(_size(file.path) for file in files) > _PAYS
    batches = (batch for file in files for batch in _batches(file))
    for measured in spread(_measured, batches, processes if pays else 1):
        yield from measured


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # whoever reads it will say so
        return 0


def _batches(file: File) -> Iterator[_Batch]:
    """The interactions of a file in portions that take about the same time."""
    store = Store(file.path)
    try:
        entries = store.read(verify=False)
    except CassetteError as error:
        yield _Batch(file, unread=Unread(file.name, str(error)))
        return
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.data_size + _RECORD
        if size >= _BATCH:
            yield _Batch(file, tuple(batch))
            batch, size = [], 0
    unread = Unread(file.name, store.damage.message) if store.damage else None
    if batch or unread:
        yield _Batch(file, tuple(batch), unread)


def _measured(batch: _Batch) -> list[Sample | Unread]:
    """The work of one process at a time."""
    store = Store(batch.file.path)
    found = [_one(batch.file.name, store, entry) for entry in batch.entries]
    return found if batch.unread is None else [*found, batch.unread]


def _one(name: str, store: Store, entry: Entry) -> Sample | Unread:
    try:
        interaction = store.load(entry)
    except CassetteError as error:
        return Unread(name, str(error), entry.index)
    return Sample(measurement_of(interaction), name, entry.index)
