"""`tokentape stats`: cassettes in numbers, and whether they have become worse."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gateway.cli.cassette.known import known_file
from gateway.cli.console import CHECK_FAILED, OK, can_show, examples, result, result_json_lines, say
from gateway.cli.given import given_bytes
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from gateway.settings import Config
from recorder.errors import CassetteError
from recorder.naming import SUFFIX, cassette_path, list_cassettes
from recorder.plural import count

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.metrics.summary import Group, Sample
    from gateway.tools.stats import Against, Base, File, Unread

__all__ = ["DIMENSIONS", "QUANTITIES", "stats"]

# As in gateway/metrics (of pooled values and of counts nothing is better), which brings too much for --help.
DIMENSIONS = ("provider", "model", "api", "cassette", "status", "connection")
QUANTITIES = ("ttfb", "ttfc", "ttft", "ttfo", "itl", "stall_max", "e2e", "duration", "tps")

_EXAMPLES = examples(
    "tokentape stats",
    "tokentape stats greeting --by cassette",
    "tokentape stats --jsonl > before.jsonl",
    "tokentape stats --compare before.jsonl --threshold 10%",
    "tokentape stats --json | jq '.groups[].quantities.ttft.p50'",
)
_MOST_BASE = 1 << 28  # bytes of an earlier output: some hundred thousand streams
_MOST_SAID = 10  # sentences about what could not be read


class _Names(click.ParamType[tuple[str, ...]]):
    """`provider,model`, or `all`."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        names = () if value == "all" else tuple(str(value).split(","))
        if len(set(names)) < len(names) or not set(names) <= set(DIMENSIONS):
            among = ", ".join(DIMENSIONS)
            self.fail(f"expected all, or some of {among}, with commas between them; got {value!r}", param, ctx)
        return names


class _Share(click.ParamType[float]):
    """`10%`."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)%", str(value))
        if match is None:
            self.fail(f"expected a percentage, such as 10% or 2.5%; got {value!r}", param, ctx)
        return float(match[1]) / 100


@click.command(epilog=_EXAMPLES)
@cassette_name_argument("names", nargs=-1, metavar="[CASSETTE]...")
@click.option(
    "--by",
    metavar="NAMES",
    type=_Names(),
    default="provider,model",
    show_default=True,
    help=f"Group the streams: all, or some of {', '.join(DIMENSIONS)}.",
)
@click.option("--json", "form", flag_value="json", help="Print JSON: all groups, with the values of each stream.")
@click.option("--jsonl", "form", flag_value="jsonl", help="Print a line of JSON for each stream.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV: a line for each group and quantity.")
@click.option(
    "--compare",
    metavar="BASE",
    help="Compare with a cassette, a folder of cassettes, or what --json or --jsonl printed (- is standard input).",
)
@click.option(
    "--quantity",
    "quantities",
    metavar="NAME",
    type=click.Choice(QUANTITIES),
    multiple=True,
    help=f"What --compare compares: {', '.join(QUANTITIES)}. Can be repeated.  [default: ttft]",
)
@click.option(
    "--threshold",
    metavar="P%",
    type=_Share(),
    help="With --compare: fail if a median is worse by more than this, and more than chance can be.",
)
@click.option(
    "--processes", metavar="N", type=click.IntRange(1, 256), help="Read in so many processes.  [default: one a CPU]"
)
@cassette_folder_options
def stats(
    *,
    names: tuple[str, ...],
    by: tuple[str, ...],
    form: Literal["json", "jsonl", "csv"] | None,
    compare: str | None,
    quantities: tuple[str, ...],
    threshold: float | None,
    processes: int | None,
    **flags: Any,
) -> int:
    """Tell the numbers of recorded streams: time to first token, time per token, and others.

    Of all cassettes, or those named (by name, or by the path of the file). Latencies are those of streams that ended
    well; all others are counted beside them. Percentiles are told as far as the number of streams carries them.

    The exit code is 1 after a regression beyond --threshold, or if something on a cassette could not be read.
    """
    _check(form, compare, quantities, threshold)
    config = configure(flags)
    reading = _Reading(processes or _cpus())
    files = _files(names, config, folder_named=flags["cassettes"] is not None)
    worse = False
    if compare is not None:
        base = _base(compare, config.cassettes, by, reading)
        files = files if names else [file for file in files if file.path.resolve() not in reading.paths]
        found = _compared(reading.groups(files, by), base, quantities or ("ttft",), threshold, as_json=form == "json")
        worse = threshold is not None and any(each.verdict == "regression" for each in found)
    elif form == "jsonl":
        _print_streams(reading.samples(files))
    else:
        _print_groups(form, by, reading.groups(files, by), reading.unread)
    return CHECK_FAILED if reading.conclude(config.cassettes) or worse else OK


def _check(form: str | None, compare: str | None, quantities: Sequence[str], threshold: float | None) -> None:
    """Refuse flags that do not go together."""
    if compare is None and (quantities or threshold is not None):
        raise click.UsageError(f"{'--quantity' if quantities else '--threshold'} goes with --compare.")
    if compare is not None and form in ("jsonl", "csv"):
        raise click.UsageError(f"--compare and --{form} exclude each other.")


def _cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _files(names: Sequence[str], config: Config, *, folder_named: bool) -> "list[File]":
    """The cassettes that are named, or all of the folder."""
    if names:
        return _named(config.cassettes, names)
    if folder_named and not config.cassettes.is_dir():
        raise click.UsageError(f"--cassettes: there is no folder {config.cassettes}.")
    return _all_of(config.cassettes)


def _named(folder: Path, names: Sequence[str]) -> "list[File]":
    from gateway.tools.stats import File  # noqa: PLC0415 - brings all dialects, which --help does not need

    return [File(name, known_file(folder, name)) for name in dict.fromkeys(names)]


def _all_of(folder: Path) -> "list[File]":
    from gateway.tools.stats import File  # noqa: PLC0415 - brings all dialects, which --help does not need

    return [File(name, cassette_path(folder, name)) for name in list_cassettes(folder)]


@dataclass(slots=True)
class _Reading:
    """What has been read so far: of which files, how much, in what time; and what could not be."""

    processes: int
    streams: int = 0
    nanoseconds: int = 0
    paths: set[Path] = field(default_factory=set)
    empty: list[str] = field(default_factory=list)
    unread: "list[Unread]" = field(default_factory=list)

    def samples(self, files: "Sequence[File]") -> "Iterator[Sample]":
        """The streams of these files; what could not be read is kept in mind."""
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

    def conclude(self, folder: Path) -> bool:
        """Say what was read, how fast, and what was not; returns whether there is any of that."""
        if not self.paths:
            say(f"no cassettes in {folder}; `tokentape run -- COMMAND` records one")
        if self.empty:
            say(f"nothing was recorded on {', '.join(self.empty)}")
        say(*(f"not read: {each.message}" for each in self.unread[:_MOST_SAID]))
        if len(self.unread) > _MOST_SAID:
            say(f"not read: {len(self.unread) - _MOST_SAID:,} more; `tokentape cassette check` tells all")
        if self.streams:
            seconds = max(self.nanoseconds, 1) / 1e9
            rate = self.streams / seconds
            say(f"{count(self.streams, 'stream')} in {seconds:.2f} s: {rate:,.0f} streams per second")
        return bool(self.unread)


def _base(named: str, folder: Path, by: tuple[str, ...], reading: _Reading) -> "Base":
    """What BASE names: cassettes, or what was printed earlier. Raises RecorderError if it is neither."""
    from gateway.tools.stats import base_of_groups, base_of_text  # noqa: PLC0415 - brings all dialects

    path = Path(named)
    if named == "-" or (path.is_file() and path.suffix != SUFFIX):
        data = given_bytes(path, _MOST_BASE)
        if data is None:
            raise CassetteError(f"--compare {named}: more than {_MOST_BASE:,} bytes; compare with fewer streams")
        return base_of_text(named, data.decode("utf-8", "replace"), by)
    files = _all_of(path) if path.is_dir() else _named(folder, [named])
    if not files:
        raise CassetteError(f"--compare {named}: there is no cassette in this folder")
    return base_of_groups(named, reading.groups(files, by))


def _compared(
    groups: "Sequence[Group]", base: "Base", quantities: Sequence[str], threshold: float | None, *, as_json: bool
) -> "list[Against]":
    """Compare, and print what was found. Raises CassetteError if nothing can be compared."""
    from gateway.tools import stats as tool  # noqa: PLC0415 - brings all dialects, which --help does not need

    found = tool.compare_groups(groups, base, quantities, threshold or 0.0)
    if not found:
        raise CassetteError(
            f"nothing can be compared: no group is both here ({len(groups):,}) and in {base.name} "
            f"({len(base.values):,}); --by all compares all streams with all"
        )
    if as_json:
        result_json_lines([tool.comparison_json(base, found)])
    else:
        result(tool.against_lines(groups, base, found))
    say(tool.conclusion(found))
    return found


def _print_streams(samples: "Iterable[Sample]") -> None:
    from gateway.metrics.summary_json import sample_json  # noqa: PLC0415 - brings the events

    result_json_lines(map(sample_json, samples))


def _print_groups(form: str | None, by: Sequence[str], groups: "Sequence[Group]", unread: "Sequence[Unread]") -> None:
    from gateway.tools import stats as tool  # noqa: PLC0415 - brings all dialects, which --help does not need

    if form == "json":
        result_json_lines([tool.stats_json(by, groups, unread)])
    elif form == "csv":
        result(tool.csv_lines(by, groups))
    else:
        blocks = tool.BLOCKS if can_show(tool.BLOCKS) else tool.ASCII_BLOCKS
        result(line for group in groups for line in tool.group_lines(group, blocks))
