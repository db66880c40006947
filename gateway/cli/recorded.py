"""Which cassettes a command line means, read and measured: for commands that tell numbers of recorded streams.

What could not be read is kept in mind and said at the end: no number is told without it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.cassette.known import known_file
from gateway.cli.given import given_bytes
from gateway.settings import Config
from recorder.errors import CassetteError
from recorder.naming import SUFFIX, cassette_path, list_cassettes

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.metrics.summary import Group, Sample
    from gateway.tools.stats import Base, File, Unread

__all__ = ["Reading", "base_files", "base_text", "files_named"]

_MOST_BASE = 1 << 28  # bytes of an earlier output: some hundred thousand streams
_MOST_SAID = 10  # sentences about what could not be read


def files_named(names: Sequence[str], config: Config, *, folder_named: bool) -> "list[File]":
    """The cassettes that are named, or all of the folder. Raises CassetteError if one is not there."""
    if names:
        return _named(config.cassettes, names)
    if folder_named and not config.cassettes.is_dir():
        raise click.UsageError(f"--cassettes: there is no folder {config.cassettes}.")
    return _all_of(config.cassettes)


def base_files(named: str, folder: Path) -> "list[File]":
    """The cassettes that BASE is; none if it is a file of something else. Raises CassetteError if it is nothing."""
    path = Path(named)
    if path.is_dir():
        found = _all_of(path)
        if not found:
            raise CassetteError(f"--compare {named}: there is no cassette in this folder")
        return found
    if named == "-" or (path.exists() and path.suffix != SUFFIX):
        return []
    return _named(folder, [named])


def base_text(named: str) -> str:
    """What is in a BASE that is no cassette (`-` is standard input). Raises CassetteError if it is too much."""
    data = given_bytes(Path(named), _MOST_BASE)
    if data is None:
        raise CassetteError(f"--compare {named}: more than {_MOST_BASE:,} bytes; compare with fewer streams")
    return data.decode("utf-8", "replace")


def _named(folder: Path, names: Sequence[str]) -> "list[File]":
    from gateway.tools.stats import File  # noqa: PLC0415 - brings all dialects, which --help does not need

    found: dict[Path, File] = {}
    for name in names:
        path = known_file(folder, name)
        found.setdefault(path.resolve(), File(name, path))  # named in two ways, it would count twice
    return list(found.values())


def _all_of(folder: Path) -> "list[File]":
    from gateway.tools.stats import File  # noqa: PLC0415 - brings all dialects, which --help does not need

    return [File(name, cassette_path(folder, name)) for name in list_cassettes(folder)]


def _cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Reading:
    """Reads cassettes, and keeps in mind what it has read: how many streams, in what time, of which files.

    `empty` are the names of those on which there was nothing, `unread` what could not be read.
    """

    processes: int = field(default_factory=_cpus)
    streams: int = 0
    nanoseconds: int = 0
    paths: set[Path] = field(default_factory=set)
    empty: list[str] = field(default_factory=list)
    unread: "list[Unread]" = field(default_factory=list)

    def samples(self, files: "Sequence[File]") -> "Iterator[Sample]":
        """The streams of these files, in order; in several processes where that pays."""
        from gateway.tools.stats import Unread, read_samples  # noqa: PLC0415 - brings all dialects
        from recorder.clock import SystemClock  # noqa: PLC0415 - brings asyncio

        now = SystemClock().now
        began = now()
        silent = {file.name: None for file in files}
        for found in read_samples(files, processes=self.processes):
            silent.pop(found.cassette, None)
            if isinstance(found, Unread):
                self.unread.append(found)
            else:
                self.streams += 1
                yield found
        self.nanoseconds += now() - began
        self.empty += silent
        self.paths |= {file.path.resolve() for file in files}

    def groups(self, files: "Sequence[File]", by: Sequence[str]) -> "list[Group]":
        """The streams of these files in groups."""
        from gateway.metrics.summary import summarize  # noqa: PLC0415 - brings the events, which --help does not need

        return summarize(self.samples(files), by)

    def base(self, named: str, folder: Path, by: Sequence[str]) -> "tuple[Base, list[Group]]":
        """What BASE names: cassettes, with their groups, or what was printed earlier, which has none.

        Raises RecorderError if it is neither.
        """
        from gateway.tools.stats import base_of_groups, base_of_text  # noqa: PLC0415 - brings all dialects

        files = base_files(named, folder)
        groups = self.groups(files, by)
        return (base_of_groups(named, groups) if files else base_of_text(named, base_text(named), by)), groups

    def besides(self, files: "Sequence[File]") -> "list[File]":
        """Those of these files that have not been read yet."""
        return [file for file in files if file.path.resolve() not in self.paths]

    def complaints(self) -> Iterator[str]:
        """What could not be read, in words; of very much, how much more there is."""
        yield from (f"not read: {each.message}" for each in self.unread[:_MOST_SAID])
        if len(self.unread) > _MOST_SAID:
            yield f"not read: {len(self.unread) - _MOST_SAID:,} more; `tokentape cassette check` tells all"
