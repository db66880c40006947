"""A value that fits a JSON schema: a tool's arguments, or an answer in a wanted form.

It knows the schemas that SDKs make from functions and pydantic models: objects, arrays, enums, `$ref`, `anyOf`, types
in Gemini's capitals. What it does not know comes out as a string.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.simulator.prompt import Json, entries, member

__all__ = ["Filling", "example"]

# A schema may refer to itself. Most do it through a list, and an empty list ends that well.
_DEEPEST = 8
_DEEPEST_LIST = 4


@dataclass(frozen=True, slots=True)
class Filling:
    """What the leaves are made of: the place or name that is spoken of, a number, a topic."""

    place: str
    number: int
    topic: str


def example(schema: object, filling: Filling, name: str = "", root: object = None, depth: int = 0) -> Any:
    """A value for `schema`. `name` is the member that it is for, `root` the schema that `$ref` points into."""
    root = schema if root is None else root
    schema = _plain(schema, root)
    if depth > _DEEPEST:
        return None
    if "const" in schema or "enum" in schema:
        choices = schema.get("enum")
        return schema["const"] if "const" in schema else next(iter(choices if isinstance(choices, list) else ()), None)
    kind = _kind(schema)
    if kind == "object":
        members = member(schema, "properties")
        members = members if isinstance(members, dict) else {}
        return {key: example(inner, filling, key, root, depth + 1) for key, inner in members.items()}
    if kind == "array":
        return [example(member(schema, "items"), filling, name, root, depth + 1)] if depth < _DEEPEST_LIST else []
    return _LEAVES.get(kind, _string)(schema, filling, name)


def _plain(schema: object, root: object) -> Json:
    """The schema itself, behind any `$ref` and the first branch of any choice that is not null."""
    for _ in range(_DEEPEST):
        if isinstance(reference := member(schema, "$ref"), str):
            schema = member(root, *reference.removeprefix("#/").split("/"))
            continue
        branches = [entry for key in ("anyOf", "oneOf", "allOf") for entry in entries(member(schema, key))]
        schema = next((branch for branch in branches if _kind(branch) != "null"), schema)
        if not branches:
            break
    return schema if isinstance(schema, dict) else {}


def _kind(schema: Json) -> str:
    """The type, in small letters; of several the first that is not null."""
    kinds = schema.get("type")
    named = [kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    guess = "object" if "properties" in schema else "string"
    return next((kind for kind in named if kind != "null"), named[0] if named else guess)


def _integer(schema: Json, filling: Filling, _name: str) -> int:
    low, high = schema.get("minimum"), schema.get("maximum")
    value = max(filling.number, int(low)) if isinstance(low, int | float) else filling.number
    return min(value, int(high)) if isinstance(high, int | float) else value


def _number(schema: Json, filling: Filling, name: str) -> float:
    return float(_integer(schema, filling, name))


def _boolean(_schema: Json, _filling: Filling, _name: str) -> bool:
    return True


def _null(_schema: Json, _filling: Filling, _name: str) -> None:
    return None


def _string(schema: Json, filling: Filling, name: str) -> str:
    """By the member's name or format: a date, an address, what is looked for, else the place that is spoken of."""
    wanted = f"{name} {schema.get('format', '')}".lower()
    known: Mapping[str, str] = {
        "date-time": "2026-01-02T12:00:00Z",
        "date": "2026-01-02",
        "time": "12:00",
        "mail": "zoe@example.com",
        "ur": "https://example.com/",
        "query": filling.topic,
        "question": filling.topic,
        "topic": filling.topic,
    }
    return next((value for part, value in known.items() if part in wanted), filling.place)


_LEAVES: dict[str, Callable[[Json, Filling, str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
    "string": _string,
}
