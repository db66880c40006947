"""What the fields of an event may be: a number where readers expect a text, a list for an object, is refused.

Raising TypeError has the reader report the frame with its data.
"""

from collections.abc import Mapping

__all__ = ["objects", "texts"]


def texts(**fields: object) -> None:
    """Raises TypeError for a field that should be a text, if anything, and is not."""
    for name, value in fields.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"expected {name} to be a text; got {value!r:.40}")


def objects(**fields: object) -> None:
    """Raises TypeError for a field that should be an object, if anything, and is not."""
    for name, value in fields.items():
        if value is not None and not isinstance(value, Mapping):
            raise TypeError(f"expected {name} to be an object; got {value!r:.40}")
