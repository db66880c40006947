"""What a provider's error object says: every API has its own shape for a kind and a message."""

from collections.abc import Mapping
from typing import Any

from recorder.interaction import Response

__all__ = ["error_in", "is_error", "refusal_in"]

_KINDS = ("type", "code", "status", "__type", "kind", "error_type")
_MESSAGES = ("message", "Message", "msg", "detail", "reason", "error")
_UNNAMED = "error"
_NOTHING = "the provider gave no message"
_AROUND = frozenset({"error", "type", "request_id"})


def error_in(value: Any) -> tuple[str, str]:
    """Kind and message of an error as providers write it: nested in `error` or not, an object, a text or a list."""
    value = _one_of(value)
    if not isinstance(value, Mapping):
        return _UNNAMED, _words(value) or _NOTHING
    inner = _one_of(value.get("error") or value.get("errors"))
    if isinstance(inner, str) and value.get("error_description"):  # OAuth's, whose error is a word
        return inner, _words(value["error_description"])
    fields = inner if isinstance(inner, Mapping) else value
    return _kind(fields), (inner if isinstance(inner, str) else _words(fields)) or _NOTHING


def refusal_in(value: Any, response: Response) -> tuple[str, str]:
    """Kind and message of a response whose status is an error. Amazon's kind is in a header only."""
    kind, message = error_in(value)
    header = response.header("x-amzn-errortype")
    return (header.partition(":")[0] if header and kind == _UNNAMED else kind), message


def is_error(value: Mapping[str, Any]) -> bool:
    """Whether a body is nothing but an error, whatever its status: no answer has an `error` and no more."""
    return bool(value.get("error")) and value.keys() <= _AROUND


def _kind(fields: Mapping[str, Any]) -> str:
    """A word if there is one: some providers have a number beside it, an HTTP status again."""
    words = {name: value for name, value in fields.items() if isinstance(value, str)}
    return _first(words, _KINDS) or _first(fields, _KINDS) or _UNNAMED


def _words(said: Any) -> str:
    """What an error says, which may be an object or a list again: of a field that is wrong, of a server behind."""
    said = _one_of(said)
    if isinstance(said, Mapping):
        return next((words for name in _MESSAGES if (words := _words(said.get(name)))), "")
    return said if isinstance(said, str) else ""


def _one_of(value: Any) -> Any:
    """The first of a list, as some send their only error in one."""
    return value[0] if isinstance(value, list) and value else value


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these fields that says something."""
    return next((str(fields[name]) for name in names if fields.get(name) not in (None, "", [], {})), None)
