"""One span for each stream, with no word of what was said."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.trace import SpanKind, StatusCode

from gateway.exports.spans import Spans
from tests.gateway.exports.streams import COMMON, ended, failed, replayed


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def span_of(exporter):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans = Spans(provider.get_tracer("tokentape"))

    def span_of(stream):
        spans.finished(stream)
        return exporter.get_finished_spans()[-1]

    yield span_of
    provider.shutdown()


def test_a_call_of_a_model_as_the_conventions_tell_it(span_of):
    span = span_of(ended())
    assert (span.name, span.kind) == ("chat gpt-9", SpanKind.CLIENT)
    assert (span.start_time, span.end_time) == (1_700_000_000_250_000_000, 1_700_000_004_350_000_000)
    assert (span.parent, span.status.status_code) == (None, StatusCode.UNSET)
    assert dict(span.attributes) == COMMON | {
        "gen_ai.request.stream": True,
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 8,
        "gen_ai.usage.reasoning.output_tokens": 40,
        "gen_ai.response.time_to_first_chunk": 0.3,
        "http.response.status_code": 200,
        "tokentape.stream.id": "t0-1",
        "tokentape.stream.ttft": 0.5,
        "tokentape.stream.ttfo": 2.0,
        "tokentape.stream.itl": pytest.approx(3.5 / 99),
        "tokentape.status": "ok",
        "tokentape.connection": "new",
    }


def test_names_of_attributes_are_those_of_the_conventions(span_of):
    theirs = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    assert {name for name in span_of(ended()).attributes if name.startswith("gen_ai.")} <= theirs


def test_its_parent_is_what_the_client_says(span_of):
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    span = span_of(ended(trace=(("traceparent", f"00-{trace}-{parent}-01"), ("tracestate", "a=b"))))
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (trace, parent)
    assert span.context.trace_state.get("a") == "b"


@pytest.mark.parametrize("parent", ["", "00-0-0-01", "x" * 5000, "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_parent_that_is_none_is_none(span_of, parent):
    assert span_of(ended(trace=(("traceparent", parent),))).parent is None


def test_a_client_that_is_not_sampled_is_not_told_of(span_of, exporter):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    with pytest.raises(IndexError):
        span_of(ended(trace=(("traceparent", trace),)))


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (ended({"status": "error", "error": "overloaded_error"}), "overloaded_error"),
        (ended({"status": "incomplete"}), "incomplete"),
        (failed("upstream_timeout", 504), "upstream_timeout"),
    ],
    ids=["error", "incomplete", "failed"],
)
def test_a_stream_that_is_not_ok(span_of, stream, kind):
    span = span_of(stream)
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert span.attributes["error.type"] == kind


def test_a_replay_says_so(span_of):
    attributes = span_of(replayed()).attributes
    assert (attributes["tokentape.source"], attributes["tokentape.cassette"]) == ("replay", "greeting")
    assert "tokentape.connection" not in attributes


def test_a_request_without_a_model(span_of):
    assert span_of(ended({"model": None}, asked_model=None, operation="embeddings")).name == "embeddings"


def test_what_was_asked_for_is_not_told(span_of):
    assert "/v1/chat/completions" not in str(dict(span_of(ended(target="/v1/chat/completions?q=secret")).attributes))
