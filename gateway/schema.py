"""The JSON Schema of tokentape/1's events, as it ships with the package. gateway/events.py says the same in Python."""

from functools import cache
from importlib.resources import files

__all__ = ["schema"]


@cache
def schema() -> bytes:
    """The schema's text, JSON Schema 2020-12 in UTF-8. Nothing is read before somebody asks."""
    return files("gateway").joinpath("tokentape-1.schema.json").read_bytes()
