"""`tokentape stats`: cassettes in numbers, and whether they have become worse."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.console import CHECK_FAILED, OK, can_show, examples, result, result_json_lines, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from gateway.cli.recorded import Reading, files_named
from gateway.cli.share import Share
from recorder.errors import CassetteError
from recorder.plural import count

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.metrics.summary import Group, Sample
    from gateway.tools.stats import Against, Base, Unread

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


class _Names(click.ParamType[tuple[str, ...]]):
    """`provider,model`, or `all`."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        names = () if value == "all" else tuple(str(value).split(","))
        if len(set(names)) < len(names) or not set(names) <= set(DIMENSIONS):
            among = ", ".join(DIMENSIONS)
            self.fail(f"expected all, or some of {among}, with commas between them; got {value!r}", param, ctx)
        return names


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
@click.option("--json", is_flag=True, help="Print JSON: all groups, with the values of each stream.")
@click.option("--jsonl", is_flag=True, help="Print a line of JSON for each stream.")
@click.option("--csv", is_flag=True, help="Print CSV: a line for each group and quantity.")
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
    type=Share(),
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
    form = _form(flags)
    _check(form, compare, quantities, threshold)
    config = configure(flags)
    reading = Reading(processes) if processes else Reading()
    files = files_named(names, config, folder_named=flags["cassettes"] is not None)
    worse = False
    if compare is not None:
        base, _ = reading.base(compare, config.cassettes, by)
        files = files if names else reading.besides(files)
        found = _compared(reading.groups(files, by), base, quantities or ("ttft",), threshold, as_json=form == "json")
        worse = threshold is not None and any(each.verdict == "regression" for each in found)
    elif form == "jsonl":
        _print_streams(reading.samples(files))
    else:
        _print_groups(form, by, reading.groups(files, by), reading.unread)
    return CHECK_FAILED if _conclude(reading, config.cassettes) or worse else OK


def _form(flags: dict[str, Any]) -> str | None:
    """What is printed in place of a table; taken out of the flags."""
    forms = [name for name in ("json", "jsonl", "csv") if flags.pop(name)]
    if len(forms) > 1:
        raise click.UsageError(f"--{forms[0]} and --{forms[1]} exclude each other.")
    return forms[0] if forms else None


def _check(form: str | None, compare: str | None, quantities: Sequence[str], threshold: float | None) -> None:
    """Refuse flags that do not go together."""
    if compare is None and (quantities or threshold is not None):
        raise click.UsageError(f"{'--quantity' if quantities else '--threshold'} goes with --compare.")
    if compare is not None and form in ("jsonl", "csv"):
        raise click.UsageError(f"--compare and --{form} exclude each other.")


def _conclude(reading: Reading, folder: Path) -> bool:
    """Say what was read, how fast, and what was not; returns whether there is any of that."""
    if not reading.paths:
        say(f"no cassettes in {folder}; `tokentape run -- COMMAND` records one")
    if reading.empty:
        say(f"nothing was recorded on {', '.join(reading.empty)}")
    say(*reading.complaints())
    if reading.streams:
        seconds = max(reading.nanoseconds, 1) / 1e9
        rate = reading.streams / seconds
        say(f"{count(reading.streams, 'stream')} in {seconds:.2f} s: {rate:,.0f} streams per second")
    return bool(reading.unread)


def _compared(
    groups: "Sequence[Group]", base: "Base", quantities: Sequence[str], threshold: float | None, *, as_json: bool
) -> "list[Against]":
    """Compare, and print what was found. Raises CassetteError if nothing can be compared."""
    from gateway.tools import stats as tool  # noqa: PLC0415 - brings all dialects, which --help does not need

    found = tool.compare_groups(groups, base, quantities, threshold or 0.0)
    if not found:
        raise CassetteError(tool.nothing_in_common(groups, base))
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
