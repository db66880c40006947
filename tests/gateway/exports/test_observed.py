"""What one stream adds up to, by hand."""

import pytest

from gateway.exports.labels import Labels
from gateway.exports.observed import observed
from tests.gateway.exports.streams import COMMON, ended, failed, replayed

LATENCIES = {
    "gen_ai.client.operation.time_to_first_chunk",
    "gen_ai.client.operation.time_per_output_chunk",
    "tokentape.stream.ttft",
    "tokentape.stream.ttfo",
}


def values(stream):
    return [(each.instrument.name, list(each.values), each.attributes) for each in observed(stream, Labels())]


def test_a_stream_in_numbers():
    provider = {"gen_ai.provider.name": "openai", "tokentape.source": "live"}
    assert values(ended()) == [
        ("tokentape.streams", [1], provider | {"tokentape.status": "ok"}),
        ("gen_ai.client.operation.duration", [4.1], COMMON),
        ("gen_ai.client.token.usage", [12], COMMON | {"gen_ai.token.type": "input"}),
        ("gen_ai.client.token.usage", [100], COMMON | {"gen_ai.token.type": "output"}),
        ("gen_ai.client.operation.time_to_first_chunk", [0.3], COMMON),
        ("gen_ai.client.operation.time_per_output_chunk", [1.5, 2.0], COMMON),
        ("tokentape.stream.ttft", [0.5], COMMON),
        ("tokentape.stream.ttfo", [2.0], COMMON),
        ("tokentape.stream.overhead", [0.0004], provider | {"tokentape.part": "request"}),
        ("tokentape.stream.overhead", [0.00002, 0.00003, 0.00005], provider | {"tokentape.part": "chunk"}),
    ]


def test_of_a_replay_it_is_the_schedule_that_chunks_are_late_by():
    names = {name: found for name, found, _ in values(replayed())}
    assert names["tokentape.stream.replay_schedule_error"] == [0.00002, 0.00003, 0.00005]
    assert names["tokentape.stream.overhead"] == [0.0004]
    assert all(attributes["tokentape.source"] == "replay" for _, _, attributes in values(replayed()))


@pytest.mark.parametrize("status", ["error", "incomplete", "aborted"])
def test_latencies_are_of_streams_that_are_ok(status):
    names = {name for name, _, _ in values(ended({"status": status}))}
    assert not names & LATENCIES
    assert {"tokentape.streams", "gen_ai.client.operation.duration", "gen_ai.client.token.usage"} <= names


def test_a_document_has_a_duration_and_tokens_but_no_first_chunk():
    names = {name for name, _, _ in values(ended({"streamed": False, "ttfc": None, "ttfo": None, "token_at": ()}))}
    assert not names & LATENCIES


def test_tokens_that_were_not_counted_are_none():
    names = [name for name, _, _ in values(ended({"tokens_in": None, "tokens_out": None}))]
    assert "gen_ai.client.token.usage" not in names


def test_a_miss_is_counted_as_one():
    assert ("tokentape.misses", [1], {"gen_ai.provider.name": "openai"}) in values(failed("cassette_miss", 404))
    assert "tokentape.misses" not in {name for name, _, _ in values(failed("upstream_error", 502))}
    # What a provider calls so is none of ours.
    assert "tokentape.misses" not in {
        name for name, _, _ in values(ended({"status": "error", "error": "cassette_miss"}))
    }
