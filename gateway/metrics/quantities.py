"""What is told of streams: each quantity with its name, its variant and how a Measurement gives it.

Tools mean different things by one name, so a variant is part of every head: `itl (per stream, by usage)`. docs/ttft.md
defines them. Times are µs here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from gateway.metrics.measurement import Measurement

__all__ = ["QUANTITIES", "Kind", "Quantity"]

Kind = Literal["time", "rate", "count"]
"""Time: µs, shown in ms. Rate: tokens per second. Count: whole numbers."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity. `variant` is what a table says beside the name; `values` are those of one stream.

    `pooled` values are many for one stream, and not independent of each other: they are no ground for a comparison.
    """

    name: str
    variant: str
    kind: Kind
    values: Callable[[Measurement], Iterable[float]]
    pooled: bool = False

    @property
    def title(self) -> str:
        """The name with its variant: `itl (per stream, by usage)`."""
        return f"{self.name} ({self.variant})"

    @property
    def more_is_better(self) -> bool:
        """Whether a greater value is the better one."""
        return self.kind == "rate"


def _one(get: Callable[[Measurement], float | None]) -> Callable[[Measurement], Iterable[float]]:
    """The values of a quantity that a stream has once or not at all."""

    def values(measurement: Measurement) -> Iterable[float]:
        value = get(measurement)
        return () if value is None else (value,)

    return values


_ALL = (
    Quantity("ttfb", "to the response head", "time", _one(lambda each: each.ttfb)),
    Quantity("ttfc", "to the first chunk", "time", _one(lambda each: each.ttfc)),
    Quantity("ttft", "to the first token", "time", _one(lambda each: each.ttft)),
    Quantity("ttfo", "to the first visible token", "time", _one(lambda each: each.ttfo)),
    Quantity("itl", "per stream, by usage", "time", _one(lambda each: each.itl)),
    Quantity("icl", "pooled over gaps", "time", lambda each: each.icl, pooled=True),
    Quantity("stall_max", "longest gap per stream", "time", _one(lambda each: each.stall_max)),
    Quantity("e2e", "to the last token", "time", _one(lambda each: each.e2e)),
    Quantity("duration", "to the end of the body", "time", _one(lambda each: each.duration)),
    Quantity("tps", "per stream, by usage", "rate", _one(lambda each: each.tps_user)),
    Quantity("tokens_in", "per stream, by usage", "count", _one(lambda each: each.tokens_in)),
    Quantity("tokens_out", "per stream, by usage", "count", _one(lambda each: each.tokens_out)),
)

QUANTITIES = {each.name: each for each in _ALL}
"""By name, in the order in which tables show them."""
