"""One recorded interaction as the page shows it: the summary and the detail of a stream, in the shape of a live one.

Pure. Times are seconds since the request was sent. What is very large is cut, and `truncated` says so; the numbers are
always those of all of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gateway.events import (
    BlockDelta,
    BlockKind,
    BlockStart,
    Event,
    Ping,
    StreamEnd,
    StreamError,
    bears_tokens,
    event_json,
)
from gateway.measuring import measurement_of
from gateway.metrics import measurement_json
from gateway.reader import read
from gateway.transcript import Transcript, transcript_json
from recorder.interaction import Headers, Interaction

__all__ = ["detail_of", "summary_of"]

Json = dict[str, Any]

# Beyond these a page becomes slow, and nobody reads on.
_EVENTS, _CHUNKS = 20_000, 20_000
_BODY, _TEXT = 1 << 20, 8 << 20

_TICK_OF_BLOCK: Mapping[BlockKind, str] = {"thinking": "thinking", "tool_call": "tool"}


def summary_of(name: str, index: int, interaction: Interaction) -> Json:
    """The numbers of the interaction `index` of the cassette `name`, and how to call it."""
    facts = interaction.facts
    return {
        **measurement_json(measurement_of(interaction)),
        "id": f"{name}#{index}",
        "cassette": name,
        "index": index,
        "mode": facts.get("mode"),
        "method": interaction.request.method,
        "target": interaction.request.target,
        "started": _epoch(str(facts.get("recorded_at", ""))),
        "chunks": len(interaction.chunks),
        "overhead_request": None,
        "overhead_chunk_p50": None,
        "overhead_chunk_max": None,
        "ticks": [],
    }


def detail_of(name: str, index: int, interaction: Interaction) -> Json:
    """All of it: summary with ticks, request, response, chunks, frames, events, transcript."""
    events, cut = _affordable(read(interaction, raw=True))
    request, response, chunks = interaction.request, interaction.response, interaction.chunks
    summary = summary_of(name, index, interaction)
    return {
        **summary,
        "ticks": _ticks(events),
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": _pairs(request.headers),
            "body": request.body[:_BODY].decode("utf-8", "replace"),
        },
        "response": {"status": response.status, "headers": _pairs(response.headers)},
        "chunks": [[chunk.at / 1e6, len(chunk.data)] for chunk in chunks[:_CHUNKS]],
        "frames": [
            {"at": round(event.t / 1e3, 6), "text": _frame_text(event)} for event in events if event.raw is not None
        ],
        "events": [{key: value for key, value in event_json(event).items() if key != "raw"} for event in events],
        "transcript": transcript_json(Transcript.of(events)),
        "truncated": cut or len(chunks) > _CHUNKS or len(request.body) > _BODY,
    }


def _affordable(events: Iterable[Event]) -> tuple[list[Event], bool]:
    """The events that a page can show, and whether there were more."""
    shown: list[Event] = []
    text = 0
    for event in events:
        text += len(_frame_text(event))
        if len(shown) == _EVENTS or text > _TEXT:
            return shown, True
        shown.append(event)
    return shown, False


def _frame_text(event: Event) -> str:
    """The frame as it was received, its name before its data; bytes that are no text as base64."""
    raw = event.raw or {}
    named = f"event: {raw['event']}\n" if raw.get("event") else ""
    return named + str(raw.get("data") or raw.get("base64") or "")


def _ticks(events: Iterable[Event]) -> list[list[float | str]]:
    """When something came, and what: one tick for each kind in a frame."""
    blocks: dict[int, BlockKind] = {}
    ticks: list[list[float | str]] = []
    for event in events:
        if isinstance(event, BlockStart):
            blocks[event.index] = event.kind
        tick: list[float | str] = [round(event.t / 1e3, 6), _tick_kind(event, blocks)]
        if not ticks or ticks[-1] != tick:
            ticks.append(tick)
    return ticks


def _tick_kind(event: Event, blocks: dict[int, BlockKind]) -> str:
    match event:
        case BlockDelta(index=index, kind=kind, payload=payload) if bears_tokens(blocks[index], kind, payload):
            return _TICK_OF_BLOCK.get(blocks[index], "text")
        case Ping():
            return "ping"
        case StreamError():
            return "error"
        case StreamEnd():
            return "end"
        case _:
            return "head" if event.seq == 0 else "meta"


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _epoch(text: str) -> float | None:
    """An ISO 8601 time in seconds since 1970; None for what is none, since a fact may say anything."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
