"""The numbers of streams, and a span for each, sent by OTLP over HTTP. The one part that needs the extra `otel`.

Where to, how often and what with is said by the standard environment (`OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`,
`OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, ...), which the
SDK reads. Sending has threads of its own and never delays anybody. What the SDK has to say of a collector that does not
answer is one line a minute at most.
"""

import logging
from collections.abc import Callable, Iterable, Mapping

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from gateway.escaping import escaped
from gateway.exports.instruments import ACTIVE, INSTRUMENTS, UNOBSERVED, Instrument
from gateway.exports.labels import Labels
from gateway.exports.observed import Observed, observed
from gateway.exports.spans import Spans
from gateway.metrics import Source
from gateway.observer import FinishedStream

__all__ = ["OpenTelemetry"]

logger = logging.getLogger(__name__)

_SCOPE = "tokentape"
_QUIET_S = 60.0
_EXPORTERS = ("OTEL_METRICS_EXPORTER", "OTEL_TRACES_EXPORTER")

_Record = Callable[[Observed], None]


class OpenTelemetry:
    """Sends what streams add up to; a listener of the board.

    `environ` is the environment: of it only which exporters are `none` is read here. `active` and `unobserved`: see
    `Prometheus`.
    """

    def __init__(
        self,
        version: str,
        environ: Mapping[str, str],
        active: Callable[[], Mapping[Source, int]],
        unobserved: Callable[[], int],
    ) -> None:
        _Seldom.listen()
        ours = Resource({"service.name": _SCOPE, "service.version": version})
        resource = Resource.create().merge(ours).merge(OTELResourceDetector().detect())  # what was set there counts
        measured, traced = (environ.get(name) != "none" for name in _EXPORTERS)
        readers: list[MetricReader] = [PeriodicExportingMetricReader(OTLPMetricExporter())] if measured else []
        self._meters = MeterProvider(readers, resource, shutdown_on_exit=False)
        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        if traced:
            self._tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._labels = Labels()
        self._spans = Spans(self._tracers.get_tracer(_SCOPE, version))
        meter = self._meters.get_meter(_SCOPE, version)
        self._records = {each: _recording(meter, each) for each in INSTRUMENTS if not each.sampled}
        _sample(meter, active, unobserved)

    def began(self, source: Source) -> None:
        """Nothing: a stream is told when it has ended."""

    def finished(self, stream: FinishedStream) -> None:
        """Tell of a stream."""
        for each in observed(stream, self._labels):
            self._records[each.instrument](each)
        self._spans.finished(stream)

    def close(self) -> None:
        """Send what has not been sent yet; may take seconds if nobody takes it."""
        self._tracers.shutdown()
        self._meters.shutdown()


def _recording(meter: Meter, instrument: Instrument) -> _Record:
    """What records values of an instrument."""
    if instrument.kind == "histogram":
        histogram = meter.create_histogram(
            instrument.name,
            instrument.unit,
            instrument.text,
            explicit_bucket_boundaries_advisory=instrument.buckets,
        )

        def record(each: Observed) -> None:
            for value in each.values:
                histogram.record(value, each.attributes)

        return record
    counter = meter.create_counter(instrument.name, instrument.unit, instrument.text)
    return lambda each: counter.add(sum(each.values), each.attributes)


def _sample(meter: Meter, active: Callable[[], Mapping[Source, int]], unobserved: Callable[[], int]) -> None:
    def under_way(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(count, {ACTIVE.attributes[0]: source}) for source, count in active().items()]

    def lost(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(unobserved())]

    meter.create_observable_gauge(ACTIVE.name, [under_way], ACTIVE.unit, ACTIVE.text)
    meter.create_observable_counter(UNOBSERVED.name, [lost], UNOBSERVED.unit, UNOBSERVED.text)


class _Seldom(logging.Handler):
    """Takes what the SDK logs, which is several lines for each try, and passes on one a minute."""

    _next = 0.0

    @classmethod
    def listen(cls) -> None:
        """Take its words from now on."""
        sdk = logging.getLogger("opentelemetry")
        if not any(isinstance(each, cls) for each in sdk.handlers):
            sdk.addHandler(cls(logging.WARNING))
            sdk.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a record, or not."""
        if record.created >= self._next:
            self._next = record.created + _QUIET_S
            logger.warning("OpenTelemetry: %s", escaped(record.getMessage(), 400))
