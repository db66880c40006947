"""What streams are compared with: the values of other groups, from cassettes or from an earlier output.

    groups ──────────────────────────┐
    `stats --json`  ── its values ───┼──> Base: values by group
    `stats --jsonl` ── line by line ─┘

Of JSON lines those are taken whose latencies count: `ok` and streamed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gateway.metrics.quantities import QUANTITIES, Quantity
from gateway.metrics.statistics import Distribution
from gateway.metrics.summary import Group
from gateway.tools.stats.forms import KIND, VERSION
from recorder.errors import RecorderError

__all__ = ["Base", "BaseUnreadable", "Key", "base_of_groups", "base_of_text", "key_of"]

Key = tuple[str, ...]
"""The source, and the values of a group's key."""

# Members of a line that say by what it can be grouped, where they are called otherwise there.
_MEMBERS = {"status": "state"}
# What JSON of an unexpected shape raises in code that reads it.
_MISFITS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_CONNECTIONS = {True: "new", False: "reused", None: "unknown"}


class BaseUnreadable(RecorderError):
    """What was named as a base is none."""


@dataclass(frozen=True, slots=True)
class Base:
    """The values (µs, as everywhere) of each group by name of quantity; how the base is called in sentences."""

    name: str
    values: Mapping[Key, Mapping[str, Distribution]]


def key_of(group: Group) -> Key:
    """By what groups of two sides are found to be the same."""
    return group.source, *group.key.values()


def base_of_groups(name: str, groups: Iterable[Group]) -> Base:
    """Groups as a base."""
    return Base(name, {key_of(group): group.quantities for group in groups})


def base_of_text(name: str, text: str, by: Sequence[str]) -> Base:
    """An earlier `--json` or `--jsonl` as a base, grouped `by` names of dimensions. Raises BaseUnreadable."""
    try:
        values = _values(text)
        if values[0].get("tokentape") == KIND:
            return Base(name, _of_groups(name, values[0], by))
        return Base(name, _of_lines(values, by))
    except _MISFITS as error:
        raise BaseUnreadable(
            f"{name}: expected a cassette, a folder of cassettes, or what `tokentape stats --json` or `--jsonl` printed"
        ) from error


def _values(text: str) -> list[Any]:
    """The JSON value of each line; or the only one, spread over the lines."""
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        return [json.loads(text)]


def _of_groups(name: str, value: Mapping[str, Any], by: Sequence[str]) -> dict[Key, dict[str, Distribution]]:
    if value["version"] != VERSION:
        raise BaseUnreadable(f"{name}: expected version {VERSION}, which this tokentape reads; got {value['version']}")
    if value["by"] != list(by):
        was = ",".join(value["by"])
        raise BaseUnreadable(
            f"{name}: its groups are by {was or 'nothing'}; compare with --by {was or 'all'}, or with --jsonl output, "
            "which can be grouped in any way"
        )
    return {
        (group["source"], *(group[each] or "" for each in by)): {
            quantity.name: _distribution(quantity, group["quantities"][quantity.name].get("values", ()))
            for quantity in QUANTITIES.values()
        }
        for group in value["groups"]
    }


def _of_lines(lines: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Key, dict[str, Distribution]]:
    found: dict[Key, dict[str, list[float]]] = {}
    for line in lines:
        key = (line["source"], *(_dimension(line, each) for each in by))
        values = found.setdefault(key, {name: [] for name in QUANTITIES})
        if line["state"] == "ok" and line["streamed"]:
            for name, quantity in QUANTITIES.items():
                if not quantity.pooled and line[name] is not None:
                    values[name].append(line[name])
    return {
        key: {name: _distribution(QUANTITIES[name], each) for name, each in values.items()}
        for key, values in found.items()
    }


def _dimension(line: Mapping[str, Any], name: str) -> str:
    if name == "connection":
        return _CONNECTIONS[line["new_connection"]]
    return str(line.get(_MEMBERS.get(name, name)) or "")


def _distribution(quantity: Quantity, values: Iterable[float]) -> Distribution:
    scale = 1_000_000 if quantity.kind == "time" else 1
    scaled = [value * scale for value in values]
    if not all(map(isfinite, scaled)):
        raise ValueError("expected finite numbers")
    return Distribution.of(scaled)
