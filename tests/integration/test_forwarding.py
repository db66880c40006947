"""While it is recorded, each chunk reaches the client before the upstream sends the next: nothing is held back."""

import asyncio
import re
from pathlib import Path
from random import Random

import aiohttp
import pytest

from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner
from tests.integration.gateways import Answered, RawClient, gateway, post, recorded
from tests.integration.lockstep import Steps, chunks_of, cut, lockstep
from tests.integration.upstreams import SSE, Visit, chunk, scripted

CHAT = {"model": "m", "max_tokens": 400, "stream": True, "messages": [{"role": "user", "content": "Bonjour, 世界"}]}
CONTENTS = {"contents": [{"role": "user", "parts": [{"text": "Bonjour"}]}]}

STREAMS = {
    "anthropic": ("/anthropic/v1/messages", CHAT),
    "openai chat": ("/openai/v1/chat/completions", CHAT),
    "openai responses": ("/openai/v1/responses", {"model": "m", "stream": True, "input": "Bonjour"}),
    "gemini events": ("/own/v1beta/models/m:streamGenerateContent?alt=sse", CONTENTS),
    "gemini array": ("/own/v1beta/models/m:streamGenerateContent", CONTENTS),
    "ollama chat": ("/own/api/chat", CHAT),
    "ollama generate": ("/own/api/generate", {"model": "m", "prompt": "Bonjour"}),
}

FRAME_ENDS = {
    "text/event-stream": re.compile(rb"(?<=\n\n)|(?<=\n\r\n)"),
    "application/x-ndjson": re.compile(rb"(?<=\n)"),
    "application/json": re.compile(rb"(?=,\r\n)"),
}


async def simulated_body(path: str, body: object) -> tuple[str, bytes]:
    """Content type and body of one answer of the simulated provider."""
    runner = simulator_runner(Simulation(ttft_ms=0, gap_ms=0))
    async with hosted(runner) as url, aiohttp.ClientSession() as client:
        native = "/" + path.removeprefix("/").partition("/")[2]
        async with client.post(url + native, json=body) as response:
            assert response.status == 200
            return response.headers["content-type"], await response.read()


async def relayed(mode: str, path: str, steps: Steps, cassettes: Path) -> Answered:
    """The answer of an upstream in lock-step with its client."""

    async def provider(visit: Visit) -> None:
        await visit.request()
        await steps.play(visit)

    async with (
        scripted(provider) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes, idle_timeout=10) as gate,
        RawClient.to(gate.port) as client,
    ):
        return await lockstep(client, post(path), steps)


async def assert_nothing_is_held_back(mode: str, path: str, steps: Steps, cassettes: Path) -> None:
    answered = await relayed(mode, path, steps, cassettes)
    assert answered.ended == "clean"
    assert tuple(chunks_of(answered)) == steps.pieces
    if mode != "live":
        [interaction] = recorded(cassettes)
        assert tuple(piece.data for piece in interaction.chunks) == steps.pieces


@pytest.mark.parametrize("mode", ["all", "once", "new_episodes", "live"])
@pytest.mark.parametrize("stream", STREAMS)
async def test_each_frame_of_each_api_arrives_before_the_next_is_sent(stream: str, mode: str, cassettes: Path) -> None:
    path, body = STREAMS[stream]
    content_type, answer = await simulated_body(path, body)
    head = SSE.replace(b"text/event-stream; charset=utf-8", content_type.encode())
    frames = tuple(frame for frame in FRAME_ENDS[content_type.partition(";")[0]].split(answer) if frame)
    assert len(frames) > 10
    steps = Steps(frames, head)
    assert steps.body == answer
    await assert_nothing_is_held_back(mode, path, steps, cassettes)


@pytest.mark.parametrize("stream", STREAMS)
async def test_parts_of_frames_are_not_held_back_either(stream: str, cassettes: Path) -> None:
    path, body = STREAMS[stream]
    content_type, answer = await simulated_body(path, body)
    head = SSE.replace(b"text/event-stream; charset=utf-8", content_type.encode())
    await assert_nothing_is_held_back("all", path, Steps(cut(answer, Random(3), most=60), head), cassettes)


async def test_binary_pieces_of_every_size_are_not_held_back(cassettes: Path) -> None:
    random = Random(4)
    pieces = tuple(random.randbytes(size) for size in (1, 2, 1000, 1, 65_536, 3, 200_000, 1))
    head = SSE.replace(b"text/event-stream; charset=utf-8", b"application/vnd.amazon.eventstream")
    answered = await relayed("all", "/own/invoke", Steps(pieces, head), cassettes)
    assert answered.ended == "clean"
    assert answered.body == b"".join(pieces)
    assert recorded(cassettes)[0].body == answered.body


@pytest.mark.parametrize("mode", ["all", "live"])
async def test_half_an_http_chunk_is_not_held_back(mode: str, cassettes: Path) -> None:
    whole = chunk(b"data: a long event\n\n")
    arrived = asyncio.Event()

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE + whole[:10])
        await arrived.wait()
        await visit.send(whole[10:] + chunk(b""))

    async with (
        scripted(provider) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes, idle_timeout=10) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(post("/own/x"))
        await client.until(whole[4:10])
        arrived.set()
        assert (await client.until(chunk(b""))).endswith(chunk(whole[10:-2]) + chunk(b""))
