"""The exposition, read by the official client's own parsers."""

import pytest
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics

from gateway.exports.instruments import INSTRUMENTS, label
from gateway.exports.prometheus import Prometheus
from tests.gateway.exports.streams import COMMON, ended, failed, replayed

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
FORMATS = {
    "text": ("", "text/plain; version=0.0.4", parser.text_string_to_metric_families),
    "openmetrics": (OPENMETRICS, "application/openmetrics-text; version=1.0.0", read_openmetrics),
}


def prometheus(*streams):
    made = Prometheus(lambda: {"live": 2, "replay": 0}, lambda: 7)
    for stream in streams:
        made.finished(stream)
    return made


def scraped(made, name="text"):
    accept, content_type, read = FORMATS[name]
    text, came = made.exposition(accept)
    assert came.startswith(content_type)
    return {family.name: family for family in read(text.decode())}


@pytest.mark.parametrize("name", FORMATS)
def test_both_formats_parse_and_have_every_instrument(name):
    families = scraped(prometheus(ended(), replayed(), failed("cassette_miss", 404)), name)
    assert {each.prometheus: each.kind for each in INSTRUMENTS} == {
        family.name: family.type for family in families.values()
    }
    for each in INSTRUMENTS:
        assert families[each.prometheus].documentation == each.text
    if name == "openmetrics":
        units = {family.name: family.unit for family in families.values() if family.unit}
        assert units == {each.prometheus: "seconds" for each in INSTRUMENTS if each.unit == "s"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("instrument", [each for each in INSTRUMENTS if each.buckets], ids=lambda each: each.name)
def test_buckets_and_labels_are_the_instruments(instrument, name):
    family = scraped(prometheus(ended(), replayed()), name)[instrument.prometheus]
    buckets = [sample for sample in family.samples if sample.name.endswith("_bucket")]
    assert {float(sample.labels["le"]) for sample in buckets} == {*instrument.buckets, float("inf")}
    assert {frozenset(sample.labels) for sample in buckets} == {
        frozenset({"le", *(label(attribute) for attribute in instrument.attributes)})
    }


def value(families, name, **labels):
    [found] = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return found


def test_values_are_seconds_and_tokens():
    families = scraped(prometheus(ended()))
    assert value(families, "tokentape_stream_ttft_seconds_sum") == 0.5
    assert value(families, "tokentape_stream_ttft_seconds_bucket", le="0.32") == 0
    assert value(families, "tokentape_stream_ttft_seconds_bucket", le="0.64") == 1
    assert value(families, "gen_ai_client_operation_time_per_output_chunk_seconds_count") == 2
    assert value(families, "gen_ai_client_token_usage_sum", gen_ai_token_type="output") == 100
    assert value(families, "tokentape_streams_total", status="ok") == 1
    assert value(families, "tokentape_streams_active", source="live") == 2
    assert value(families, "tokentape_streams_unobserved_total") == 7
    assert {label(name): str(shown) for name, shown in COMMON.items()}.items() <= next(
        sample.labels for sample in families["tokentape_stream_ttft_seconds"].samples if sample.name.endswith("_sum")
    ).items()


def test_live_and_replayed_are_never_in_one_series():
    families = scraped(prometheus(ended(), ended(), replayed()))
    for name in ("gen_ai_client_operation_duration_seconds_count", "tokentape_stream_ttft_seconds_count"):
        assert value(families, name, source="live") == 2
        assert value(families, name, source="replay") == 1
    assert value(families, "tokentape_stream_replay_schedule_error_seconds_count") == 3


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("model", ['a"b', "a\\b", "a\\nb", 'x"} 1\ny{z="', "héllo", "<script>"])
def test_a_hostile_model_is_only_a_label(model, name):
    families = scraped(prometheus(ended(asked_model=model)), name)
    assert len(families) == len(INSTRUMENTS)
    shown = {sample.labels["gen_ai_request_model"] for sample in families["tokentape_stream_ttft_seconds"].samples}
    assert shown == {model if model.isprintable() else "other"}


def test_nothing_has_been_counted_yet():
    families = scraped(prometheus())
    assert len(families) == len(INSTRUMENTS)
    assert families["gen_ai_client_operation_duration_seconds"].samples == []


def test_openmetrics_ends_as_it_should():
    text, _ = prometheus(ended()).exposition(OPENMETRICS)
    assert text.endswith(b"# EOF\n")
    assert openmetrics.exposition.CONTENT_TYPE_LATEST
