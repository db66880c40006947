"""Groups for programs: one JSON value, or a CSV row for each quantity of a group. Times in seconds."""

from collections.abc import Iterable, Iterator, Sequence

from gateway.metrics.csv_row import csv_row
from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.statistics import PERCENTILES
from gateway.metrics.summary import Group
from gateway.metrics.summary_json import distribution_json, group_json
from gateway.tools.stats.reading import Unread

__all__ = ["KIND", "VERSION", "csv_lines", "stats_json"]

KIND, VERSION = "stats", 1
"""What the JSON value says that it is."""


def stats_json(by: Sequence[str], groups: Iterable[Group], unread: Iterable[Unread]) -> dict[str, object]:
    """All groups, and what could not be read."""
    return {
        "tokentape": KIND,
        "version": VERSION,
        "by": list(by),
        "groups": [group_json(group) for group in groups],
        "unread": [
            {"cassette": each.cassette, "interaction": each.interaction, "message": each.message} for each in unread
        ],
    }


def csv_lines(by: Sequence[str], groups: Iterable[Group]) -> Iterator[str]:
    """A head line and the rows, without line breaks; empty where a number is not known, or not carried by n."""
    numbers = ("n", "min", "mean", *(each.name for each in PERCENTILES), "max")
    yield csv_row([*by, "source", "quantity", "variant", "unit", *numbers])
    for group in groups:
        for name, values in group.quantities.items():
            told = distribution_json(values, QUANTITIES[name])
            key = [*group.key.values(), group.source, name]
            yield csv_row([*key, told["variant"], told["unit"], *(told[each] for each in numbers)])
