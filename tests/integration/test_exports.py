"""Numbers of real streams, through the real processes: scraped as Prometheus does it, and received by a collector."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics

from tests.gateway.exports.collector import collector, plain
from tests.integration.gateways import Answered, RawClient, ask, gateway, post
from tests.integration.programs import Served, served, simulated
from tests.integration.upstreams import HANG, SSE, chunk, plays, response, scripted

CHAT = "/openai/v1/chat/completions"
OPENMETRICS = b"Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
TTFT, DURATION = "tokentape_stream_ttft_seconds", "gen_ai_client_operation_duration_seconds"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def asked(*headers: bytes, text: str = "a secret plan") -> bytes:
    said = {"model": "gpt-9", "stream": True, "messages": [{"role": "user", "content": text}]}
    return post(CHAT, json.dumps(said).encode(), *headers)


async def scrape(gate: Served, *headers: bytes) -> Answered:
    return await ask(gate, post("/_/metrics", b"", *headers, method=b"GET"), limit=20)


async def counted(gate: Served, streams: int) -> dict[str, Any]:
    """What is exposed once so many streams have ended: they are counted a moment later."""
    async with asyncio.timeout(20):
        while True:
            families = {
                each.name: each for each in parser.text_string_to_metric_families((await scrape(gate)).body.decode())
            }
            if sum(sample.value for sample in families["tokentape_streams"].samples) == streams:
                return families
            await asyncio.sleep(0.02)


def values(families: dict[str, Any], name: str) -> dict[tuple[str, ...], float]:
    """Samples by source and, where there is one, status or error."""
    samples = [sample for family in families.values() for sample in family.samples if sample.name == name]
    return {
        tuple(
            filter(None, (each.labels["source"], each.labels.get("status"), each.labels.get("error_type")))
        ): each.value
        for each in samples
    }


async def test_live_and_replayed_streams_are_scraped(tmp_path: Path) -> None:
    async with simulated(tmp_path) as provider:
        async with gateway(provider.url, mode="once", cassettes=tmp_path / "cassettes") as recording:
            assert (await ask(recording, asked())).ended == "clean"
        async with served(tmp_path, provider.url, "--observe", "--mode", "new_episodes") as gate:
            for request in (asked(), asked(text="another secret plan")):
                assert (await ask(gate, request, limit=20)).ended == "clean"
            await live_and_replayed(gate)


async def live_and_replayed(gate: Served) -> None:
    families = await counted(gate, 2)
    assert values(families, "tokentape_streams_total") == {("live", "ok"): 1, ("replay", "ok"): 1}
    for name in (TTFT, DURATION):
        assert values(families, f"{name}_count") == {("live",): 1, ("replay",): 1}
    ttft, duration = values(families, f"{TTFT}_sum"), values(families, f"{DURATION}_sum")
    for source in ("live", "replay"):
        assert 0 < ttft[source,] < duration[source,]
    assert values(families, "tokentape_streams_active") == {("live",): 0, ("replay",): 0}
    assert values(families, "tokentape_stream_replay_schedule_error_seconds_count")["replay",] > 1
    as_openmetrics = await scrape(gate, OPENMETRICS)
    assert (as_openmetrics.header("content-type") or "").startswith("application/openmetrics-text; version=1.0.0")
    assert {each.name for each in read_openmetrics(as_openmetrics.body.decode())} == set(families)  # type: ignore[no-untyped-call]
    assert b"secret" not in as_openmetrics.raw


async def test_streams_under_way_those_that_are_left_and_misses(tmp_path: Path) -> None:
    async with (
        scripted(plays(SSE, chunk(b"data: {}\n\n"), HANG)) as upstream,
        served(tmp_path, upstream.url, "--observe", "--mode", "live") as gate,
    ):
        async with RawClient.to(gate.port) as client:
            await client.send(asked())
            await client.until(b"data: {}")
            async with asyncio.timeout(20):
                while values(await counted(gate, 0), "tokentape_streams_active") != {("live",): 1, ("replay",): 0}:
                    await asyncio.sleep(0.02)
        families = await counted(gate, 1)
        assert values(families, "tokentape_streams_total") == {("live", "aborted"): 1}
        assert values(families, f"{DURATION}_count") == {("live", "aborted"): 1}
        assert values(families, "tokentape_streams_active") == {("live",): 0, ("replay",): 0}
    async with served(tmp_path, "", "--observe", "--mode", "replay") as gate:
        assert (await ask(gate, asked())).status == 404
        families = await counted(gate, 1)
        assert values(families, "tokentape_streams_total") == {("replay", "error"): 1}
        assert values(families, f"{DURATION}_count") == {("replay", "cassette_miss"): 1}
        assert [(sample.labels, sample.value) for sample in families["tokentape_misses"].samples] == [
            ({"gen_ai_provider_name": "openai"}, 1)
        ]


async def test_a_collector_is_sent_numbers_and_spans(tmp_path: Path) -> None:
    with collector() as collected:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collected.url, "OTEL_SERVICE_NAME": "my-gateway"}
        async with (
            simulated(tmp_path) as provider,
            served(tmp_path, provider.url, "--observe", "--otel", environ=environ) as gate,
        ):
            traced = asked(f"traceparent: 00-{TRACE}-{PARENT}-01".encode())
            assert (await ask(gate, traced)).ended == "clean"
            families = await counted(gate, 1)
            assert await gate.stopped() == 0  # and sends what it still has
    [span] = collected.spans
    attributes = plain(span.attributes)
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == ("chat gpt-9", TRACE, PARENT)
    assert (attributes["gen_ai.operation.name"], attributes["gen_ai.provider.name"]) == ("chat", "openai")
    assert (attributes["server.address"], attributes["server.port"]) == ("127.0.0.1", provider.port)
    assert collected.resource["service.name"] == "my-gateway"
    [ttft] = collected.metrics["tokentape.stream.ttft"].histogram.data_points
    assert ttft.sum == values(families, f"{TTFT}_sum")["live",]
    took = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
    assert took == pytest.approx(values(families, f"{DURATION}_sum")["live",], abs=1e-6)
    assert "secret" not in str(collected)


async def test_a_collector_that_is_not_there_hurts_nobody(tmp_path: Path) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    async with (
        scripted(plays(response(b"{}"))) as upstream,
        served(tmp_path, upstream.url, "--observe", "--otel", "--mode", "live", environ=environ) as gate,
    ):
        assert (await ask(gate, asked())).body == b"{}"
        await counted(gate, 1)
        assert await gate.stopped(20) == 0
