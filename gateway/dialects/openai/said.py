"""What was said once and need not be said again."""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.api import Value

__all__ = ["Said"]

# Nothing is said of a field that is empty from the start.
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Said:
    """Fields as they were said last."""

    def __init__(self) -> None:
        self._fields: Value = {}

    def new(self, fields: Mapping[str, Any]) -> Value:
        """Those of the fields that say something else than before; they count as said from now on."""
        new = {name: field for name, field in fields.items() if self._is_new(name, field)}
        self._fields.update(new)
        return new

    def _is_new(self, name: str, field: Any) -> bool:
        if name in self._fields:
            return field is not None and bool(field != self._fields[name])
        return field not in _EMPTY
