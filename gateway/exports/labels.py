"""What streams are told apart by, and how many values of it there may be.

Models are named by clients, errors by providers: each new name is a new series for whoever collects, for as long as
this process lives. The first ones are taken as they are, all later ones are `other`. So are names that are too long, or
no text.
"""

from collections.abc import Mapping
from typing import TypeVar

from gateway.dialects import semantic_name
from gateway.observer import FinishedStream

__all__ = ["MODELS", "Attributes", "Labels", "error_type"]

T = TypeVar("T")

Attributes = Mapping[str, str | int]

MODELS = 100
"""So many pairs of a provider and its models, asked for and answered with, are told apart."""

_ERRORS = 50
_OTHER = "other"
_LONGEST = 128


class Labels:
    """Gives streams their attributes, within bounds. An attribute that is not known is absent."""

    def __init__(self) -> None:
        self._models: set[tuple[str, ...]] = set()
        self._errors: set[str] = set()

    def of(self, stream: FinishedStream) -> dict[str, str | int]:
        """What all numbers of a stream are told apart by."""
        provider = semantic_name(stream.measurement.provider)
        asked, answered = _plain(stream.asked_model), _plain(stream.measurement.model)
        if not _has_room(self._models, (provider, asked, answered), MODELS):
            asked, answered = _OTHER, _OTHER
        found: dict[str, str | int] = {
            "gen_ai.operation.name": stream.operation,
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": asked,
            "gen_ai.response.model": answered,
            "server.address": stream.server_address,
            "server.port": stream.server_port,
            "tokentape.source": stream.source,
        }
        return {name: value for name, value in found.items() if value}

    def error(self, stream: FinishedStream) -> Attributes:
        """Why a stream has failed, if it has."""
        kind = error_type(stream)
        if kind is None:
            return {}
        return {"error.type": kind if _has_room(self._errors, kind, _ERRORS) else _OTHER}


def error_type(stream: FinishedStream) -> str | None:
    """The provider's word for what failed, else the HTTP status, or how the stream ended; None if it is ok."""
    measured = stream.measurement
    if measured.status == "ok":
        return None
    if measured.error:
        return _plain(measured.error)
    return str(measured.http_status) if measured.http_status >= 400 else measured.status


def _plain(name: str | None) -> str:
    if not name:
        return ""
    return name if len(name) <= _LONGEST and name.isprintable() else _OTHER


def _has_room(known: set[T], value: T, most: int) -> bool:
    if value not in known and len(known) < most:
        known.add(value)
    return value in known
