"""What is sent by OTLP, as a collector receives it."""

import logging

import pytest

from gateway.exports.instruments import INSTRUMENTS
from gateway.exports.otel import OpenTelemetry
from tests.gateway.exports.collector import collector, plain
from tests.gateway.exports.streams import COMMON, ended, failed, replayed


@pytest.fixture
def send(monkeypatch):
    """Send streams to a collector, with more in the environment; gives what it has received."""

    def send(*streams, **environ):
        with collector() as collected:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collected.url)
            for name, value in environ.items():
                monkeypatch.setenv(name, value)
            otel = OpenTelemetry("1.2.3", environ, lambda: {"live": 2, "replay": 0}, lambda: 7)
            for stream in streams:
                otel.finished(stream)
            otel.close()
            return collected

    return send


def points(metric):
    return list(getattr(metric, metric.WhichOneof("data")).data_points)


def test_every_instrument_arrives_with_its_name_unit_and_buckets(send):
    received = send(ended(), replayed(), failed("cassette_miss", 404)).metrics
    assert set(received) == {each.name for each in INSTRUMENTS}
    for each in INSTRUMENTS:
        metric = received[each.name]
        assert (metric.unit, metric.description) == (each.unit, each.text)
        for point in points(metric):
            assert tuple(getattr(point, "explicit_bounds", ())) == each.buckets
            assert set(plain(point.attributes)) <= set(each.attributes)


def test_values_and_attributes(send):
    received = send(ended()).metrics
    [ttft] = points(received["tokentape.stream.ttft"])
    assert (plain(ttft.attributes), ttft.count, ttft.sum) == (COMMON, 1, 0.5)
    [chunks] = points(received["gen_ai.client.operation.time_per_output_chunk"])
    assert (plain(chunks.attributes), chunks.count, chunks.sum) == (COMMON, 2, 3.5)
    tokens = {
        plain(point.attributes)["gen_ai.token.type"]: point.sum
        for point in points(received["gen_ai.client.token.usage"])
    }
    assert tokens == {"input": 12, "output": 100}
    active = {
        plain(point.attributes)["tokentape.source"]: point.as_int
        for point in points(received["tokentape.streams.active"])
    }
    assert active == {"live": 2, "replay": 0}
    [unobserved] = points(received["tokentape.streams.unobserved"])
    assert unobserved.as_int == 7
    assert received["tokentape.streams"].sum.is_monotonic


def test_errors_are_told_apart_and_live_from_replayed(send):
    received = send(ended(), replayed(), failed("upstream_timeout", 504)).metrics
    told = [plain(point.attributes) for point in points(received["gen_ai.client.operation.duration"])]
    assert {(each["tokentape.source"], each.get("error.type")) for each in told} == {
        ("live", None),
        ("replay", None),
        ("live", "upstream_timeout"),
    }


def test_spans_come_with_them(send):
    received = send(ended())
    [span] = received.spans
    assert (span.name, plain(span.attributes)["gen_ai.usage.output_tokens"]) == ("chat gpt-9", 100)
    assert (received.resource["service.name"], received.resource["service.version"]) == ("tokentape", "1.2.3")


def test_the_standard_environment_counts(send):
    received = send(
        ended(),
        OTEL_SERVICE_NAME="my-gateway",
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test",
        OTEL_EXPORTER_OTLP_HEADERS="x-team=blue",
        OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
    )
    assert received.resource["service.name"] == "my-gateway"
    assert received.resource["deployment.environment.name"] == "test"
    assert {name.lower(): value for name, value in received.headers.items()}["x-team"] == "blue"


@pytest.mark.parametrize(
    ("name", "left"), [("OTEL_TRACES_EXPORTER", (True, False)), ("OTEL_METRICS_EXPORTER", (False, True))]
)
def test_either_can_be_turned_off(send, name, left):
    received = send(ended(), **{name: "none"})
    assert (bool(received.metrics), bool(received.spans)) == left


def test_a_collector_that_does_not_answer_is_told_of_once_a_minute(send, caplog):
    send(ended())
    sdk = logging.getLogger("opentelemetry.exporter")
    for seconds in (0, 1, 59, 61, 62):
        record = sdk.makeRecord(sdk.name, logging.WARNING, "", 0, "try %s\n", (seconds,), None)
        record.created += 1000 + seconds
        sdk.handle(record)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("gateway.")]
    assert ours == ["OpenTelemetry: try 0\\n", "OpenTelemetry: try 61\\n"]
