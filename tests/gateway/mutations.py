"""Streams that no provider sends: what is whole JSON still, but of another shape than the API has.

`choose(n)` gives a number below n: from hypothesis, from a fuzzer's bytes, or from a Random with a seed.
"""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

Choose = Callable[[int], int]

# What may stand where something else is expected.
STRANGERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    0.5,
    "",
    " ",
    "end_turn",
    "\ud83d",
    "\u2028",
    "a" * 300,
    [],
    [None],
    ["a", {"type": "text", "text": "b"}],
    {},
    {"type": "text"},
    {"type": 7, "index": "0", "error": {"message": None}},
)


def mutated(values: list[Any], choose: Choose, *, times: int) -> list[Any]:
    """The values of a stream's frames, with some of their parts replaced, removed, repeated or exchanged."""
    values = copy.deepcopy(values)
    for _ in range(times):
        (_of_frames if choose(4) == 0 else _of_a_part)(values, choose)
    return values


def _of_frames(values: list[Any], choose: Choose) -> None:
    if not values:
        return
    here, there = choose(len(values)), choose(len(values))
    match choose(4):
        case 0:
            del values[here]
        case 1:
            values.insert(there, copy.deepcopy(values[here]))
        case 2:
            values[here], values[there] = values[there], values[here]
        case 3:
            values[here] = copy.deepcopy(STRANGERS[choose(len(STRANGERS))])


def _of_a_part(values: list[Any], choose: Choose) -> None:
    places = list(_places(values))
    if not places:
        return
    holder, key = places[choose(len(places))]
    match choose(4):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(STRANGERS[choose(len(STRANGERS))])
        case 2:
            other, other_key = places[choose(len(places))]
            holder[key] = copy.deepcopy(other[other_key])
        case 3 if isinstance(holder, dict):
            holder[f"{key}_new"] = holder.pop(key)
        case _:
            holder[key] = [holder[key]]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place below a value: what holds it and under which key."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield value, key
        yield from _places(part)


def as_text(value: Any) -> str:
    """JSON, in which half of a surrogate pair is an escape as on the wire."""
    return json.dumps(value, ensure_ascii=True)
