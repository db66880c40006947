"""Ollama's API, asked by the real SDK."""

import json
from asyncio import to_thread

import aiohttp
import ollama
import pytest

from tests.gateway.simulator.conftest import TWO_CITIES, WEATHER_SCHEMA

SPACE = [{"role": "user", "content": "Tell me a short story about space."}]
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER_SCHEMA}}
MODEL = "gemma3:1b"


def chat(url, **more):
    """All lines of a streamed chat."""
    with ollama.Client(host=url) as client:
        return list(client.chat(**{"model": MODEL, "messages": SPACE, "stream": True, **more}))


def text_of(lines):
    return "".join(line.message.content for line in lines)


async def test_a_story_is_streamed_and_counted(simulator):
    lines = await to_thread(chat, simulator)

    assert "space" in text_of(lines)
    assert [line.done for line in lines[-2:]] == [False, True]
    assert lines[-1].done_reason == "stop"
    assert lines[-1].eval_count == len(lines) - 1
    assert lines[0].created_at < lines[1].created_at


async def test_the_asynchronous_client_gets_the_same(simulator):
    async with ollama.AsyncClient(host=simulator) as client:
        lines = [line async for line in await client.chat(model=MODEL, messages=SPACE, stream=True)]
        whole = await client.chat(model=MODEL, messages=SPACE)

    assert text_of(lines) == text_of(await to_thread(chat, simulator)) == whole.message.content


async def test_generate_streams_and_answers_whole(simulator):
    asked = {"model": MODEL, "prompt": "A story about rain, please."}
    async with ollama.AsyncClient(host=simulator) as client:
        whole = await client.generate(**asked)
        lines = [line async for line in await client.generate(**asked, stream=True, think=True)]

    assert "rain" in whole.response
    assert len(whole.context) == whole.eval_count
    assert "rain" in "".join(line.thinking or "" for line in lines)
    assert lines[-1].done


async def test_thinking_is_a_field_of_its_own(simulator):
    lines = await to_thread(chat, simulator, think=True)

    assert "space" in "".join(line.message.thinking or "" for line in lines)
    assert "space" in text_of(lines)


async def test_two_cities_are_two_calls_and_the_results_become_text(simulator):
    question = {"role": "user", "content": TWO_CITIES}
    lines = await to_thread(chat, simulator, messages=[question], tools=[WEATHER])

    calls = [call.function for line in lines for call in line.message.tool_calls or ()]
    assert [call.arguments["city"] for call in calls] == ["Paris", "São Paulo"]

    spoken = {"role": "assistant", "tool_calls": [{"function": call.model_dump()} for call in calls]}
    told = [{"role": "tool", "tool_name": call.name, "content": "18 °C"} for call in calls]
    lines = await to_thread(chat, simulator, messages=[question, spoken, *told], tools=[WEATHER])
    assert "18 °C; 18 °C" in text_of(lines)


async def test_limits_stops_and_formats(simulator):
    limited = await to_thread(chat, simulator, options={"num_predict": 4})
    stopped = await to_thread(chat, simulator, options={"stop": ["."]})
    formed = await to_thread(chat, simulator, format="json")
    filled = await to_thread(chat, simulator, format=WEATHER_SCHEMA)

    assert (limited[-1].done_reason, limited[-1].eval_count) == ("length", 4)
    assert "." not in text_of(stopped)
    assert isinstance(json.loads(text_of(formed)), dict)
    assert set(json.loads(text_of(filled))) == {"city", "unit", "days"}


async def test_it_streams_unless_told_not_to(simulator):
    async with aiohttp.ClientSession() as session:
        async with session.post(simulator + "/api/chat", json={"model": MODEL, "messages": SPACE}) as response:
            lines = (await response.text()).splitlines(keepends=True)
            assert response.headers["Content-Type"] == "application/x-ndjson"
        assert len([json.loads(line) for line in lines]) > 30
        body = {"model": MODEL, "messages": SPACE, "stream": False}
        async with session.post(simulator + "/api/chat", json=body) as response:
            assert (await response.json())["done"] is True


async def test_models_and_version(simulator):
    async with ollama.AsyncClient(host=simulator) as client:
        assert MODEL in [model.model for model in (await client.list()).models]
    async with aiohttp.ClientSession() as session, session.get(simulator + "/api/version") as response:
        assert "version" in await response.json()


async def test_errors_before_and_in_the_stream(simulator):
    with pytest.raises(ollama.ResponseError) as refused:
        await to_thread(chat, simulator, model="simulate-503")
    assert refused.value.status_code == 503

    with pytest.raises(ollama.ResponseError, match="running the model"):
        await to_thread(chat, simulator, model="simulate-error-mid-stream")
