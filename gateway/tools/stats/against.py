"""Groups against a base: what has changed in each, in one sentence, and whether it is a regression.

Groups are compared with those of the same key and source; what only one side has is said.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.escaping import escaped
from gateway.metrics.comparison import CONFIDENCE, ENOUGH, Difference, Verdict, difference, verdict
from gateway.metrics.quantities import QUANTITIES, Quantity
from gateway.metrics.summary import Group
from gateway.metrics.summary_json import UNITS, machine
from gateway.tools.stats.base import Base, Key, key_of
from gateway.tools.stats.table import HEADS, SOURCES, amount, group_title
from recorder.plural import count

__all__ = ["Against", "against_lines", "compare_groups", "comparison_json", "conclusion", "nothing_in_common"]

_MOST_NAMED = 3
_WORDS: dict[Verdict, str] = {
    "regression": "worse",
    "improvement": "better",
    "within threshold": "different within the threshold",
    "no difference": "with no difference beyond chance",
    "too few": "with too few streams for a statement",
}


@dataclass(frozen=True, slots=True)
class Against:
    """One quantity of one group, compared. `threshold` is the share of the base's median beyond which it counts."""

    group: Group
    quantity: Quantity
    difference: Difference
    threshold: float

    @property
    def verdict(self) -> Verdict:
        """What the difference says."""
        return verdict(self.difference, threshold=self.threshold, more_is_better=self.quantity.more_is_better)


def compare_groups(groups: Sequence[Group], base: Base, names: Sequence[str], threshold: float = 0.0) -> list[Against]:
    """The quantities called `names` of each group that is on both sides."""
    return [
        Against(group, QUANTITIES[name], difference(before[name], group.quantities[name]), threshold)
        for group in groups
        if (before := base.values.get(key_of(group))) is not None
        for name in names
    ]


def conclusion(found: Sequence[Against]) -> str:
    """All comparisons in one sentence."""
    counts = Counter(each.verdict for each in found)
    told = ", ".join(f"{counts[verdict]:,} {_WORDS[verdict]}" for verdict in _WORDS if counts[verdict])
    return f"compared {count(len(found), 'median')}: {told}"


def against_lines(groups: Sequence[Group], base: Base, found: Sequence[Against]) -> Iterator[str]:
    """A sentence for each comparison, then what only one side has."""
    yield from map(_sentence, found)
    keys = {key_of(group) for group in groups}
    for group in groups:
        if key_of(group) not in base.values:
            yield f"{group_title(group)}: only here, not in {escaped(base.name)}"
    for key in base.values:
        if key not in keys:
            yield f"{_titled(key)}: only in {escaped(base.name)}"


def nothing_in_common(groups: Sequence[Group], base: Base) -> str:
    """Why nothing can be compared, where no group is on both sides: what is on each, and what to do."""
    here = [group_title(group) for group in groups]
    there = [_titled(key) for key in base.values]
    apart = groups and base.values and not {group.source for group in groups} & {key[0] for key in base.values}
    advice = (
        "Live streams are never compared with replayed ones"
        if apart
        else "--by all compares all streams of one side with all of the other"
    )
    return (
        f"nothing can be compared: no group is on both sides. Here: {_some(here)}. "
        f"In {base.name}: {_some(there)}. {advice}"
    )


def _titled(key: Key) -> str:
    source, *values = key
    return f"{' '.join(map(escaped, filter(None, values))) or 'all'}, {SOURCES[source]}"


def _some(titles: Sequence[str]) -> str:
    more = len(titles) - _MOST_NAMED
    return ("; ".join(titles[:_MOST_NAMED]) or "none") + (f" and {more:,} more" if more > 0 else "")


def _sentence(each: Against) -> str:
    found, kind = each.difference, each.quantity.kind
    head = f"{group_title(each.group)}: {each.quantity.title}"
    if found.change is None:
        return f"{head}: no statement, the base has n = {found.base.n:,}, this n = {found.new.n:,}"
    medians = f"median {_value(found.base.median, each)} -> {_value(found.new.median, each)}"
    counts = f"(n = {found.base.n:,} -> {found.new.n:,})"
    if found.low is None or found.high is None:
        return f"{head}: {medians} {counts}; no statement, which takes n = {ENOUGH} on both sides"
    between = f"{_signed(found.low, each)} to {_signed(found.high, each)} {HEADS[kind]}"
    share = "" if found.relative is None else f" ({found.relative:+.1%})"
    change = f"{_signed(found.change, each)} {HEADS[kind]}{share}"
    return f"{head}: {medians} {counts}, {change}, {CONFIDENCE:.0%} interval {between}: {_verdict(each)}"


def _verdict(each: Against) -> str:
    threshold = f"{each.threshold * 100:g}%"
    match each.verdict:
        case "no difference":
            return "no difference beyond chance"
        case "within threshold":
            return f"a difference within {threshold}"
        case verdict:
            return f"{verdict} beyond {threshold}" if each.threshold else verdict


def _value(value: float | None, each: Against) -> str:
    return f"{amount(value, each.quantity.kind)} {HEADS[each.quantity.kind]}"


def _signed(value: float, each: Against) -> str:
    return ("+" if value >= 0 else "") + amount(value, each.quantity.kind)


def comparison_json(base: Base, found: Sequence[Against]) -> dict[str, object]:
    """All comparisons, for programs."""
    return {
        "tokentape": "comparison",
        "version": 1,
        "base": base.name,
        "found": [_against_json(each) for each in found],
    }


def _against_json(each: Against) -> dict[str, object]:
    """One comparison. `change`, `low` and `high` in `unit`, null where there is no statement."""
    found, kind = each.difference, each.quantity.kind
    return {
        **{name: value or None for name, value in each.group.key.items()},
        "source": each.group.source,
        "quantity": each.quantity.name,
        "variant": each.quantity.variant,
        "unit": UNITS[kind],
        "base": {"n": found.base.n, "median": machine(found.base.median, kind)},
        "new": {"n": found.new.n, "median": machine(found.new.median, kind)},
        "change": machine(found.change, kind),
        "relative": found.relative,
        "low": machine(found.low, kind),
        "high": machine(found.high, kind),
        "confidence": CONFIDENCE,
        "threshold": each.threshold,
        "verdict": each.verdict,
    }
