"""Trouble on request: a client asks for it in the model's name or in the header `x-simulate`.

    model: simulate-429                        x-simulate: error=429; times=1
    model: simulate-cut                        x-simulate: cut; after=10; gap=5; words=200

Both take the same instructions, separated by `;`. What each does: docs/simulator.md.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from gateway.simulator.simulation import Simulation

__all__ = ["BadInstruction", "Fault", "FaultKind", "instructed", "shortened"]

FaultKind = Literal["error", "error-mid-stream", "cut", "eof", "stall"]

_MODEL_PREFIX = "simulate-"
_SETTINGS = {"ttft": ("ttft_ms", float), "gap": ("gap_ms", float), "spread": ("spread", float)} | {
    name: (name, int) for name in ("words", "seed")
}
_COUNTS = {"times": "times", "after": "after", "retry": "retry_ms"}


class BadInstruction(ValueError):
    """An instruction that nobody knows, or with a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One deliberate fault.

    error             an error answer with `status`; a 429, 503 or 529 asks to wait `retry_ms` milliseconds
    error-mid-stream  `after` frames, then the provider's own error frame, then a clean end
    cut               `after` frames, then the connection is reset
    eof               `after` frames, then a clean end of the body, as if the stream were whole
    stall             `after` frames, then silence until the client leaves

    `times` is how many requests with the same body meet it; 0 means all.
    """

    kind: FaultKind
    status: int = 500
    times: int = 0
    after: int = 6
    retry_ms: int = 50


def instructed(model: str, header: str, simulation: Simulation) -> tuple[Simulation, Fault | None]:
    """The options and the fault of one request. Raises BadInstruction for a header that makes no sense."""
    kind, _, more = model.removeprefix(_MODEL_PREFIX).partition(";")
    if not model.startswith(_MODEL_PREFIX) or not (kind.isdigit() or kind in _FLAGS):
        kind = more = ""
    settings: dict[str, Any] = {}
    fault: dict[str, Any] = {}
    for instruction in filter(None, map(str.strip, f"{kind};{more};{header}".split(";"))):
        name, _, value = instruction.partition("=")
        if instruction == "separators":
            settings["separators"] = True
        elif instruction in get_args(FaultKind):
            fault["kind"] = cast("FaultKind", instruction)
        else:
            _set(name, value, settings, fault)
    try:
        simulation = replace(simulation, **settings)
    except ValueError as wrong:
        raise BadInstruction(f"x-simulate: {wrong}") from wrong
    return simulation, Fault(**fault) if "kind" in fault else None


_FLAGS = frozenset({"separators", *get_args(FaultKind)})


def _set(name: str, value: str, settings: dict[str, Any], fault: dict[str, Any]) -> None:
    """Read an instruction that has a value; a bare status is an error answer."""
    try:
        if name in _SETTINGS:
            field, kind = _SETTINGS[name]
            settings[field] = kind(value)
        elif name in _COUNTS:
            fault[_COUNTS[name]] = _natural(name, int(value))
        elif name == "error" or name.isdigit():
            fault |= {"kind": "error", "status": _status(int(value or name))}
        else:
            raise BadInstruction(
                f"x-simulate: no instruction {name!r}; known: "
                f"{', '.join(sorted([*(_FLAGS - {'error'}), *_SETTINGS, *_COUNTS, 'error=STATUS']))}"
            )
    except ValueError as wrong:
        if isinstance(wrong, BadInstruction):
            raise
        raise BadInstruction(f"x-simulate: {name} expects a number, got {value!r}") from wrong


def _natural(name: str, number: int) -> int:
    if number < 0:
        raise BadInstruction(f"x-simulate: {name} expects 0 or more, got {number}")
    return number


def _status(number: int) -> int:
    if not 400 <= number <= 599:
        raise BadInstruction(f"x-simulate: error expects a status from 400 to 599, got {number}")
    return number


def shortened(frames: tuple[bytes, ...], fault: Fault | None) -> tuple[bytes, ...]:
    """The frames that still leave; at least the last one never does. An answer in one piece is cut in its middle."""
    if fault is None:
        return frames
    if len(frames) == 1:
        return (frames[0][: len(frames[0]) // 2],) if fault.after else ()
    return frames[: min(fault.after, len(frames) - 1)]
