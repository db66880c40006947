"""What is measured: name, unit, meaning and buckets of each instrument, once for everybody who exports them.

Names of `gen_ai.` are those of OpenTelemetry's semantic conventions, with their buckets; what these lack is below
`tokentape.`. Prometheus has `_` in place of each dot, and the unit at the end.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ACTIVE",
    "DURATION",
    "INSTRUMENTS",
    "MISSES",
    "OVERHEAD",
    "PER_CHUNK",
    "SCHEDULE_ERROR",
    "STREAMS",
    "TOKENS",
    "TO_FIRST_CHUNK",
    "TTFO",
    "TTFT",
    "UNOBSERVED",
    "Instrument",
    "label",
]

_UNITS = {"s": "seconds"}


@dataclass(frozen=True, slots=True)
class Instrument:
    """One of them. `attributes` are what its values are told apart by; `buckets` are upper bounds, of histograms only.

    A `sampled` one is asked for when somebody looks; values of the others are recorded as they come.
    """

    name: str
    kind: Literal["histogram", "counter", "gauge"]
    unit: str
    text: str
    attributes: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    sampled: bool = False

    @property
    def prometheus(self) -> str:
        """Its name there; without the `_total` that counters have."""
        unit = _UNITS.get(self.unit, "")
        return "_".join([*self.name.split("."), *([unit] if unit else [])])


def label(attribute: str) -> str:
    """An attribute's name in Prometheus."""
    return attribute.removeprefix("tokentape.").replace(".", "_")


# As the semantic conventions have them: 10 ms to 82 s, 1 to 67 million tokens.
_SECONDS = tuple(0.01 * 2**k for k in range(14))
_TOKENS = tuple(float(4**k) for k in range(14))
# What is ours is small: 10 µs to 0.33 s.
_SMALL = tuple(round(0.00001 * 2**k, 5) for k in range(16))

_SOURCE = "tokentape.source"
_PROVIDER = "gen_ai.provider.name"
_STREAM = (
    "gen_ai.operation.name",
    _PROVIDER,
    "gen_ai.request.model",
    "gen_ai.response.model",
    "server.address",
    "server.port",
    _SOURCE,
)

DURATION = Instrument(
    "gen_ai.client.operation.duration",
    "histogram",
    "s",
    "From the request sent to the end of its response.",
    (*_STREAM, "error.type"),
    _SECONDS,
)
TO_FIRST_CHUNK = Instrument(
    "gen_ai.client.operation.time_to_first_chunk",
    "histogram",
    "s",
    "From the request sent to the first chunk of the stream, whatever is in it.",
    _STREAM,
    _SECONDS,
)
PER_CHUNK = Instrument(
    "gen_ai.client.operation.time_per_output_chunk",
    "histogram",
    "s",
    "From one chunk that bears tokens to the next.",
    _STREAM,
    _SECONDS,
)
TOKENS = Instrument(
    "gen_ai.client.token.usage",
    "histogram",
    "{token}",
    "Tokens of one request, as the provider counts them.",
    (*_STREAM, "gen_ai.token.type"),
    _TOKENS,
)
TTFT = Instrument(
    "tokentape.stream.ttft",
    "histogram",
    "s",
    "From the request sent to the first token, visible or not.",
    _STREAM,
    _SECONDS,
)
TTFO = Instrument(
    "tokentape.stream.ttfo",
    "histogram",
    "s",
    "From the request sent to the first visible token: one that is no thinking.",
    _STREAM,
    _SECONDS,
)
OVERHEAD = Instrument(
    "tokentape.stream.overhead",
    "histogram",
    "s",
    "The gateway's own time: before the request was sent, and for each chunk from its read to its write.",
    (_PROVIDER, _SOURCE, "tokentape.part"),
    _SMALL,
)
SCHEDULE_ERROR = Instrument(
    "tokentape.stream.replay_schedule_error",
    "histogram",
    "s",
    "How late a replayed chunk was by the times of its recording.",
    (_PROVIDER, _SOURCE),
    _SMALL,
)
STREAMS = Instrument(
    "tokentape.streams",
    "counter",
    "{stream}",
    "Streams that have ended, by how: ok, error, incomplete or aborted.",
    (_PROVIDER, _SOURCE, "tokentape.status"),
)
MISSES = Instrument(
    "tokentape.misses",
    "counter",
    "{request}",
    "Requests for which nothing on the cassette matched.",
    (_PROVIDER,),
)
ACTIVE = Instrument(
    "tokentape.streams.active",
    "gauge",
    "{stream}",
    "Streams under way.",
    (_SOURCE,),
    sampled=True,
)
UNOBSERVED = Instrument(
    "tokentape.streams.unobserved",
    "counter",
    "{stream}",
    "Streams that the observer was too slow for: nothing else counts them.",
    sampled=True,
)

INSTRUMENTS = (
    DURATION,
    TO_FIRST_CHUNK,
    PER_CHUNK,
    TOKENS,
    TTFT,
    TTFO,
    OVERHEAD,
    SCHEDULE_ERROR,
    STREAMS,
    MISSES,
    ACTIVE,
    UNOBSERVED,
)
