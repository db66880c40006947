"""What is in a stream, as JSON values: of a live one and of a recorded interaction alike.

Pure. Times are seconds since the request had been sent. What is very large is cut, and `truncated` says so.
"""

from collections.abc import Iterable
from typing import Any

from gateway.events import Event, event_json
from gateway.transcript import Transcript, transcript_json
from recorder.interaction import Headers, Interaction

__all__ = ["contents"]

# Beyond these a page becomes slow, and nobody reads on.
_EVENTS, _CHUNKS = 20_000, 20_000
_BODY, _TEXT = 1 << 20, 8 << 20


def contents(interaction: Interaction, events: Iterable[Event]) -> dict[str, Any]:
    """Request, response, chunks, native frames, events and transcript. `events` are the interaction's, with `raw`."""
    request, response, chunks = interaction.request, interaction.response, interaction.chunks
    shown, cut = _affordable(events)
    return {
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": _pairs(request.headers),
            "body": request.body[:_BODY].decode("utf-8", "replace"),
        },
        "response": {"status": response.status, "headers": _pairs(response.headers)},
        "chunks": [[chunk.at / 1e6, len(chunk.data)] for chunk in chunks[:_CHUNKS]],
        "frames": [
            {"at": round(event.t / 1e3, 6), "text": _frame_text(event)} for event in shown if event.raw is not None
        ],
        "events": [{key: value for key, value in event_json(event).items() if key != "raw"} for event in shown],
        "transcript": transcript_json(Transcript.of(shown)),
        "truncated": cut or len(chunks) > _CHUNKS or len(request.body) > _BODY,
    }


def _affordable(events: Iterable[Event]) -> tuple[list[Event], bool]:
    """The events that a page can show, and whether there are more."""
    shown: list[Event] = []
    room = _TEXT
    for event in events:
        room -= len(_frame_text(event))
        if len(shown) == _EVENTS or room < 0:
            return shown, True
        shown.append(event)
    return shown, False


def _frame_text(event: Event) -> str:
    """The frame as it was received, its name before its data; bytes that are no text as base64."""
    raw = event.raw or {}
    named = f"event: {raw['event']}\n" if raw.get("event") else ""
    return named + str(raw.get("data") or raw.get("base64") or "")


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]
