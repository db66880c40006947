"""The same question to every simulated API: whoever reads the one format cannot tell them apart by what was said."""

import json
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.hosting import hosted
from gateway.settings import UpstreamSpec
from gateway.simulator import Simulation, simulator_runner
from tests.integration.gateways import Gateway, ask, gateway, post
from tests.integration.test_normalized import events, shown, text

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"name": "get_weather", "description": "The weather in a city"}
SONG, WEATHER = "a song about a goldfish", "the weather in Paris and Oslo"


def request(api: str, prompt: str, *, stream: bool = True) -> tuple[str, dict[str, Any]]:
    """Path and body of the same question to each API."""
    chat = {"model": "sim", "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    function = {"type": "function", "function": {**TOOL, "parameters": PARAMETERS}}
    if api == "anthropic":
        tools = [{**TOOL, "input_schema": PARAMETERS}]
        return "/anthropic/v1/messages", {**chat, "max_tokens": 500, "tools": tools}
    if api == "openai chat":
        return "/openai/v1/chat/completions", {**chat, "tools": [function]}
    if api == "openai responses":
        tools = [{"type": "function", **TOOL, "parameters": PARAMETERS}]
        return "/openai/v1/responses", {"model": "sim", "stream": stream, "input": prompt, "tools": tools}
    if api == "ollama":
        return "/ollama/api/chat", {**chat, "tools": [function]}
    method = {"gemini": "streamGenerateContent?alt=sse", "gemini array": "streamGenerateContent"}[api]
    if not stream:
        method = "generateContent"
    tools = [{"functionDeclarations": [{**TOOL, "parameters": PARAMETERS}]}]
    return f"/gemini/v1beta/models/sim:{method}", {
        "contents": [{"role": "user", "parts": [{"text": prompt}]}],
        "tools": tools,
    }


APIS = ["anthropic", "openai chat", "openai responses", "gemini", "gemini array", "ollama"]


@pytest_asyncio.fixture
async def gate(cassettes: Path) -> AsyncIterator[Gateway]:
    """A gateway that records, in front of a simulated provider that speaks every API."""
    async with hosted(simulator_runner(Simulation(ttft_ms=5, gap_ms=0.2, words=12))) as url:
        names = tuple(UpstreamSpec(name, url) for name in ("anthropic", "openai", "gemini", "ollama"))
        async with gateway(url, upstreams=names, mode="all", cassettes=cassettes) as started:
            yield started


async def said(gate: Gateway, api: str, prompt: str, *, stream: bool = True) -> list[dict[str, Any]]:
    path, body = request(api, prompt, stream=stream)
    return events(await ask(gate, post(f"/normalized{path}", json.dumps(body).encode())))


def frame_of(found: list[dict[str, Any]]) -> list[str]:
    """What happened around the blocks, without what providers add."""
    added = ("usage", "provider", "ping", "block.start", "block.delta", "block.stop")
    return [event["type"] for event in found if event["type"] not in added]


def blocks(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What each block is, and what came in it, one after the other; blocks may interleave."""
    starts = [event for event in found if event["type"] == "block.start"]
    return [(start["kind"], " ".join(_course(found, start["index"]))) for start in starts]


def _course(found: list[dict[str, Any]], index: int) -> list[str]:
    own = [event for event in found if event.get("index") == index and event.get("kind") != "provider"]
    course = [event["kind"] if event["type"] == "block.delta" else event["type"] for event in own]
    return [kind for kind, _ in groupby(course)]


def calls(found: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """The names of the tools that are called, and their arguments."""
    starts = [event for event in found if event["type"] == "block.start" and event["kind"] == "tool_call"]
    fragments = [event for event in found if event["type"] == "block.delta" and event["kind"] == "json"]
    texts = ["".join(each["text"] for each in fragments if each["index"] == start["index"]) for start in starts]
    return [(start["name"], json.loads(arguments)) for start, arguments in zip(starts, texts, strict=True)]


def reason(found: list[dict[str, Any]]) -> str:
    (stop,) = [event for event in found if event["type"] == "message.stop"]
    return str(stop["reason"])


FRAME = ["stream.start", "message.start", "message.stop", "stream.end"]
TEXT = ("text", "block.start text block.stop")
CALL = ("tool_call", "block.start json block.stop")

each_way = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])


@each_way
async def test_a_text_looks_alike_from_every_api(gate: Gateway, *, stream: bool) -> None:
    answers = {api: await said(gate, api, SONG, stream=stream) for api in APIS}
    assert {api: frame_of(found) for api, found in answers.items()} == dict.fromkeys(APIS, FRAME)
    assert {api: blocks(found) for api, found in answers.items()} == {api: [TEXT] for api in APIS}
    assert len({text(found) for found in answers.values()}) == 1
    assert {reason(found) for found in answers.values()} == {"stop"}
    assert {found[-1]["outcome"] for found in answers.values()} == {"complete"}
    deltas = [sum(event["type"] == "block.delta" for event in found) for found in answers.values()]
    assert min(deltas) > 5 if stream else set(deltas) == {1}


@each_way
async def test_parallel_tool_calls_look_alike_from_every_api(gate: Gateway, *, stream: bool) -> None:
    answers = {api: await said(gate, api, WEATHER, stream=stream) for api in APIS}
    assert {api: frame_of(found) for api, found in answers.items()} == dict.fromkeys(APIS, FRAME)
    # Some say a word before they call.
    assert {api: blocks(found)[-2:] for api, found in answers.items()} == {api: [CALL, CALL] for api in APIS}
    assert {block for found in answers.values() for block in blocks(found)[:-2]} <= {TEXT}
    weather = [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "Oslo"})]
    assert {api: calls(found) for api, found in answers.items()} == dict.fromkeys(APIS, weather)
    assert {reason(found) for found in answers.values()} == {"tool_calls"}


async def test_the_cassette_shows_them_one_after_the_other(gate: Gateway, cassettes: Path) -> None:
    bodies = []
    for api in APIS:
        path, body = request(api, SONG)
        bodies.append((await ask(gate, post(f"/normalized{path}", json.dumps(body).encode()))).body)
    assert shown(cassettes, "--normalized") == b"".join(bodies)
    assert shown(cassettes, "--normalized", "--interaction", "2") == bodies[2]
    transcripts = json.loads(shown(cassettes, "--transcript", "--json"))
    texts = {block["text"] for each in transcripts for block in each["choices"][0]["blocks"]}
    assert len(transcripts) == len(APIS)
    assert len(texts) == 1
    assert shown(cassettes, "--transcript").decode().count("ended: complete") == len(APIS)
