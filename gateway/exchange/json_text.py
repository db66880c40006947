"""JSON as text: written so that a terminal is safe from it, and read so that no text can hurt.

What cannot be read is `Refused`: broken, nested too deeply, numbers without end, a name twice in one object.
"""

import json
from collections.abc import Iterable

from gateway.escaping import escaped_json
from gateway.exchange.cursor import Cursor, Refused

__all__ = ["json_text", "parsed"]


def json_text(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON: readable in any language, yet without a character that does something to a terminal."""
    separators = (",", ":") if indent is None else None
    return escaped_json(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators))


def parsed(text: str, of: str) -> Cursor:
    """The value of one JSON text; `of` is what messages call it. Raises Refused."""
    try:
        return Cursor(json.loads(text, object_pairs_hook=_members), of)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column" if error.lineno > 1 else "column"
        raise Refused(f"{of}: expected JSON; at {where} {error.colno}: {error.msg}") from None
    except RecursionError:
        raise Refused(f"{of}: expected JSON that is not nested thousands of levels deep") from None
    except ValueError as error:  # a name twice; a number with more digits than Python reads
        raise Refused(f"{of}: expected JSON; {error}") from None


def _members(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the name {name[:60]!r} stands twice in one object")
        members[name] = value
    return members
