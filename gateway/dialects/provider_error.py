"""What a provider's error object says: every API has its own shape for a kind and a message."""

from collections.abc import Mapping
from typing import Any

__all__ = ["error_in", "is_error"]

_KINDS = ("type", "code", "status", "__type", "kind")
_MESSAGES = ("message", "Message", "detail", "reason")
_AROUND = frozenset({"error", "type", "request_id"})


def error_in(value: Any) -> tuple[str, str]:
    """Kind and message of an error as providers write it: nested in `error` or not, an object, a text or a list."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        inner = value.get("error") or value.get("errors")
        if isinstance(inner, list) and inner:
            inner = inner[0]
        if isinstance(inner, str):
            return "error", inner
        fields = inner if isinstance(inner, Mapping) else value
        return _kind(fields), _first(fields, _MESSAGES) or "the provider gave no message"
    return "error", str(value)


def is_error(value: Mapping[str, Any]) -> bool:
    """Whether a body is nothing but an error, whatever its status: no answer has an `error` and no more."""
    return bool(value.get("error")) and value.keys() <= _AROUND


def _kind(fields: Mapping[str, Any]) -> str:
    """A word if there is one: some providers have a number beside it, an HTTP status again."""
    words = {name: value for name, value in fields.items() if isinstance(value, str)}
    return _first(words, _KINDS) or _first(fields, _KINDS) or "error"


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these fields that says something."""
    found = (fields.get(name) for name in names)
    return next((str(value) for value in found if value not in (None, "", [], {})), None)
