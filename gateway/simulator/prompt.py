"""What any provider's request comes down to: a Prompt, and the accessors by which each API reads its own.

A body comes from a stranger. The accessors never raise: what is not of the expected kind reads as nothing there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "Json",
    "Prompt",
    "Role",
    "Tool",
    "chosen",
    "count",
    "entries",
    "hear",
    "mapping",
    "member",
    "strings",
    "text_in",
    "weigh",
]

Json = dict[str, Any]

Role = Literal["user", "tool", "model"]

# Base64 images and documents are weighed as this many characters: their tokens do not follow from their length.
_ATTACHMENT = 4_000
_LONGEST_PLAIN = 100_000


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `schema` is the JSON schema of its arguments."""

    name: str
    schema: Json


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. `text` is the user's last words, `results` the tools' answers to what followed them.

    `size` counts the characters that the model reads, `limit` the tokens that it may say. A `schema` wants JSON that
    fits it. `must_call` forces a tool, `one_call` forbids parallel ones, `remarks` has the model announce its calls.
    """

    text: str
    size: int = 0
    turn: int = 1
    results: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    must_call: bool = False
    one_call: bool = False
    remarks: bool = False
    thinking: bool = False
    limit: int | None = None
    stops: tuple[str, ...] = ()
    schema: Json | None = None


def hear(turns: Iterable[tuple[Role, str]]) -> tuple[str, int, tuple[str, ...]]:
    """The user's last words, which of their turns that was (from 1), and the tool results that came after."""
    text, turn, results = "", 0, list[str]()
    for role, said in turns:
        if role == "user" and said:
            text, turn, results = said, turn + 1, []
        elif role == "tool":
            results.append(said)
    return text, max(turn, 1), tuple(results)


def chosen(tools: Iterable[Tool], name: object) -> tuple[Tool, ...]:
    """The tools, or only the one that the request insists on."""
    return tuple(tool for tool in tools if not isinstance(name, str) or tool.name == name)


def member(value: object, *path: str) -> Any:
    """What lies at `path` in nested objects, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def entries(value: object) -> list[Json]:
    """The objects in a list; of anything else, none."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def mapping(value: object) -> Json:
    """The object; of anything else, an empty one."""
    return value if isinstance(value, dict) else {}


def count(value: object) -> int | None:
    """A whole number that is not negative, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def strings(value: object) -> tuple[str, ...]:
    """The strings of a list, or the one string; empty ones do not count."""
    listed = value if isinstance(value, list) else [value]
    return tuple(entry for entry in listed if isinstance(entry, str) and entry)


def text_in(value: object) -> str:
    """The words in a content of any API: a string, an object with `text`, `content` or `parts`, or a list of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(text_in, value)))
    return (
        next(filter(None, (text_in(member(value, name)) for name in ("text", "content", "parts"))), "") if value else ""
    )


def weigh(value: object) -> int:
    """The characters of all strings in `value`, names of members included."""
    if isinstance(value, str):
        return len(value) if len(value) <= _LONGEST_PLAIN else _ATTACHMENT
    if isinstance(value, dict):
        return sum(len(name) + weigh(inner) for name, inner in value.items())
    if isinstance(value, list):
        return sum(map(weigh, value))
    return 1
