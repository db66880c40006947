"""A cassette as a trace that ui.perfetto.dev and chrome://tracing open: one track for each stream.

    POST /v1/messages  ├──────────────────────────────────────────┤   a slice: X
                       │ wait to head │ to first token │ tokens │ │   slices inside it
                            chunks       | |  |   |  | | |            instants: i

The Trace Event Format, its JSON object form. Times are µs since the first stream that says when it was recorded; what
does not say stands at 0. Nothing of a body is in it. How long connecting took is on no cassette: it is in the wait.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from gateway.exchange.json_text import json_text
from gateway.measuring import measurement_of
from gateway.metrics import Measurement
from recorder import __version__
from recorder.interaction import Interaction

__all__ = ["trace", "trace_events"]

_PROCESS = 1
_Event = dict[str, Any]


def trace(name: str, interactions: Iterable[Interaction]) -> Iterator[str]:
    """The trace of a cassette as JSON, in pieces of one event each; `name` is what its group of tracks is called."""
    kept = list(interactions)
    first = min(filter(None, map(_wall, kept)), default=None)
    other = {"program": f"tokentape {__version__}", "recorded_at": first and first.isoformat(timespec="milliseconds")}
    yield f'{{"displayTimeUnit":"ms","otherData":{json_text(other)},"traceEvents":[\n'
    yield ",\n".join(map(json_text, trace_events(name, kept)))
    yield "\n]}\n"


def trace_events(name: str, interactions: Sequence[Interaction]) -> Iterator[_Event]:
    """The trace's events: the names of the tracks, then each track in order of time."""
    first = min(filter(None, map(_wall, interactions)), default=None)
    yield _named("process_name", name, tid=0)
    for number, interaction in enumerate(interactions):
        track, wall = number + 1, _wall(interaction)
        start = round((wall - first).total_seconds() * 1_000_000) if wall and first else 0
        yield _named("thread_name", f"#{number} {_title(interaction)}", tid=track)
        yield {"ph": "M", "name": "thread_sort_index", "pid": _PROCESS, "tid": track, "args": {"sort_index": track}}
        for event in sorted(_stream(interaction), key=_place):
            yield event | {"ts": start + event["ts"], "pid": _PROCESS, "tid": track}


def _wall(interaction: Interaction) -> datetime | None:
    recorded = interaction.facts.get("recorded_at")
    try:
        wall = datetime.fromisoformat(recorded) if isinstance(recorded, str) else None
    except ValueError:
        return None
    return wall if wall and wall.tzinfo else None


def _title(interaction: Interaction) -> str:
    return f"{interaction.request.method} {interaction.request.path}"


def _named(kind: str, name: str, *, tid: int) -> _Event:
    return {"ph": "M", "name": kind, "pid": _PROCESS, "tid": tid, "args": {"name": name}}


def _stream(interaction: Interaction) -> Iterator[_Event]:
    numbers = measurement_of(interaction)
    end = max(0, interaction.end_at, *(chunk.at for chunk in interaction.chunks))
    yield _slice(_title(interaction), 0, end, "stream") | {"args": _facts(interaction, numbers)}
    yield from _phases(interaction.head_at, numbers, end)
    for since, until in _stalls(numbers):
        yield _slice("stall", since, until, "stall")
    for chunk in interaction.chunks:
        size = {"bytes": len(chunk.data)}
        yield {"ph": "i", "name": "chunk", "cat": "chunk", "ts": max(0, chunk.at), "s": "t", "args": size}


def _phases(head_at: int, numbers: Measurement, end: int) -> Iterator[_Event]:
    """What the stream's time is made of, without a gap; of a stream without a token, wait and body."""
    named = [("wait to head", head_at)]
    if numbers.ttft is not None and numbers.e2e is not None:
        named += [("head to first token", numbers.ttft), ("tokens", numbers.e2e), ("last token to end", end)]
    else:
        named += [("head to end", end)]
    since = 0
    for name, at in named:
        until = min(max(since, at), end)
        if until > since:
            yield _slice(name, since, until, "phase")
        since = until


def _stalls(numbers: Measurement) -> list[tuple[int, int]]:
    """The gaps that count as stalls: as many of the longest."""
    gaps = sorted(pairwise(numbers.token_at), key=lambda gap: gap[0] - gap[1])
    return gaps[: numbers.stalls]


def _slice(name: str, since: int, until: int, category: str) -> _Event:
    return {"ph": "X", "name": name, "cat": category, "ts": since, "dur": until - since}


def _facts(interaction: Interaction, numbers: Measurement) -> _Event:
    """What a viewer shows beside the slice: µs, and None for what is not known."""
    return {
        "upstream": interaction.request.upstream,
        "api": numbers.api,
        "model": numbers.model,
        "status": numbers.status,
        "http_status": numbers.http_status,
        "error": numbers.error,
        "new_connection": numbers.new_connection,
        "tokens_in": numbers.tokens_in,
        "tokens_out": numbers.tokens_out,
        "ttft_us": numbers.ttft,
        "ttfo_us": numbers.ttfo,
        "e2e_us": numbers.e2e,
        "recorded_at": interaction.facts.get("recorded_at"),
    }


def _place(event: _Event) -> tuple[int, int]:
    """By time; of what begins together, the longest first, so that slices stand inside each other."""
    return event["ts"], -event.get("dur", 0)
