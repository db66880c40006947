"""A transcript as plain JSON values, for programs."""

import base64
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gateway.events import Event, event_json
from gateway.transcript.fold import Transcript
from gateway.transcript.message import Block

__all__ = ["transcript_json"]


def transcript_json(transcript: Transcript) -> dict[str, Any]:
    """The transcript as plain JSON values; what was not said is absent. Bytes are base64, `data` in its block."""
    return {name: _plain(value) for name, value in _said(transcript)}


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    named = ((field.name, getattr(value, field.name)) for field in fields(value))
    return ((name, field) for name, field in named if field not in (None, "", ()))


def _plain(value: Any) -> Any:
    if isinstance(value, Event):
        return {name: field for name, field in event_json(value).items() if name not in ("type", "seq", "raw")}
    if is_dataclass(value):
        plain = {name: _plain(field) for name, field in _said(value)}
        return {**plain, **_arguments(value)} if isinstance(value, Block) else plain
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _arguments(block: Block) -> dict[str, Any]:
    """`parsed_arguments` of a tool call, where they are JSON."""
    if block.kind != "tool_call":
        return {}
    try:
        return {"parsed_arguments": block.parsed_arguments()}
    except ValueError:
        return {}
