"""The server: same request, same bytes; one write a frame; deadlines; faults; what is not there."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web

from gateway.simulator import Simulation, simulator_app, simulator_runner
from recorder.clock import ManualClock

SPACE = [{"role": "user", "content": "Tell me a short story about space."}]
BODIES = {
    "/v1/messages": {"model": "m", "max_tokens": 99, "messages": SPACE},
    "/v1/chat/completions": {"model": "m", "messages": SPACE},
    "/v1/responses": {"model": "m", "input": "Hello"},
    "/v1beta/models/m:streamGenerateContent?alt=sse": {"contents": [{"parts": [{"text": "Hello"}]}]},
    "/v1beta/models/m:streamGenerateContent": {"contents": [{"parts": [{"text": "Hello"}]}]},
    "/api/chat": {"model": "m", "messages": SPACE},
    "/api/generate": {"model": "m", "prompt": "Hello"},
}
STREAMS = [(path, {**body, "stream": True}) for path, body in BODIES.items()]
WHOLES = [(path, {**body, "stream": False}) for path, body in BODIES.items() if "streamGen" not in path]
CHAT = "/v1/chat/completions"


def headed(response):
    """The head without what aiohttp adds."""
    return response.status, sorted((name.lower(), value) for name, value in response.headers.items())


@pytest.mark.parametrize(("path", "body"), STREAMS + WHOLES)
async def test_the_same_request_gives_the_same_bytes_whatever_ran_before(start, path, body):
    answers = []
    for asked_before in (False, True):
        url = await start(Simulation(ttft_ms=0, gap_ms=0))
        async with aiohttp.ClientSession() as session:
            if asked_before:
                await (await session.post(url + "/api/generate", json={"model": "x", "prompt": "y"})).read()
            async with session.post(url + path, json=body) as response:
                answers.append((headed(response), await response.read()))

    assert answers[0] == answers[1]
    assert b"\xc3" in answers[0][1]


async def test_another_seed_says_something_else(start):
    texts = set()
    for seed in (1, 2):
        url = await start(Simulation(seed=seed, ttft_ms=0, gap_ms=0))
        async with aiohttp.ClientSession() as session, session.post(url + CHAT, json=BODIES[CHAT]) as response:
            texts.add((await response.json())["choices"][0]["message"]["content"])

    assert len(texts) == 2


@pytest.mark.parametrize(("path", "body"), STREAMS)
async def test_each_frame_is_one_write_and_parses(simulator, path, body):
    async with aiohttp.ClientSession() as session, session.post(simulator + path, json=body) as response:
        frames, data = [], b""
        async for piece, complete in response.content.iter_chunks():
            data += piece
            if complete:
                frames.append(data)
                data = b""

    assert len(frames) > 20
    if "alt=sse" not in path and "Gen" in path:
        assert len(json.loads(b"".join(frames))) == len(frames) - 1
        return
    for frame in frames:
        *_, last = frame.decode().rstrip("\r\n").split("\n")
        payload = last.removeprefix("data: ")
        assert payload == "[DONE]" or isinstance(json.loads(payload), dict)


async def test_frames_leave_at_absolute_deadlines(aiohttp_client):
    clock = ManualClock()
    client = await aiohttp_client(simulator_app(Simulation(ttft_ms=100, gap_ms=10, words=1), clock))

    response = await client.post("/api/chat", json=BODIES["/api/chat"])
    lines = (await response.text()).splitlines()

    # The head leaves with the first frame.
    assert clock.slept == [100_000_000] + [100_000_000 + 10_000_000 * index for index in range(len(lines))]


async def test_a_whole_answer_leaves_when_its_last_token_is_there(aiohttp_client):
    clock = ManualClock()
    client = await aiohttp_client(simulator_app(Simulation(ttft_ms=100, gap_ms=10), clock))

    response = await client.post(CHAT, json=BODIES[CHAT])
    tokens = (await response.json())["usage"]["completion_tokens"]

    assert clock.time == 100_000_000 + 10_000_000 * (tokens - 1)


async def read(url, *, path=CHAT, body=None, header=""):
    """What arrives of an answer, and by what it ends."""
    body = {**BODIES[CHAT], "stream": True} if body is None else body
    arrived = b""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + path, json=body, headers={"x-simulate": header}) as response,
    ):
        try:
            async for piece in response.content.iter_any():
                arrived += piece
        except aiohttp.ClientError as broken:
            return response.status, arrived, type(broken)
        return response.status, arrived, None


async def test_cut_resets_the_connection_after_so_many_frames(simulator):
    _, arrived, ended = await read(simulator, header="cut; after=3")

    assert arrived.count(b"\n\n") == 3
    assert ended is not None


async def test_a_whole_answer_is_cut_in_its_middle(simulator):
    for kind in ("cut", "eof"):
        _, arrived, ended = await read(simulator, body=BODIES[CHAT], header=kind)

        assert arrived.startswith(b'{"id":')
        assert not arrived.endswith(b"}}")
        assert ended is aiohttp.ClientPayloadError


async def test_eof_ends_cleanly_after_so_many_frames(simulator):
    _, arrived, ended = await read(simulator, header="eof; after=2")

    assert arrived.count(b"\n\n") == 2
    assert ended is None


async def test_a_failure_cannot_be_in_the_middle_of_a_whole_answer(simulator):
    status, arrived, _ = await read(simulator, body=BODIES[CHAT], header="error-mid-stream")

    assert status == 500
    assert json.loads(arrived)["error"]["type"] == "server_error"


async def test_a_stall_is_silent_until_the_client_leaves(simulator):
    async with aiohttp.ClientSession() as session:
        body = {**BODIES[CHAT], "stream": True}
        response = await session.post(simulator + CHAT, json=body, headers={"x-simulate": "stall; after=1"})
        await response.content.readuntil(b"\n\n")
        waiting = asyncio.ensure_future(response.content.readany())
        await asyncio.wait([waiting], timeout=0.05)

        assert not waiting.done()
        waiting.cancel()
        response.close()


class EndlessClock(ManualClock):
    """A clock whose sleeps never end by themselves."""

    def __init__(self):
        super().__init__()
        self.waiting = asyncio.Event()
        self.left = asyncio.Event()

    async def sleep_until(self, at):
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()


async def test_a_client_that_leaves_ends_its_handler():
    clock = EndlessClock()
    runner = simulator_runner(Simulation(), clock)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{CHAT}"
        asking = asyncio.ensure_future(session.post(url, json=BODIES[CHAT]))
        await clock.waiting.wait()
        asking.cancel()

        await asyncio.wait_for(clock.left.wait(), timeout=1)
    await runner.cleanup()


async def test_a_server_that_stops_does_not_wait_for_a_stall():
    runner = simulator_runner(Simulation(ttft_ms=0, gap_ms=0))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        body = {**BODIES[CHAT], "stream": True}
        response = await session.post(url + CHAT, json=body, headers={"x-simulate": "stall"})
        await asyncio.wait_for(runner.cleanup(), timeout=1)

        with pytest.raises(aiohttp.ClientError):
            await response.read()


async def test_a_fault_with_times_passes_and_is_counted_for_each_request(simulator):
    other = {**BODIES[CHAT], "model": "other"}
    statuses = [
        (await read(simulator, body=body, header="error=503; times=2"))[0]
        for body in (BODIES[CHAT], other, BODIES[CHAT], BODIES[CHAT], other)
    ]

    assert statuses == [503, 503, 503, 200, 503]


async def test_one_request_can_have_its_own_options(simulator):
    _, short, _ = await read(simulator, header="words=1")
    _, long, _ = await read(simulator, header="words=300")

    assert len(long) > 10 * len(short)


async def test_separators_are_raw(simulator):
    _, arrived, _ = await read(simulator, body={**BODIES[CHAT], "model": "simulate-separators"})

    content = json.loads(arrived)["choices"][0]["message"]["content"]
    assert {"\u2028", "\u2029", "\u0085"} <= set(content)
    assert "\u2028".encode() in arrived


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "expected a JSON object, got list"),
        (b'{"model": "m"}', "messages: Field required"),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused(simulator, sent, says):
    async with aiohttp.ClientSession() as session, session.post(simulator + CHAT, data=sent) as response:
        assert response.status == 400
        assert says in (await response.json())["error"]["message"]


async def test_an_unknown_instruction_is_refused_with_the_known_ones(simulator):
    status, arrived, _ = await read(simulator, header="explode")

    assert status == 400
    assert "no instruction 'explode'; known: after, cut" in json.loads(arrived)["error"]["message"]


@pytest.mark.parametrize(
    ("path", "headers", "shape"),
    [
        ("/v1/nothing", {}, ["error"]),
        ("/v1/nothing", {"anthropic-version": "2026-10-21"}, ["type", "error", "request_id"]),
        ("/v1beta/nothing", {}, ["error"]),
        ("/api/nothing", {}, ["error"]),
    ],
)
async def test_what_is_not_there_is_a_404_in_the_providers_shape(simulator, path, headers, shape):
    async with aiohttp.ClientSession() as session, session.get(simulator + path, headers=headers) as response:
        assert response.status == 404
        assert list(await response.json()) == shape


async def test_models_are_those_of_whoever_asks(simulator):
    seen = []
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"anthropic-version": "2026-10-21"}, {"x-goog-api-key": "any"}):
            async with session.get(simulator + "/v1/models", headers=headers) as response:
                seen.append(json.dumps(await response.json()))

    assert ["gpt" in seen[0], "claude" in seen[1], "gemini" in seen[2]] == [True] * 3
