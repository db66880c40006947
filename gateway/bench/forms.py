"""A run for programs: one JSON value, and a row for each request as JSON lines or CSV. Times in seconds."""

import json
from collections.abc import Iterator

from gateway.bench.added import Added
from gateway.bench.load import Load
from gateway.bench.result import Reading, Result
from gateway.bench.run import Outcome
from gateway.bench.slo import Goodput
from gateway.bench.target import Target
from gateway.metrics.csv_row import csv_row
from gateway.metrics.measurement import Measurement
from gateway.metrics.measurement_json import measurement_json
from gateway.metrics.quantities import Quantity
from gateway.metrics.statistics import Distribution
from gateway.metrics.summary_json import distribution_json, group_json

__all__ = ["KIND", "VERSION", "csv_lines", "json_lines", "run_json"]

KIND, VERSION = "bench", 1
"""What the JSON value says that it is."""

_NOBODY = Measurement(provider="", api="", model=None, status="incomplete", http_status=0, ttfb=0, duration=0)
"""Of whom the names of a row's fields are."""


def run_json(target: Target, outcome: Outcome, result: Result, added: Added | None) -> dict[str, object]:
    """The run: what was driven how, what came of it, the streams' numbers in groups, and the run's own error."""
    return {
        "tokentape": KIND,
        "version": VERSION,
        "target": {"url": target.url, "provider": target.provider.name},
        "load": _load_json(outcome.load),
        "began_monotonic_ns": result.began,
        "sent": len(outcome.shots),
        "warm_up": len(outcome.warm_up),
        "cut_short": outcome.cut_short,
        "window": outcome.window / 1e9,
        "held_back": outcome.held_back,
        "statuses": dict(result.statuses),
        "retry_after": list(result.retry_after),
        "groups": [group_json(group) for group in result.groups],
        "goodput": None if result.goodput is None else _goodput_json(result.goodput),
        "client": {
            "queued": _distribution("from the intended start to the actual one", result.queued),
            "connecting": _distribution("from the start to the request's being sent", result.connecting),
            "ttft_from_intended": _distribution("from the intended start to the first token", result.from_intended),
            "sdk_per_event": added and _distribution("from frame to event, pooled over events", added.per_event),
            "sdk_first_event": added and _distribution("from frame to event, the first of a stream", added.first_event),
        },
        "error": {"loop_lag": _distribution("lateness of the run's own event loop", outcome.lag)},
    }


def _load_json(load: Load) -> dict[str, object]:
    return {
        "loop": "closed" if load.rate is None else "open",
        "rate": load.rate,
        "arrivals": None if load.rate is None else load.arrivals,
        "seed": load.seed,
        "concurrency": load.concurrency if load.rate is None else None,
        "requests": load.requests,
        "duration": load.duration,
        "max_in_flight": load.at_once,
    }


def _goodput_json(good: Goodput) -> dict[str, object]:
    return {
        "good": good.good,
        "ok": good.ok,
        "sent": good.sent,
        "share": good.share,
        "per_second": good.rate,
        "missed": good.missed,
        "untold": good.untold,
    }


def _distribution(variant: str, values: Distribution) -> dict[str, object]:
    return distribution_json(values, Quantity(variant, variant, "time", lambda _: ()))


def _row(reading: Reading, start: int) -> dict[str, object]:
    """One request; times of day are not kept, so its start counts from the run's."""
    shot = reading.shot
    waited = reading.ttft_from_intended
    numbers = measurement_json(reading.measurement or _NOBODY)
    return {
        "number": shot.number,
        "intended": None if shot.intended is None else (shot.intended - start) / 1e9,
        "started": (shot.started - start) / 1e9,
        "sent": (shot.sent_at - start) / 1e9 if shot.sent_at else None,
        "ttft_from_intended": None if waited is None else waited / 1e6,
        "failure": shot.failure.reason if shot.failure else None,
        **(numbers if reading.measurement else dict.fromkeys(numbers)),
    }


def json_lines(result: Result) -> Iterator[str]:
    """A line of JSON for each request."""
    return (json.dumps(_row(reading, result.began)) for reading in result.readings)


def csv_lines(result: Result) -> Iterator[str]:
    """A head line and a row for each request, without line breaks; empty where something is not known."""
    for number, reading in enumerate(result.readings):
        row = _row(reading, result.began)
        if number == 0:
            yield csv_row(row)
        yield csv_row(row.values())
