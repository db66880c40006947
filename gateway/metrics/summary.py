"""Streams in groups, and each group in numbers.

    Sample, Sample, ... ── Summary.add ──> a tally for each key ──> Summary.groups() ──> Group, Group, ...

All streams are counted by how they ended. Latencies are those of the answers that are `ok` and came as a stream; the
others are counted beside them. Live and replayed streams never share a group. Values are kept, streams are
not, so ten thousand streams take some megabytes.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.metrics.measurement import Measurement, Source, Status
from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.statistics import Distribution

__all__ = ["DIMENSIONS", "STATUSES", "Group", "Sample", "Summary", "summarize"]

STATUSES: tuple[Status, ...] = ("ok", "error", "incomplete", "aborted")


@dataclass(frozen=True, slots=True)
class Sample:
    """One stream and what its measurement does not know: on which cassette it is, and as which of its interactions."""

    measurement: Measurement
    cassette: str = ""
    index: int | None = None

    @property
    def source(self) -> Source:
        """Whether a provider answered, or a cassette."""
        return self.measurement.source

    @property
    def connection(self) -> str:
        """`new`, `reused`, or `unknown` where it was not recorded."""
        new = self.measurement.new_connection
        return "unknown" if new is None else "new" if new else "reused"

    @property
    def counts(self) -> bool:
        """Whether its latencies enter the percentiles."""
        return self.measurement.status == "ok" and self.measurement.streamed


DIMENSIONS: Mapping[str, Callable[[Sample], str]] = {
    "provider": lambda sample: sample.measurement.provider,
    "model": lambda sample: sample.measurement.model or "",
    "api": lambda sample: sample.measurement.api,
    "cassette": lambda sample: sample.cassette,
    "status": lambda sample: sample.measurement.status,
    "connection": lambda sample: sample.connection,
}
"""By what streams can be grouped; an empty text where a stream does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The numbers of some streams of one source (µs). `key` goes by dimension, in the order that was asked for.

    `n` are all of them, by `statuses`; `counted` those whose latencies `quantities` tells (see `Sample.counts`), and
    `connections` how many of these were the first on theirs: `new`, `reused`, `unknown`. `errors` goes by kind.
    """

    key: Mapping[str, str]
    source: Source
    n: int
    statuses: Mapping[Status, int]
    errors: Mapping[str, int]
    not_streamed: int
    counted: int
    connections: Mapping[str, int]
    stalls: int
    quantities: Mapping[str, Distribution]


@dataclass(slots=True)
class _Tally:
    """A group that still grows."""

    n: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    not_streamed: int = 0
    counted: int = 0
    connections: Counter[str] = field(default_factory=Counter)
    stalls: int = 0
    values: dict[str, "array[float]"] = field(default_factory=lambda: {name: array("d") for name in QUANTITIES})

    def add(self, sample: Sample) -> None:
        measurement = sample.measurement
        self.n += 1
        self.statuses[measurement.status] += 1
        self.not_streamed += not measurement.streamed
        if measurement.error is not None:
            self.errors[measurement.error] += 1
        if sample.counts:
            self.counted += 1
            self.connections[sample.connection] += 1
            self.stalls += measurement.stalls
            for name, quantity in QUANTITIES.items():
                self.values[name].extend(quantity.values(measurement))

    def group(self, key: Mapping[str, str], source: Source) -> Group:
        return Group(
            key=key,
            source=source,
            n=self.n,
            statuses={status: self.statuses[status] for status in STATUSES},
            errors=dict(self.errors.most_common()),
            not_streamed=self.not_streamed,
            counted=self.counted,
            connections=dict(self.connections),
            stalls=self.stalls,
            quantities={name: Distribution.of(values) for name, values in self.values.items()},
        )


class Summary:
    """Takes streams one after the other. `by` are names of DIMENSIONS; with none, all of one source are one group."""

    def __init__(self, by: Sequence[str] = ("provider", "model")) -> None:
        self.by = tuple(by)
        self._dimensions = [DIMENSIONS[name] for name in self.by]
        self._tallies: dict[tuple[Source, tuple[str, ...]], _Tally] = {}

    def add(self, sample: Sample) -> None:
        """Count one stream."""
        key = sample.source, tuple([get(sample) for get in self._dimensions])
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = _Tally()
        tally.add(sample)

    def groups(self) -> list[Group]:
        """The groups so far, live ones first, then by their keys."""
        return [
            tally.group(dict(zip(self.by, key, strict=True)), source)
            for (source, key), tally in sorted(self._tallies.items(), key=lambda item: item[0])
        ]


def summarize(samples: Iterable[Sample], by: Sequence[str] = ("provider", "model")) -> list[Group]:
    """The groups of all `samples`."""
    summary = Summary(by)
    for sample in samples:
        summary.add(sample)
    return summary.groups()
