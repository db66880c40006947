"""What the fields of an event may be: a number where readers expect a text, a list for an object, is refused.

Raising TypeError has the reader report the frame with its data.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["delta_of", "numbers", "objects", "texts"]

# The text that a delta of each kind must have.
_NEEDED = {
    "text": "text",
    "json": "text",
    "json_patch": "path",
    "signature": "value",
    "data": "base64",
    "transcript": "text",
}


def texts(**fields: object) -> None:
    """Raises TypeError for a field that should be a text, if anything, and is not."""
    for name, value in fields.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"expected {name} to be a text; got {value!r:.40}")


def numbers(**fields: object) -> None:
    """Raises TypeError for a field that should be 0, 1, 2, ..., if anything, and is not."""
    for name, value in fields.items():
        if value is not None and (type(value) is not int or value < 0):
            raise TypeError(f"expected {name} to be a whole number; got {value!r:.40}")


def objects(**fields: object) -> None:
    """Raises TypeError for a field that should be an object, if anything, and is not."""
    for name, value in fields.items():
        if value is not None and not isinstance(value, Mapping):
            raise TypeError(f"expected {name} to be an object; got {value!r:.40}")


def delta_of(kind: str, payload: Mapping[str, Any]) -> None:
    """Raises TypeError for the payload of a delta that readers of its kind could not use."""
    needed = _NEEDED.get(kind)
    if needed is not None and not isinstance(said := payload.get(needed), str):
        texts(**{needed: said})
        raise TypeError(f"expected a {kind} delta to have {needed}")
    if kind == "data":
        texts(mime=payload.get("mime"))
    elif kind == "citation":
        citation = payload["citation"]
        objects(citation=citation)
        texts(**{name: citation.get(name) for name in ("url", "title", "text")})
        numbers(**{name: citation.get(name) for name in ("start", "end")})
