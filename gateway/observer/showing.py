"""A stream as JSON values: its summary, and all that is kept of it. docs/slow.md says what the numbers mean.

Times are seconds since the request had been sent; null for what is not known. Pure.
"""

from statistics import median
from typing import Any

from gateway.events import Event, event_json
from gateway.metrics import measurement_json
from gateway.observer.stream import Stream
from gateway.observer.ticks import Tick
from gateway.transcript import Transcript, transcript_json
from recorder.errors import Unredactable
from recorder.interaction import Headers, Interaction, Request, Response
from recorder.redaction import Redactor

__all__ = ["detail", "summary", "with_ticks"]

Json = dict[str, Any]

# Beyond these a page becomes slow, and nobody reads on.
_EVENTS, _CHUNKS = 20_000, 20_000
_TEXT = 8 << 20

# What says nothing of a stream of which something was not told, or of one that has had no response.
_MEASURED = ("ttfb", "ttfc", "ttft", "ttfo", "itl", "tps", "e2e", "stall_max")


def summary(stream: Stream) -> Json:
    """The numbers of a stream, and what it is; without ticks."""
    if stream.shown is None:
        shown = _summary(stream)
        stream.shown = shown if stream.over else None
        return shown
    return stream.shown


def _summary(stream: Stream) -> Json:
    measured = measurement_json(stream.measurement())
    if stream.broken or stream.response is None:
        measured |= dict.fromkeys(_MEASURED)
    if stream.broken:
        measured["error"] = "not all of it was observed"
    overheads = sorted(stream.overheads) if stream.keeps_time() else []
    return {
        **measured,
        "provider": stream.began.upstream,
        "id": stream.id,
        "source": stream.source,
        "state": stream.state,
        "cassette": stream.began.cassette,
        "mode": stream.began.mode,
        "method": stream.began.method,
        "target": stream.target,
        "status": _status(stream),
        "started": round(stream.started, 6),
        "duration": stream.end_at / 1e6 if stream.over else None,
        "overhead_request": _seconds(stream.overhead_request),
        "overhead_chunk_p50": _seconds(median(overheads)) if overheads else None,
        "overhead_chunk_max": _seconds(overheads[-1]) if overheads else None,
        "chunks": stream.chunk_count,
        "bytes": stream.size,
    }


def _status(stream: Stream) -> int | None:
    if stream.failure is not None:
        return stream.failure.status
    return None if stream.response is None else stream.response.status


def with_ticks(shown: Json, ticks: list[Tick]) -> Json:
    """A summary with (some of) its stream's ticks."""
    return {**shown, "ticks": ticks}


def detail(stream: Stream, redactor: Redactor) -> Json:
    """All that is kept of a stream, redacted as a cassette would be. What is very large is cut: `truncated` says so."""
    whole = stream.interaction()
    try:
        shown, problem = redactor.interaction(whole), None
    except Unredactable as error:
        shown, problem = _headless(whole), f"not shown, since it cannot be searched for secrets: {error}"
    events, cut = _affordable(stream.events_of(shown))
    request, response = shown.request, shown.response
    return {
        **summary(stream),
        "ticks": list(stream.ticks.made),
        "request": {
            "method": request.method,
            "target": stream.target,
            "headers": _pairs(request.headers),
            "body": request.body.decode("utf-8", "replace"),
        },
        "response": {"status": _status(stream), "headers": _pairs(response.headers)},
        "chunks": [[chunk.at / 1e6, len(chunk.data)] for chunk in shown.chunks[:_CHUNKS]],
        "frames": [
            {"at": round(event.t / 1e3, 6), "text": _frame_text(event)} for event in events if event.raw is not None
        ],
        "events": [{key: value for key, value in event_json(event).items() if key != "raw"} for event in events],
        "transcript": transcript_json(Transcript.of(events)),
        "truncated": cut or stream.truncated or len(shown.chunks) > _CHUNKS,
        "problem": problem,
    }


def _headless(interaction: Interaction) -> Interaction:
    """Nothing but the times."""
    request = interaction.request
    return Interaction(
        request=Request(request.upstream, request.method, request.path),
        response=Response(interaction.response.status),
        head_at=interaction.head_at,
        chunks=(),
        end=interaction.end,
        end_at=interaction.end_at,
    )


def _affordable(events: list[Event]) -> tuple[list[Event], bool]:
    """The events that a page can show, and whether there were more."""
    room = _TEXT
    for number, event in enumerate(events):
        room -= len(_frame_text(event))
        if number == _EVENTS or room < 0:
            return events[:number], True
    return events, False


def _frame_text(event: Event) -> str:
    """The frame as it was received, its name before its data; bytes that are no text as base64."""
    raw = event.raw or {}
    named = f"event: {raw['event']}\n" if raw.get("event") else ""
    return named + str(raw.get("data") or raw.get("base64") or "")


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _seconds(micros: float | None) -> float | None:
    return None if micros is None else round(micros / 1e6, 9)
