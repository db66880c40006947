"""What one stream adds to each instrument. Pure, but for the names that `Labels` remembers.

Latencies are those of streams that are ok: what fails fast must not make a provider look fast. Durations are of all,
told apart by error. Live and replayed are never in one series.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.exports.instruments import (
    DURATION,
    MISSES,
    OVERHEAD,
    PER_CHUNK,
    SCHEDULE_ERROR,
    STREAMS,
    TO_FIRST_CHUNK,
    TOKENS,
    TTFO,
    TTFT,
    Instrument,
)
from gateway.exports.labels import Attributes, Labels
from gateway.observer import FinishedStream

__all__ = ["Observed", "observed"]

_MISS = "cassette_miss"


class Observed(NamedTuple):
    """Values for an instrument: seconds, tokens or counts."""

    instrument: Instrument
    values: Sequence[float]
    attributes: Attributes


def observed(stream: FinishedStream, labels: Labels) -> Iterator[Observed]:
    """Everything that a stream which has ended adds; nothing without a value."""
    of_stream = labels.of(stream)
    for instrument, values, more in _values(stream, labels):
        if values:
            named = {**of_stream, **more}
            yield Observed(instrument, values, {key: named[key] for key in instrument.attributes if key in named})


def _values(stream: FinishedStream, labels: Labels) -> Iterator[tuple[Instrument, Sequence[float], Attributes]]:
    measured = stream.measurement
    yield STREAMS, (1,), {"tokentape.status": measured.status}
    if stream.failed and measured.error == _MISS:
        yield MISSES, (1,), {}
    yield DURATION, (measured.duration / 1e6,), labels.error(stream)
    yield TOKENS, _known(measured.tokens_in), {"gen_ai.token.type": "input"}
    yield TOKENS, _known(measured.tokens_out), {"gen_ai.token.type": "output"}
    if measured.status == "ok":
        yield TO_FIRST_CHUNK, _seconds(measured.ttfc), {}
        yield PER_CHUNK, _seconds(*measured.icl), {}
        yield TTFT, _seconds(measured.ttft), {}
        yield TTFO, _seconds(measured.ttfo), {}
    yield OVERHEAD, _seconds(stream.overhead_request), {"tokentape.part": "request"}
    if stream.source == "live":
        yield OVERHEAD, _seconds(*stream.overhead_chunks), {"tokentape.part": "chunk"}
    else:
        yield SCHEDULE_ERROR, _seconds(*stream.overhead_chunks), {}


def _known(count: int | None) -> Sequence[float]:
    return () if count is None else (count,)


def _seconds(*micros: int | None) -> Sequence[float]:
    return [time / 1e6 for time in micros if time is not None]
