"""The instruments: OpenTelemetry's by its own definitions, ours by docs/dashboards.md."""

import re

import pytest
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics

from gateway.exports.instruments import INSTRUMENTS, label

OF_OTEL = {each.name: each for each in INSTRUMENTS if each.name.startswith("gen_ai.")}
CLIENTS = {
    value for name, value in vars(gen_ai_metrics).items() if name.isupper() and str(value).startswith("gen_ai.client.")
}


def test_all_of_the_clients_metrics_are_there_by_their_names():
    assert set(OF_OTEL) == CLIENTS
    assert len(CLIENTS) == 4


# From the text of the conventions.
SECONDS = "0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92"
TOKENS = "1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864"


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_with_their_units_and_buckets(name):
    unit, buckets = ("{token}", TOKENS) if name == "gen_ai.client.token.usage" else ("s", SECONDS)
    assert OF_OTEL[name].unit == unit
    assert OF_OTEL[name].buckets == tuple(float(bound) for bound in buckets.split(", "))


def test_names_in_prometheus():
    assert {each.prometheus for each in INSTRUMENTS} == {
        "gen_ai_client_operation_duration_seconds",
        "gen_ai_client_operation_time_to_first_chunk_seconds",
        "gen_ai_client_operation_time_per_output_chunk_seconds",
        "gen_ai_client_token_usage",
        "tokentape_stream_ttft_seconds",
        "tokentape_stream_ttfo_seconds",
        "tokentape_stream_overhead_seconds",
        "tokentape_stream_replay_schedule_error_seconds",
        "tokentape_streams",
        "tokentape_misses",
        "tokentape_streams_active",
        "tokentape_streams_unobserved",
    }


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda each: each.name)
def test_what_an_instrument_says_of_itself(instrument):
    assert instrument.text.endswith(".")
    assert (instrument.kind == "histogram") is bool(instrument.buckets)
    assert list(instrument.buckets) == sorted(set(instrument.buckets))
    assert all(re.fullmatch(r"[a-z_]+", label(name)) for name in instrument.attributes)


def test_live_and_replayed_are_told_apart_wherever_both_can_be():
    apart = {each.name for each in INSTRUMENTS if "tokentape.source" in each.attributes}
    assert apart == {each.name for each in INSTRUMENTS} - {"tokentape.misses", "tokentape.streams.unobserved"}
