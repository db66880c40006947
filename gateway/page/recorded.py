"""One recorded interaction as the page shows it: the summary and the detail of a stream, in the shape of a live one.

Pure. Times are seconds since the request was sent. What is very large is cut, and `truncated` says so; the numbers are
always those of all of it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from gateway.events import Event
from gateway.measuring import measurement_of, meter_of
from gateway.metrics import Measurement, Meter, measurement_json
from gateway.observer.contents import contents
from gateway.observer.ticks import Ticks
from gateway.reader import read
from recorder.interaction import Interaction

__all__ = ["detail_of", "summary_of"]

Json = dict[str, Any]

# Of a stream that is there whole; a live one, which is told again and again, has fewer.
_TICKS = 20_000


def summary_of(name: str, index: int, interaction: Interaction) -> Json:
    """The numbers of the interaction `index` of the cassette `name`, and how to call it."""
    return _summary(name, index, interaction, measurement_of(interaction))


def _summary(name: str, index: int, interaction: Interaction, measurement: Measurement) -> Json:
    facts = interaction.facts
    return {
        **measurement_json(measurement),
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
    ticks, meter = Ticks(_TICKS), meter_of(interaction)
    events = _counted(read(interaction, raw=True), ticks, meter)
    content = contents(interaction, events)
    for _ in events:  # what is beyond what can be shown
        pass
    numbers = _summary(name, index, interaction, meter.measurement())
    return {**numbers, "ticks": ticks.made, **content, "problem": None}


def _counted(events: Iterable[Event], ticks: Ticks, meter: Meter) -> Iterator[Event]:
    for event in events:
        ticks.feed((event,))
        meter.feed(event)
        yield event


def _epoch(text: str) -> float | None:
    """An ISO 8601 time in seconds since 1970; None for what is none, since a fact may say anything."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
