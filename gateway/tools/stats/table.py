"""Groups as tables for people: times in ms, the variant in every head, n in every row, the distribution in blocks.

A column of a percentile is there if one of the rows carries it; where n does not, there is a dash.
"""

from collections.abc import Iterator, Sequence

from gateway.escaping import escaped
from gateway.listing import columns
from gateway.metrics.quantities import QUANTITIES, Kind, Quantity
from gateway.metrics.statistics import PERCENTILES, Distribution
from gateway.metrics.summary import Group
from recorder.plural import count

__all__ = ["ASCII_BLOCKS", "BLOCKS", "HEADS", "SOURCES", "amount", "bars", "group_lines", "group_title"]

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = ".:-=+*#@"
"""For terminals whose encoding has no blocks."""

SOURCES = {"live": "live", "replay": "replayed"}
"""Who answered, in words."""

HEADS: dict[Kind, str] = {"time": "ms", "rate": "tokens/s", "count": "tokens"}
"""What people are told values in; `amount` shows them so."""

_BINS = 16
_NONE = "none, there is no stream that ended well"


def group_title(group: Group) -> str:
    """What a group is called: the values of its key, and whether providers answered or cassettes."""
    key = " ".join(escaped(value) if value else f"(no {name})" for name, value in group.key.items())
    source = SOURCES[group.source]
    return f"{key}, {source}" if key else f"all {source}"


def amount(value: float | None, kind: Kind) -> str:
    """A value in the unit of its head, with two decimals below 10 and one above (a count only if it has some).

    A dash for none.
    """
    if value is None:
        return "-"
    if kind == "count":
        return f"{value:,.1f}".removesuffix(".0")
    shown = value / 1000 if kind == "time" else value
    return f"{shown:,.2f}" if abs(shown) < 10 else f"{shown:,.1f}"


def bars(values: Distribution, blocks: str) -> str:
    """The histogram from the least to the greatest value; a space for a bin in which there is nothing."""
    bins = values.histogram(_BINS)
    most = max((each.count for each in bins), default=0)
    return "".join(_bar(each.count, most, blocks) for each in bins)


def _bar(number: int, most: int, blocks: str) -> str:
    return blocks[(number * len(blocks) - 1) // most] if number else " "


def group_lines(group: Group, blocks: str = BLOCKS) -> Iterator[str]:
    """One group: its title, who was counted, and a table for each unit."""
    yield f"{group_title(group)}: {_counted(group)}"
    yield from (f"  {note}" for note in _notes(group))
    told = [(QUANTITIES[name], values) for name, values in group.quantities.items() if values.n]
    percentiles = [each.name for each in PERCENTILES if any(values.n >= each.takes for _, values in told)]
    table: list[list[str]] = []
    for kind, head in HEADS.items():
        rows = [_row(quantity, values, percentiles, blocks) for quantity, values in told if quantity.kind == kind]
        if rows:
            table += [[head, "n", "min", "mean", *percentiles, "max", "min to max"], *rows]
    if table:
        yield from (f"  {line}" for line in columns(list(_right(table)), gap=2))


def _counted(group: Group) -> str:
    """How many streams, and how they ended."""
    ended = ", ".join(f"{streams:,} {status}" for status, streams in group.statuses.items() if streams)
    errors = ", ".join(
        escaped(kind) if times == 1 else f"{escaped(kind)} {times:,} times" for kind, times in group.errors.items()
    )
    return f"n = {group.n:,}: {ended}" + (f" ({errors})" if errors else "")


def _notes(group: Group) -> Iterator[str]:
    """Whose latencies the table tells, if not everybody's, and what is worth knowing of them."""
    if group.counted != group.n:
        whose = f"of the {count(group.counted, 'stream')} that ended well" if group.counted else _NONE
        yield f"latencies: {whose}" + (f" (not streamed: {group.not_streamed:,})" if group.not_streamed else "")
    if group.connections.get("new"):
        yield f"first on its connection (connecting is in no number): {group.connections['new']:,} of {group.counted:,}"
    if group.stalls:
        yield f"stalls: {count(group.stalls, 'gap')} of over 1 s and 10 times the median of its stream"


def _row(quantity: Quantity, values: Distribution, percentiles: Sequence[str], blocks: str) -> list[str]:
    told = values.percentiles()
    numbers = (values.minimum, values.mean, *(told.get(name) for name in percentiles), values.maximum)
    cells = [amount(number, quantity.kind) for number in numbers]
    return [quantity.title, f"{values.n:,}", *cells, bars(values, blocks)]


def _right(table: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The rows with the numbers, which are between the first cell and the last, moved to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        numbers = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield [row[0], *numbers, row[-1]]
