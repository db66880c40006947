"""The text of faults, read. Every refusal says what was expected, what came, and in which part of the text.

    faults   ::=  "none"  |  part (";" part)*
    part     ::=  KIND ["=" VALUE] ["*" TIMES] ["@" PLACE] (" " OPTION "=" VALUE)*

What each kind takes is a row of `_KINDS`: a new kind is a new row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from gateway.dialects.failing import FailureKind
from gateway.faults.spec import Boundaries, Fault, Faults, Place, Unit

__all__ = ["parse_faults"]

_PART = re.compile(r"([a-z]+)(?:=([^*@\s]*))?(?:\*([^@\s]*))?(?:@(\S*))?((?:\s+\S+)*)")
_DURATION = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?(s|)|(\d{1,9})ms", re.ASCII)
_LARGEST = 10**15

_PLACES = "start, time=SECONDS, byte=N, chunk=N, frame=N or event=N"

_Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of fault takes. `value` and `options` give the fields of the Fault that a text stands for."""

    shape: str
    value: Callable[[str], _Fields] | None = None
    options: Mapping[str, Callable[[str], _Fields]] = field(default_factory=dict)
    has_place: bool = True


def parse_faults(text: str) -> Faults:
    """Read faults. Raises ValueError."""
    if text.strip() == "none":
        return Faults()
    faults: list[Fault] = []
    others: _Fields = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name = part.partition("=")[0]
        if name in _OTHERS and "=" in part:
            if name in others:
                raise ValueError(f"{name}: expected once; got it twice in {_shown(text)}")
            others[name] = _OTHERS[name](part.partition("=")[2].strip())
        else:
            faults.append(_fault(part))
    ending = [fault for fault in faults if fault.breaks_off]
    if len(ending) > 1:
        raise ValueError(f"expected one fault that ends an answer; got {ending[0]} and {ending[1]}")
    if sum(fault.kind == "trickle" for fault in faults) > 1:
        raise ValueError(f"expected one trickle; got two in {_shown(text)}")
    return Faults(tuple(faults), **others)


def _fault(part: str) -> Fault:
    found = _PART.fullmatch(part)
    kind = _KINDS.get(found[1]) if found else None
    if found is None or kind is None:
        known = ", ".join((*_KINDS, *_OTHERS))
        raise ValueError(f"expected a fault ({known}), such as cut@frame=4; got {_shown(part)}")
    try:
        return Fault(found[1], **_fields(kind, found))  # type: ignore[arg-type] # a key of _KINDS
    except ValueError as wrong:
        raise ValueError(f"expected {kind.shape}: {wrong}; got {_shown(part)}") from None


def _fields(kind: _Kind, found: re.Match[str]) -> _Fields:
    _, value, times, place, options = found.groups()
    fields: _Fields = {}
    if (value is None) != (kind.value is None):
        raise ValueError("a value after the =" if value is None else "no value")
    if kind.value is not None:
        fields |= kind.value(value)
    if times is not None:
        fields["times"] = _number(times, "after the * a number of answers", least=1)
    if place is not None:
        if not kind.has_place:
            raise ValueError("no place")
        fields["place"] = _place(place)
    for option in options.split():
        name, _, said = option.partition("=")
        if name not in kind.options:
            raise ValueError(f"{' and '.join(kind.options) or 'nothing'} after a space")
        fields |= kind.options[name](said)
    return fields


def _place(text: str) -> Place:
    unit, equals, count = text.partition("=")
    if unit == "start" and not equals:
        return Place("start")
    if unit == "time":
        return Place("time", _duration(count))
    if unit not in get_args(Unit) or unit == "start":
        raise ValueError(f"after the @ {_PLACES}")
    return Place(unit, _number(count, f"after {unit}= a number"))  # type: ignore[arg-type] # one of the args


def _number(text: str, what: str, least: int = 0) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text[:20]) <= _LARGEST:
        raise ValueError(f"{what}{', 1 or more' if least else ''}")
    return int(text)


def _duration(text: str) -> int:
    """Milliseconds of `1.5`, `1.5s` or `50ms`."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError("a time such as 1.5s or 50ms")
    if found[4]:
        return int(found[4])
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))


def _wait(text: str) -> _Fields:
    return {"wait": _duration(text)}


def _failure(text: str) -> _Fields:
    if text not in get_args(FailureKind):
        raise ValueError(f"a kind of {', '.join(get_args(FailureKind))}")
    return {"failure": text}


def _status(text: str) -> _Fields:
    status = _number(text, "a status")
    if not 400 <= status <= 599:
        raise ValueError("a status from 400 to 599")
    return {"status": status}


def _trickle(text: str) -> _Fields:
    size, _, wait = text.partition("/")
    return {"size": _number(size, "a number of bytes", least=1), "wait": _duration(wait)}


def _boundaries(text: str) -> Boundaries:
    kind, colon, seed = text.partition(":")
    match kind:
        case "recorded" | "frame" | "coalesced" if not colon:
            return Boundaries(kind)
        case "split" if colon:
            return Boundaries("split", _seed_of("boundaries=split:SEED, a number", seed))
    raise ValueError(f"expected boundaries=frame, coalesced, split:SEED or recorded; got {_shown(text)}")


def _seed(text: str) -> int:
    return _seed_of("seed=NUMBER", text)


def _seed_of(shape: str, text: str) -> int:
    try:
        return _number(text, "")
    except ValueError:
        raise ValueError(f"expected {shape}; got {_shown(text)}") from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")


_KINDS: Mapping[str, _Kind] = {
    "cut": _Kind("cut[*TIMES][@PLACE]"),
    "reset": _Kind("reset[*TIMES][@PLACE]"),
    "end": _Kind("end[*TIMES][@PLACE]"),
    "error": _Kind("error[*TIMES][@PLACE] [kind=KIND]", options={"kind": _failure}),
    "stall": _Kind("stall[*TIMES][@PLACE] [for=TIME]", options={"for": _wait}),
    "trickle": _Kind("trickle=BYTES/TIME[*TIMES][@PLACE]", value=_trickle),
    "status": _Kind("status=STATUS[*TIMES] [retry-after=TIME]", _status, {"retry-after": _wait}, has_place=False),
}
_OTHERS: Mapping[str, Callable[[str], Any]] = {"boundaries": _boundaries, "seed": _seed}
