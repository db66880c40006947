"""Groups of streams as the JSON that the page draws from. Numbers are computed in gateway/metrics, none in the page.

Times are seconds, as in every output for programs. A curve has at most 1,000 steps and a histogram 40 bins, however
many values there are: each step is an exact one (this value, this share of all), only those between are left out.
"""

from typing import Any

from gateway.metrics.quantities import QUANTITIES, Quantity
from gateway.metrics.statistics import Distribution
from gateway.metrics.summary import Group
from gateway.metrics.summary_json import UNITS, group_json, machine

__all__ = ["BINS", "CURVE_STEPS", "figures", "quantities_json"]

CURVE_STEPS = 1000
BINS = 40


def quantities_json() -> list[dict[str, object]]:
    """What can be chosen to be drawn, in the order of tables."""
    return [
        {"name": each.name, "variant": each.variant, "kind": each.kind, "unit": UNITS[each.kind]}
        for each in QUANTITIES.values()
    ]


def figures(group: Group) -> dict[str, Any]:
    """All numbers of one group, with the curve and the histogram of each quantity that it has values of."""
    told: dict[str, Any] = group_json(group, values=False)
    drawn = {
        name: told["quantities"][name] | _drawn(values, QUANTITIES[name])
        for name, values in group.quantities.items()
        if values.n
    }
    return told | {"quantities": drawn}


def _drawn(values: Distribution, quantity: Quantity) -> dict[str, object]:
    curve = values.ecdf(CURVE_STEPS)
    kind = quantity.kind
    return {
        "curve": [[machine(value, kind) for value, _ in curve], [round(share, 6) for _, share in curve]],
        "bins": [[machine(bin_.low, kind), machine(bin_.high, kind), bin_.count] for bin_ in values.histogram(BINS)],
    }
