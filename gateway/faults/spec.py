"""What a test asks to be damaged: values, and the one text that all ways in (marker, header, flag, file) share.

    cut@event=4; boundaries=split:7              status=429*2 retry-after=1; stall@time=1.5s for=30s

`Faults.parse` (gateway/faults/spelling) reads that text and `str` writes it: parsing what was written gives the same
value. Times are whole milliseconds. What a place means for one answer is said in gateway/faults/places.
"""

from dataclasses import dataclass
from typing import Literal

from gateway.dialects.failing import FailureKind

__all__ = ["NO_FAULTS", "Boundaries", "Fault", "FaultKind", "Faults", "Place", "Unit", "duration"]

Unit = Literal["start", "time", "byte", "chunk", "frame", "event"]
FaultKind = Literal["cut", "reset", "end", "error", "stall", "trickle", "status"]


@dataclass(frozen=True, slots=True)
class Place:
    """A moment in an answer: so many units of it have been delivered. Of `time` the unit is a millisecond."""

    unit: Unit
    count: int = 0

    def __str__(self) -> str:
        if self.unit == "start":
            return self.unit
        return f"{self.unit}={duration(self.count) if self.unit == 'time' else self.count}"

    @property
    def words(self) -> str:
        """The place in a report: `event 4`."""
        return str(self).replace("=", " ")


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where the body is divided into writes; `seed` is for `split`."""

    kind: Literal["recorded", "frame", "coalesced", "split"] = "recorded"
    seed: int = 0

    def __str__(self) -> str:
        return f"split:{self.seed}" if self.kind == "split" else self.kind


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Without a `place` the seed chooses one; it strikes `times` answers to each request, 0 means all.

    `wait`, in milliseconds: how long a stall lasts, what a status asks to wait, or the pause of a trickle. `size`: the
    bytes that trickle between two pauses.
    """

    kind: FaultKind
    place: Place | None = None
    times: int = 0
    status: int = 0
    wait: int | None = None
    size: int = 0
    failure: FailureKind = "overloaded"

    @property
    def breaks_off(self) -> bool:
        """Whether the answer goes no further than here."""
        return self.kind in ("cut", "reset", "end", "error") or (self.kind == "stall" and self.wait is None)

    def __str__(self) -> str:
        times = f"*{self.times}" if self.times else ""
        place = f"@{self.place}" if self.place else ""
        match self.kind:
            case "status":
                after = "" if self.wait is None else f" retry-after={duration(self.wait)}"
                return f"status={self.status}{times}{after}"
            case "trickle":
                return f"trickle={self.size}/{duration(self.wait or 0)}{times}{place}"
            case "error":
                return f"error{times}{place} kind={self.failure}"
            case "stall" if self.wait is not None:
                return f"stall{times}{place} for={duration(self.wait)}"
        return f"{self.kind}{times}{place}"


@dataclass(frozen=True, slots=True)
class Faults:
    """All that is asked for. Empty: answers are replayed as they are."""

    faults: tuple[Fault, ...] = ()
    boundaries: Boundaries = Boundaries()
    seed: int = 0

    def __bool__(self) -> bool:
        return bool(self.faults) or self.boundaries != Boundaries()

    def __str__(self) -> str:
        parts = [str(fault) for fault in self.faults]
        if self.boundaries != Boundaries():
            parts.append(f"boundaries={self.boundaries}")
        if self.seed:
            parts.append(f"seed={self.seed}")
        return "; ".join(parts) or "none"


NO_FAULTS = Faults()


def duration(milliseconds: int) -> str:
    """A time as it is written: `50ms`, `1.5s`."""
    if milliseconds % 1000 and milliseconds < 1000:
        return f"{milliseconds}ms"
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}".rstrip("0").rstrip(".") + "s"
