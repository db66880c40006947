"""What a user of a real SDK reads when a request misses, and what a key decides when keys do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from gateway.environment import DUMMY_KEY
from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner
from tests.integration.gateways import gateway

KEY, OTHER_KEY = ("sk-" + "ant-" + letter * 40 for letter in "ab")
ASK: dict[str, Any] = {"max_tokens": 50, "messages": [{"role": "user", "content": "Tell me of the sea"}]}


@pytest.fixture
async def provider() -> AsyncIterator[str]:
    async with hosted(simulator_runner(Simulation(ttft_ms=0, gap_ms=0, words=5))) as url:
        yield url


async def ask_claude(url: str, key: str = KEY, model: str = "claude-x", **more: Any) -> str:
    async with (
        anthropic.AsyncAnthropic(base_url=f"{url}/anthropic", api_key=key) as client,
        client.messages.stream(model=model, **(ASK | more)) as stream,
    ):
        return await stream.get_final_text()


async def ask_gpt(url: str, model: str = "gpt-x") -> None:
    async with openai.AsyncOpenAI(base_url=f"{url}/openai/v1", api_key=KEY) as client:
        await client.chat.completions.create(model=model, messages=ASK["messages"])


async def test_the_sdks_errors_hold_the_explanation(provider: str, cassettes: Path) -> None:
    async with gateway(provider, mode="once", cassettes=cassettes) as recording:
        await ask_claude(recording.url)
        await ask_gpt(recording.url)
    async with gateway(provider, mode="replay", cassettes=cassettes) as replay:
        with pytest.raises(anthropic.NotFoundError) as missed:
            await ask_claude(replay.url, model="claude-y")
        with pytest.raises(openai.NotFoundError) as missed_too:
            await ask_gpt(replay.url, model="gpt-y")
    report = await replay.serving
    assert (report.replayed, report.missed) == (0, 2)
    for error, miss, asked in zip((missed, missed_too), report.misses, ("claude-", "gpt-"), strict=True):
        assert f'  body.model:\n    stored:  "{asked}x"\n    request: "{asked}y"\nDecided by the JSON body' in miss
        assert miss in str(error.value) or miss.replace("\n", "\\n") in str(error.value)


async def test_with_match_key_a_wrong_key_is_not_answered_as_the_right_one_was(provider: str, cassettes: Path) -> None:
    async with gateway(provider, mode="once", cassettes=cassettes, match_key=True) as recording:
        said = await ask_claude(recording.url)
    async with gateway(provider, mode="replay", cassettes=cassettes, match_key=True) as replay:
        assert await ask_claude(replay.url) == said
        assert await ask_claude(replay.url, key=DUMMY_KEY) == said
        with pytest.raises(anthropic.NotFoundError, match="the request came with another key than the stored one"):
            await ask_claude(replay.url, key=OTHER_KEY)
    async with gateway(provider, mode="replay", cassettes=cassettes) as without:
        assert await ask_claude(without.url, key=OTHER_KEY) == said
    stored = b"".join(path.read_bytes() for path in cassettes.rglob("*.cassette"))
    assert b"x-tokentape-key" in stored
    assert KEY.encode() not in stored
