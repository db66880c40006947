"""One span for each stream: a call of a model, as OpenTelemetry's semantic conventions tell it. No content.

Its parent is what the client's request says it is (`traceparent`), so that it stands where the call was made.
"""

from collections.abc import Mapping

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.exports.labels import Labels, error_type
from gateway.metrics import seconds
from gateway.observer import FinishedStream

__all__ = ["Spans"]

_Value = str | int | float | bool

_PARENT = TraceContextTextMapPropagator()


class Spans:
    """Makes the spans of streams."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def finished(self, stream: FinishedStream) -> None:
        """Tell of a stream: from when its request was sent until it ended."""
        attributes = span_attributes(stream)
        model = attributes.get("gen_ai.request.model", "")
        start = round(stream.started * 1e6) * 1000
        span = self._tracer.start_span(
            f"{stream.operation} {model}".rstrip(),
            context=_PARENT.extract(dict(stream.trace)),
            kind=SpanKind.CLIENT,
            attributes=attributes,
            start_time=start,
        )
        if "error.type" in attributes:
            span.set_status(Status(StatusCode.ERROR))
        span.end(start + stream.measurement.duration * 1000)


def span_attributes(stream: FinishedStream) -> Mapping[str, _Value]:
    """What is told of a stream; what is not known is absent."""
    measured = stream.measurement
    found: dict[str, _Value | None] = {
        **Labels().of(stream),  # of its own: spans need no bounds on how many models there are
        "gen_ai.request.stream": measured.streamed,
        "gen_ai.usage.input_tokens": measured.tokens_in,
        "gen_ai.usage.output_tokens": measured.tokens_out,
        "gen_ai.usage.cache_read.input_tokens": measured.tokens_cached,
        "gen_ai.usage.reasoning.output_tokens": measured.tokens_reasoning,
        "gen_ai.response.time_to_first_chunk": seconds(measured.ttfc),
        "http.response.status_code": measured.http_status or None,
        "error.type": error_type(stream),
        "tokentape.stream.id": stream.id,
        "tokentape.stream.ttft": seconds(measured.ttft),
        "tokentape.stream.ttfo": seconds(measured.ttfo),
        "tokentape.stream.itl": seconds(measured.itl),
        "tokentape.status": measured.status,
        "tokentape.connection": _CONNECTIONS[measured.new_connection],
        "tokentape.cassette": stream.cassette,
    }
    return {name: value for name, value in found.items() if value is not None}


_CONNECTIONS = {None: None, True: "new", False: "reused"}
