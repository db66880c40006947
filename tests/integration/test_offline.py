"""In replay nothing goes out: not to the provider, not anywhere, whatever is asked; and a miss costs one request."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import anthropic
import openai
import pytest

from gateway.app import compose
from gateway.settings import Config
from recorder.clock import SystemClock
from tests.integration.gateways import Gateway, RawClient, ask, gateway, post
from tests.integration.programs import (
    CLIENTS,
    Program,
    run_program,
    served,
    simulated,
    upstream_flags,
)
from tests.integration.upstreams import plays, scripted, sse

CHAT = {"model": "m", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "Bonjour"}]}
EVENTS = sse(b'data: {"type": "message_stop"}\n\n')

# What a gateway could be tempted to reach: every built-in provider, with and without its prefix, and own upstreams.
PATHS = [
    "/anthropic/v1/messages",
    "/openai/v1/chat/completions",
    "/gemini/v1beta/models/m:streamGenerateContent?alt=sse",
    "/ollama/api/chat",
    "/mistral/v1/chat/completions",
    "/cohere/v2/chat",
    "/groq/openai/v1/chat/completions",
    "/openrouter/api/v1/chat/completions",
    "/deepseek/chat/completions",
    "/xai/v1/chat/completions",
    "/own/anything",
    "/v1/messages",
    "/v1/responses",
    "/@other/anthropic/v1/messages",
]


async def record(upstream: str, cassettes: Path, *requests: bytes) -> None:
    async with gateway(upstream, mode="all", cassettes=cassettes) as gate:
        for request in requests:
            assert (await ask(gate, request)).ended == "clean"


async def missed(gate: Gateway) -> int:
    async with aiohttp.ClientSession() as client, client.get(f"{gate.url}/_/health") as response:
        health = await response.json()
    return sum(cassette["missed"] for cassette in health["cassettes"].values())


async def test_an_upstream_sees_no_connection_whatever_is_asked(cassettes: Path) -> None:
    hit = post(body=json.dumps(CHAT).encode())
    async with scripted(plays(EVENTS)) as upstream:
        await record(upstream.url, cassettes, hit)
        visits = len(upstream.visits)
        async with gateway(upstream.url, mode="replay", cassettes=cassettes) as gate:
            answers = await asyncio.gather(*(ask(gate, post(path, b'{"other": 1}')) for path in PATHS))
            assert [answered.status for answered in answers] == [404] * len(PATHS)
            assert all(answered.header("x-should-retry") == "false" for answered in answers)
            assert (await ask(gate, hit)).status == 200
            assert await missed(gate) == len(PATHS)
        assert len(upstream.visits) == visits


async def test_a_miss_in_the_midst_of_traffic_goes_nowhere_either(cassettes: Path) -> None:
    """Mode `once` with a cassette is replay too."""
    hit = post(body=json.dumps(CHAT).encode())
    async with scripted(plays(EVENTS)) as upstream:
        await record(upstream.url, cassettes, hit)
        visits = len(upstream.visits)
        async with gateway(upstream.url, mode="once", cassettes=cassettes) as gate, RawClient.to(gate.port) as client:
            for number in range(20):
                await client.send(hit if number % 2 else post(body=b'{"number": %d}' % number))
                assert (await client.answer()).status == (200 if number % 2 else 404)
        assert len(upstream.visits) == visits


def test_in_replay_there_is_nothing_that_could_reach_a_provider() -> None:
    assert compose(Config(mode="replay"), SystemClock()).live is None
    assert compose(Config(mode="once"), SystemClock()).live is not None


async def test_a_miss_is_one_request_of_the_anthropic_sdk_and_says_what_differs(cassettes: Path) -> None:
    async with scripted(plays(EVENTS)) as upstream:
        await record(upstream.url, cassettes, post(body=json.dumps(CHAT).encode()))
    async with gateway("http://127.0.0.1:9", mode="replay", cassettes=cassettes) as gate:
        async with anthropic.AsyncAnthropic(base_url=f"{gate.url}/anthropic", api_key="any") as client:
            with pytest.raises(anthropic.NotFoundError) as caught:
                async with client.messages.stream(
                    model="m", max_tokens=9, messages=[{"role": "user", "content": "Bonsoir"}]
                ) as stream:
                    await stream.get_final_message()
        assert await missed(gate) == 1
    assert_explained(str(caught.value))


async def test_a_miss_is_one_request_of_the_openai_sdk_and_says_what_differs(cassettes: Path) -> None:
    async with scripted(plays(EVENTS)) as upstream:
        request = post("/openai/v1/chat/completions", json.dumps(CHAT).encode())
        await record(upstream.url, cassettes, request)
    async with gateway("http://127.0.0.1:9", mode="replay", cassettes=cassettes) as gate:
        async with openai.AsyncOpenAI(base_url=f"{gate.url}/openai/v1", api_key="any") as client:
            with pytest.raises(openai.NotFoundError) as caught:
                await client.chat.completions.create(
                    model="m", max_tokens=9, stream=True, messages=[{"role": "user", "content": "Bonsoir"}]
                )
        assert await missed(gate) == 1
    assert_explained(str(caught.value))


def assert_explained(message: str) -> None:
    assert 'cassette "default" (1 interaction)' in message
    assert "nearest is interaction 0" in message
    assert "messages[0].content" in message or "messages.0.content" in message
    assert "Bonjour" in message
    assert "Bonsoir" in message
    assert "--mode new_episodes" in message


# With the network taken away, and watched from outside.

WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
# --daemonize: the tracer steps aside, so that the process we start and signal is the gateway.
WATCHED = ("strace", "--daemonize", "--follow-forks", "--trace=connect")


def permitted(*command: str) -> bool:
    return (
        shutil.which(command[0]) is not None
        and not subprocess.run(command, check=False, capture_output=True).returncode
    )


async def recorded_program(folder: Path) -> Program:
    """A program with the OpenAI SDK, recorded on the cassette `default` in `folder`."""
    async with simulated(folder) as provider:
        recording = await run_program(
            "tokentape",
            "run",
            "--mode=all",
            *upstream_flags(provider.url),
            "--",
            sys.executable,
            str(CLIENTS / "openai_chat.py"),
            folder=folder,
            OPENAI_API_KEY="any",
        )
    assert recording.code == 0, recording.stderr
    return recording


async def test_a_program_is_replayed_on_a_machine_without_a_network(tmp_path: Path) -> None:
    if not permitted(*WITHOUT_NETWORK, "true"):
        pytest.skip("unshare may not make a network namespace here")
    recording = await recorded_program(tmp_path)
    only_loopback = 'test "$(grep -c : /proc/net/dev)" = 1 && exec "$@"'
    tokentape = [sys.executable, "-c", "from gateway.cli import main; main()"]
    replay = await run_program(
        *(*WITHOUT_NETWORK, "sh", "-c", only_loopback, "sh"),
        *(*tokentape, "run", "--mode=replay", "--pacing=instant", "--"),
        *(sys.executable, str(CLIENTS / "openai_chat.py")),
        folder=tmp_path,
    )
    assert replay.code == 0, replay.stderr
    assert replay.stdout == recording.stdout


async def test_a_replaying_gateway_never_tries_to_connect(tmp_path: Path) -> None:
    if not permitted(*WATCHED, "true"):
        pytest.skip("strace is not installed, or not permitted here")
    trace = tmp_path / "connects"
    hit = post(body=json.dumps(CHAT).encode())
    async with scripted(plays(EVENTS)) as upstream:
        await record(upstream.url, tmp_path / "cassettes", hit)
    # No upstream is configured: the built-in providers, with their real names.
    flags = ("--mode", "replay", "--pacing", "instant")
    async with served(tmp_path, "", *flags, around=(*WATCHED, "--output", str(trace))) as gate:
        for path in PATHS:
            assert (await ask(gate, post(path, b'{"other": 1}'))).status == 404
        assert (await ask(gate, hit)).status == 200
        assert await gate.stopped() == 0
        assert await until_written(trace, "+++ exited with 0 +++") == []


async def until_written(trace: Path, last: str) -> list[str]:
    """The attempts to connect to an internet address, once the tracer has written its last line."""
    async with asyncio.timeout(5):
        while last not in trace.read_text():
            await asyncio.sleep(0.02)
    return [line for line in trace.read_text().splitlines() if "connect(" in line and "AF_INET" in line]
