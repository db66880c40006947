"""What an SDK adds: from the piece of the body that completed a frame to the event that the caller was given for it.

A frame and an event belong together by their order. Pings and the `[DONE]` at the end are no events of an SDK; where
the numbers do not agree then, nothing is said of that stream.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.bench.result import Reading
from gateway.events import Event, Ping
from gateway.metrics.statistics import Distribution
from gateway.reader import read

__all__ = ["Added", "added_by"]


@dataclass(frozen=True, slots=True)
class Added:
    """Per event, pooled, and of each stream's first event alone (µs). `unpaired` streams could not be compared."""

    per_event: Distribution
    first_event: Distribution
    unpaired: int


def added_by(readings: Iterable[Reading]) -> Added:
    """What the SDK added in these streams; those without events are left out."""
    streams = [_added(reading) for reading in readings if reading.shot.yielded]
    paired = [added for added in streams if added]
    return Added(
        Distribution.of(micros for added in paired for micros in added),
        Distribution.of(added[0] for added in paired),
        unpaired=len(streams) - len(paired),
    )


def _added(reading: Reading) -> Sequence[float]:
    """The delay of each event (µs); nothing where frames and events do not pair."""
    assert reading.interaction is not None  # noqa: S101 - what was yielded came from it
    firsts = [event for event in read(reading.interaction, raw=True) if event.raw is not None]
    frames = [event.t * 1000 for event in firsts if not isinstance(event, Ping) and not _is_done(event)]
    sent_at = reading.shot.sent_at
    events = [(at - sent_at) / 1000 for at, _ in reading.shot.yielded]
    if len(frames) != len(events):
        return ()
    return [event - frame for event, frame in zip(events, frames, strict=True)]


def _is_done(event: Event) -> bool:
    return event.raw is not None and str(event.raw.get("data")).startswith("[DONE]")
