"""A stream as JSON values: its summary, and all that is kept of it. docs/slow.md says what the numbers mean.

Times are seconds since the request had been sent; null for what is not known. Pure.
"""

from statistics import median
from typing import Any

from gateway.metrics import measurement_json, seconds
from gateway.observer.contents import contents
from gateway.observer.stream import Stream
from gateway.observer.ticks import Tick
from recorder.errors import Unredactable
from recorder.interaction import Interaction, Request, Response
from recorder.redaction import Redactor

__all__ = ["detail", "summary", "with_ticks"]

Json = dict[str, Any]

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
        "overhead_request": seconds(stream.overhead_request),
        "overhead_chunk_p50": seconds(median(overheads)) if overheads else None,
        "overhead_chunk_max": seconds(overheads[-1]) if overheads else None,
        "chunks": None if stream.broken else stream.chunk_count,
        "bytes": None if stream.broken else stream.size,
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
    content = contents(shown, stream.events_of(shown))
    return {
        **summary(stream),
        "ticks": list(stream.ticks.made),
        **content,
        "request": content["request"] | {"target": stream.target},
        "response": content["response"] | {"status": _status(stream)},
        "truncated": content["truncated"] or stream.truncated,
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
