"""Groups and streams as JSON values: times in seconds, null for what is not known.

A group's quantities carry their values, since percentiles cannot be compared with an interval; pooled ones do not.
"""

from gateway.metrics.measurement_json import measurement_json
from gateway.metrics.quantities import QUANTITIES, Kind, Quantity
from gateway.metrics.statistics import PERCENTILES, Distribution
from gateway.metrics.summary import Group, Sample

__all__ = ["UNITS", "distribution_json", "group_json", "machine", "sample_json"]

UNITS: dict[Kind, str] = {"time": "s", "rate": "tokens/s", "count": "tokens"}
"""What machine-readable outputs count in."""


def machine(value: float | None, kind: Kind) -> float | None:
    """A value in the unit of UNITS, to a billionth."""
    if value is None:
        return None
    return round(value / 1_000_000 if kind == "time" else value, 9)


def sample_json(sample: Sample) -> dict[str, object]:
    """One stream: where it is from, and its numbers as everywhere."""
    return {"cassette": sample.cassette, "interaction": sample.index, **measurement_json(sample.measurement)}


def distribution_json(values: Distribution, quantity: Quantity) -> dict[str, object]:
    """The numbers of one quantity, each with n; a percentile that n does not carry is null."""
    told = values.percentiles()
    numbers = {"min": values.minimum, "mean": values.mean}
    numbers |= {each.name: told.get(each.name) for each in PERCENTILES}
    numbers |= {"max": values.maximum}
    return {
        "variant": quantity.variant,
        "unit": UNITS[quantity.kind],
        "n": values.n,
        **{name: machine(value, quantity.kind) for name, value in numbers.items()},
    }


def group_json(group: Group, *, values: bool = True) -> dict[str, object]:
    """One group: its key by dimension (null where the streams do not say), counts and quantities."""
    return {
        **{name: value or None for name, value in group.key.items()},
        "source": group.source,
        "n": group.n,
        "statuses": dict(group.statuses),
        "errors": dict(group.errors),
        "not_streamed": group.not_streamed,
        "counted": group.counted,
        "connections": dict(group.connections),
        "stalls": group.stalls,
        "quantities": {
            name: distribution_json(distribution, QUANTITIES[name]) | _values(distribution, QUANTITIES[name], values)
            for name, distribution in group.quantities.items()
        },
    }


def _values(distribution: Distribution, quantity: Quantity, wanted: bool) -> dict[str, object]:
    if quantity.pooled or not wanted:
        return {}
    return {"values": [machine(value, quantity.kind) for value in distribution.ordered]}
