"""The numbers of streams as Prometheus scrapes them, in its text format or in OpenMetrics."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway.exports.instruments import ACTIVE, INSTRUMENTS, UNOBSERVED, Instrument, label
from gateway.exports.labels import Labels
from gateway.exports.observed import observed
from gateway.metrics import Source
from gateway.observer import FinishedStream

__all__ = ["Prometheus"]


class Prometheus:
    """Counts streams that have ended; a listener of the board.

    `active` is asked how many streams of each source are under way, `unobserved` how many the observer missed, whenever
    somebody scrapes.
    """

    def __init__(self, active: Callable[[], Mapping[Source, int]], unobserved: Callable[[], int]) -> None:
        # Else each series comes with another one that holds the time of its first value.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._labels = Labels()
        self._histograms = {each: self._histogram(each) for each in INSTRUMENTS if each.kind == "histogram"}
        self._counters = {
            each: Counter(each.prometheus, each.text, _labels(each), registry=self._registry)
            for each in INSTRUMENTS
            if each.kind == "counter" and not each.sampled
        }
        self._registry.register(_Sampled(active, unobserved))

    def _histogram(self, of: Instrument) -> Histogram:
        unit = "seconds" if of.unit == "s" else ""
        return Histogram(of.prometheus, of.text, _labels(of), unit=unit, buckets=of.buckets, registry=self._registry)

    def began(self, source: Source) -> None:
        """Nothing: a stream is counted when it has ended."""

    def finished(self, stream: FinishedStream) -> None:
        """Count a stream."""
        for instrument, values, attributes in observed(stream, self._labels):
            labels = [str(attributes.get(name, "")) for name in instrument.attributes]
            if instrument.kind == "histogram":
                histogram = self._histograms[instrument].labels(*labels)
                for value in values:
                    histogram.observe(value)
            else:
                self._counters[instrument].labels(*labels).inc(sum(values))

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All numbers and their content type, in the format that an Accept header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


class _Sampled(Collector):
    """What is asked for at each scrape."""

    def __init__(self, active: Callable[[], Mapping[Source, int]], unobserved: Callable[[], int]) -> None:
        self._active = active
        self._unobserved = unobserved

    def collect(self) -> Iterator[Metric]:
        """The metrics of now."""
        active = GaugeMetricFamily(ACTIVE.prometheus, ACTIVE.text, labels=_labels(ACTIVE))
        for source, count in self._active().items():
            active.add_metric([source], count)
        yield active
        yield CounterMetricFamily(UNOBSERVED.prometheus, UNOBSERVED.text, value=self._unobserved())


def _labels(instrument: Instrument) -> list[str]:
    return [label(name) for name in instrument.attributes]
