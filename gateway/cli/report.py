"""`tokentape report`: recorded streams as one HTML file to send on, and as plots."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.console import CHECK_FAILED, OK, examples, result, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from gateway.cli.output import write_output
from gateway.cli.recorded import Reading, files_named
from gateway.cli.share import Share
from gateway.cli.stats import QUANTITIES
from gateway.escaping import escaped
from recorder.errors import CassetteError
from recorder.plural import count

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.metrics.summary import Group, Sample
    from gateway.report import Report
    from gateway.tools.stats import Base, File

    _Base = tuple[Base, Sequence[Group]]

__all__ = ["report"]

_EXAMPLES = examples(
    "tokentape report greeting -o greeting.html",
    "tokentape report --title 'Model x, November' --transcripts 0",
    "tokentape report after --compare before -o change.html",
    "tokentape report greeting --svg plots/",
)
_BY = ("provider", "model")

_Path: Any = click.Path(path_type=Path)


@click.command(epilog=_EXAMPLES)
@cassette_name_argument("names", nargs=-1, metavar="[CASSETTE]...")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=_Path,
    help="Write the HTML file there.  [default: report.html; none with --png or --svg alone]",
)
@click.option("--title", metavar="TEXT", default="Recorded streams", show_default=True, help="What is on top of it.")
@click.option("--compare", metavar="BASE", help="Compare with BASE, as `tokentape stats --compare` does.")
@click.option(
    "--threshold",
    metavar="P%",
    type=Share(),
    default="5%",
    show_default=True,
    help="With --compare: a change of the median counts if it is more than this share of the base's.",
)
@click.option(
    "--transcripts",
    metavar="N",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    help="Show what the N slowest streams said, by time to first token and by time to last; 0 for none.",
)
@click.option("--png", metavar="PATH", type=_Path, help="Plots too: one FILE.png, or a folder with a file for each.")
@click.option("--svg", metavar="PATH", type=_Path, help="The same as SVG.")
@cassette_folder_options
def report(
    *,
    names: tuple[str, ...],
    output: Path | None,
    title: str,
    compare: str | None,
    threshold: float,
    transcripts: int,
    png: Path | None,
    svg: Path | None,
    **flags: Any,
) -> int:
    """Write a report of recorded streams: one HTML file that opens offline in any browser.

    Of all cassettes, or those named. It shows distributions, every stream's chunks in time, the slowest streams with
    what they said, and the change since BASE. Plots need an extra: pip install 'tokentape[plots]'.

    The exit code is 1 if something on a cassette could not be read; the report says what.
    """
    from gateway.report import html  # noqa: PLC0415 - brings the events, which --help does not need

    config = configure(flags)
    reading = Reading()
    files = files_named(names, config, folder_named=flags["cassettes"] is not None)
    base = None if compare is None else reading.base(compare, config.cassettes, _BY)
    files = files if names else reading.besides(files)
    samples = list(reading.samples(files))
    if not samples:
        raise CassetteError(f"nothing to report: {_why_nothing(len(files), config.cassettes, compare)}")
    unread = [each.message for each in reading.unread]
    told = _told(samples, files, base, threshold, title=title, transcripts=transcripts, unread=unread)
    _plots(told, ("png", png), ("svg", svg))
    if output or not (png or svg):
        _write(output or Path("report.html"), html(told), len(samples))
    say(*reading.complaints())
    return CHECK_FAILED if unread else OK


def _why_nothing(cassettes: int, folder: Path, base: str | None) -> str:
    if not cassettes:
        others = "no cassettes" if base is None else f"no other cassettes than {base}"
        return f"there are {others} in {folder}; `tokentape run -- COMMAND` records one"
    return f"there is no stream on {count(cassettes, 'cassette')} that can be read"


def _told(
    samples: "Sequence[Sample]", files: "Sequence[File]", base: "_Base | None", threshold: float, **more: Any
) -> "Report":
    """The report of these samples; `more` are members of Report."""
    from gateway.metrics.summary import summarize  # noqa: PLC0415 - brings the events, which --help does not need
    from gateway.report import Comparison, Report, Shelf  # noqa: PLC0415 - the same
    from gateway.tools.stats import compare_groups, comparison_json  # noqa: PLC0415 - the same
    from recorder.clock import SystemClock  # noqa: PLC0415 - brings asyncio

    groups = summarize(samples, _BY)
    comparison = None
    if base is not None:
        found = compare_groups(groups, base[0], QUANTITIES, threshold)
        comparison = Comparison(comparison_json(base[0], found), threshold, base[1])
    made = SystemClock().wall().isoformat(timespec="minutes")
    load = Shelf(files).load
    return Report(samples=samples, groups=groups, by=_BY, load=load, made=made, comparison=comparison, **more)


def _write(path: Path, page: str, streams: int) -> None:
    from gateway.listing import size  # noqa: PLC0415 - brings msgpack, which --help does not need

    data = page.encode()
    write_output(path, "-o", data)
    result([f"{escaped(str(path))}: {count(streams, 'stream')}, {size(len(data))}"])


def _plots(told: "Report", *wanted: tuple[str, Path | None]) -> None:
    """Write the plots that are wanted, each as (form, path): into a file of that suffix, or a folder."""
    paths = [(form, path) for form, path in wanted if path is not None]
    if not paths:
        return
    try:
        from gateway.report.plots import plotted  # noqa: PLC0415 - needs matplotlib, which is an extra
    except ModuleNotFoundError as error:
        raise click.UsageError(
            "plots need matplotlib, which is not installed: pip install 'tokentape[plots]'."
        ) from error
    for form, path in paths:
        whole = path.suffix.lower() == f".{form}"
        if not whole:
            _make_folder(path, form)
        for name, data in plotted(told, form, whole=whole):
            target = path if whole else path / f"{name}.{form}"
            write_output(target, f"--{form}", data)
            result([escaped(str(target))])


def _make_folder(folder: Path, form: str) -> None:
    expected = f"--{form} {folder}: expected FILE.{form} or a folder"
    if folder.suffix and not folder.is_dir():  # most likely another kind of file
        raise click.UsageError(f"{expected}; a new folder with a dot in its name has to be made first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{expected}: {error.strerror}.") from error
