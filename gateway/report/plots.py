"""A report's pictures by matplotlib, for papers and slides: ttft and itl of each group as curves, and the waterfall.

Needs matplotlib (the extra `plots`), which only this module imports, without a window. The same streams give the same
SVG, byte for byte: ids have a fixed salt, and no date is in it.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any
from warnings import catch_warnings

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gateway.escaping import escaped
from gateway.metrics.quantities import QUANTITIES
from gateway.report.figures import CURVE_STEPS
from gateway.report.write import Report

__all__ = ["plotted"]

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "tokentape",
    "svg.fonttype": "none",
    "text.usetex": False,
    "text.parse_math": False,
}
_MOST_ROWS = 40  # of the waterfall; more cannot be told apart on a page
_LINES = ("-", "--", "-.", ":")


def plotted(report: Report, form: str, *, whole: bool) -> Iterator[tuple[str, bytes]]:
    """Each picture by name, as a file of this form ("png", "svg"); `whole`: all in one."""
    with mpl.rc_context(_STYLE), catch_warnings(category=UserWarning, action="ignore"):  # of glyphs that no font has
        if whole:
            figure = Figure(figsize=(9, 4 * len(_PICTURES)), layout="constrained")
            for place, draw in enumerate(_PICTURES.values(), 1):
                draw(report, figure.add_subplot(len(_PICTURES), 1, place))
            yield "report", _file(figure, form)
            return
        for name, draw in _PICTURES.items():
            figure = Figure(figsize=(9, 5), layout="constrained")
            draw(report, figure.add_subplot())
            yield name, _file(figure, form)


def _file(figure: Figure, form: str) -> bytes:
    FigureCanvasAgg(figure)
    written = io.BytesIO()
    dateless: dict[str, Any] = {"Date": None} if form == "svg" else {}
    figure.savefig(written, format=form, dpi=144, metadata=dateless)
    return written.getvalue()


def _curve(name: str) -> Callable[[Report, Axes], None]:
    """What draws the curves of a quantity, one for each group."""
    quantity = QUANTITIES[name]

    def draw(report: Report, axes: Axes) -> None:
        drawn = [(group, group.quantities[name]) for group in report.groups if group.quantities[name].n]
        for number, (group, values) in enumerate(drawn):
            key = " ".join(filter(None, group.key.values())) or "all streams"
            label = escaped(f"{key}{' (replayed)' if group.source == 'replay' else ''}, n = {values.n:,}", 80)
            curve = values.ecdf(CURVE_STEPS)
            times = [curve[0][0] / 1000, *(value / 1000 for value, _ in curve)]
            shares = [0.0, *(share for _, share in curve)]
            axes.step(times, shares, where="post", label=label, linestyle=_LINES[number // 10 % len(_LINES)])
        axes.set(
            title=f"{escaped(report.title)}: {quantity.title}", xlabel=f"{name}, ms", ylabel="share of values up to"
        )
        axes.set_ylim(0, 1.02)
        axes.grid(visible=True, alpha=0.3)
        if drawn:
            axes.legend(loc="lower right", fontsize="small")

    return draw


def _waterfall(report: Report, axes: Axes) -> None:
    """The first streams in the order of their recording: a line for each chunk, a mark at the first token."""
    shown = report.samples[:_MOST_ROWS]
    chunks = [[chunk.at / 1000 for chunk in report.load(sample).chunks] for sample in shown]
    rows = range(len(shown))
    axes.barh(rows, [sample.measurement.duration / 1000 for sample in shown], height=0.12, color="0.8")
    axes.eventplot(chunks, lineoffsets=list(rows), linelengths=0.6, linewidths=0.6)
    first = [(sample.measurement.ttft, row) for row, sample in enumerate(shown)]
    marked = [(at / 1000, row - 0.35) for at, row in first if at is not None]
    axes.plot([at for at, _ in marked], [row for _, row in marked], "kv", markersize=3, linestyle="none")
    more = f", the first {len(shown):,} of {len(report.samples):,} streams" if len(report.samples) > len(shown) else ""
    axes.set(title=f"{escaped(report.title)}: chunks of each stream{more}", xlabel="ms since the request was sent")
    axes.set_yticks(
        list(rows), [escaped(f"{sample.cassette} #{sample.index}", 40) for sample in shown], fontsize="xx-small"
    )
    axes.invert_yaxis()


_PICTURES = {"ttft": _curve("ttft"), "itl": _curve("itl"), "waterfall": _waterfall}
