"""Goodput: the streams that ended ok and met every objective, as a rate and as a share of all that were sent.

An objective is a limit on one quantity of each stream: `ttft=500ms`, `itl=50ms`, `icl=200ms` (every single gap),
`tps=30` (at least). A stream that does not tell the quantity (itl, of a provider without usage) does not meet it, and
is counted apart: what was not measured was not met.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.metrics import Measurement
from gateway.metrics.quantities import QUANTITIES, Quantity

__all__ = ["Goodput", "Objective", "goodput"]

_SPELLED = re.compile(r"(?P<name>\w+)=(?P<number>\d+(?:\.\d+)?)(?P<unit>us|ms|s|)")
_MICROS = {"us": 1.0, "ms": 1_000.0, "s": 1_000_000.0}
_NAMES = [name for name, quantity in QUANTITIES.items() if quantity.kind in ("time", "rate")]


@dataclass(frozen=True, slots=True)
class Objective:
    """A limit, in µs or in tokens per second, and how it was spelled."""

    quantity: Quantity
    limit: float
    spelled: str

    @classmethod
    def parse(cls, text: str) -> "Objective":
        """Read `ttft=500ms` or `tps=30`. Raises ValueError that says what was expected."""
        found = _SPELLED.fullmatch(text.strip())
        quantity = QUANTITIES.get(found["name"]) if found else None
        if found is None or quantity is None or quantity.name not in _NAMES:
            raise ValueError(
                f"expected QUANTITY=LIMIT such as ttft=500ms, with one of {', '.join(_NAMES)}; got {text!r}"
            )
        if (quantity.kind == "time") != bool(found["unit"]):
            what = "a time such as 500ms or 2s" if quantity.kind == "time" else "tokens per second such as tps=30"
            raise ValueError(f"{quantity.name}: expected {what}; got {text!r}")
        return cls(quantity, float(found["number"]) * _MICROS.get(found["unit"], 1.0), found[0])

    def judge(self, measurement: Measurement) -> bool | None:
        """Whether the stream met it; None if the stream does not tell."""
        values = list(self.quantity.values(measurement))
        if not values and not (self.quantity.pooled and measurement.token_at):  # one token has no gaps, and no bad one
            return None
        return all(value >= self.limit if self.quantity.more_is_better else value <= self.limit for value in values)


@dataclass(frozen=True, slots=True)
class Goodput:
    """How many of `sent` were `good`; `window` in seconds. `missed` and `untold`: of the ok ones, by objective."""

    sent: int
    ok: int
    good: int
    window: float
    missed: dict[str, int]
    untold: dict[str, int]

    @property
    def share(self) -> float:
        """Of all that were sent, 0 to 1."""
        return self.good / self.sent if self.sent else 0.0

    @property
    def rate(self) -> float | None:
        """Good streams per second; None of a run that took no time."""
        return self.good / self.window if self.window > 0 else None


def goodput(
    measurements: Sequence[Measurement], objectives: Sequence[Objective], *, sent: int, window: float
) -> Goodput:
    """The goodput of a run in which `sent` requests were sent within `window` seconds."""
    ok = [measurement for measurement in measurements if measurement.status == "ok"]
    judged = [[objective.judge(each) for objective in objectives] for each in ok]
    columns = list(zip(*judged, strict=True)) if judged else [()] * len(objectives)
    return Goodput(
        sent=sent,
        ok=len(ok),
        good=sum(all(verdicts) for verdicts in judged),
        window=window,
        missed={each.spelled: column.count(False) for each, column in zip(objectives, columns, strict=True)},
        untold={each.spelled: column.count(None) for each, column in zip(objectives, columns, strict=True)},
    )
