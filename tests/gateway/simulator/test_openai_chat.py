"""OpenAI's chat completions, asked by the real SDK and by LangChain."""

import json
from asyncio import to_thread

import aiohttp
import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.gateway.simulator.conftest import TWO_CITIES, WEATHER_SCHEMA

SPACE = [{"role": "user", "content": "Tell me a short story about space."}]
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER_SCHEMA}}
MODEL = "gpt-4o"


class Forecast(BaseModel):
    """What a structured answer is parsed into."""

    city: str
    degrees: int | None
    likely: bool
    hours: list[float]


def ask(url, **more):
    """All chunks of a stream."""
    with openai.OpenAI(base_url=url + "/v1", api_key="any") as client:
        return list(client.chat.completions.create(**{"model": MODEL, "messages": SPACE, "stream": True, **more}))


def accumulate(url, **more):
    """What the SDK's own accumulator makes of a stream."""
    with (
        openai.OpenAI(base_url=url + "/v1", api_key="any") as client,
        client.chat.completions.stream(**{"model": MODEL, "messages": SPACE, **more}) as stream,
    ):
        stream.until_done()
        return stream.get_final_completion()


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


async def test_a_story_is_streamed_without_usage_unless_asked(simulator):
    chunks = await to_thread(ask, simulator)

    assert "space" in text_of(chunks)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)
    assert {chunk.id for chunk in chunks} == {chunks[0].id}


async def test_usage_comes_last_when_asked_for(simulator):
    *chunks, last = await to_thread(ask, simulator, stream_options={"include_usage": True})

    assert last.choices == []
    assert last.usage.completion_tokens == sum(bool(chunk.choices[0].delta.content) for chunk in chunks)
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens
    assert chunks[1].obfuscation


async def test_padding_can_be_turned_off(simulator):
    chunks = await to_thread(ask, simulator, stream_options={"include_obfuscation": False})

    assert chunks[1].obfuscation is None


async def test_the_asynchronous_client_gets_the_same(simulator):
    async with openai.AsyncOpenAI(base_url=simulator + "/v1", api_key="any") as client:
        stream = await client.chat.completions.create(model=MODEL, messages=SPACE, stream=True)
        chunks = [chunk async for chunk in stream]
        whole = await client.chat.completions.create(model=MODEL, messages=SPACE)

    assert text_of(chunks) == text_of(await to_thread(ask, simulator)) == whole.choices[0].message.content
    assert whole.usage.completion_tokens > 30


async def test_two_cities_are_two_calls_and_the_results_become_text(simulator):
    question = {"role": "user", "content": TWO_CITIES}
    final = await to_thread(accumulate, simulator, messages=[question], tools=[WEATHER])

    message = final.choices[0].message
    assert final.choices[0].finish_reason == "tool_calls"
    assert [json.loads(call.function.arguments)["city"] for call in message.tool_calls] == ["Paris", "São Paulo"]
    assert len({call.id for call in message.tool_calls}) == 2

    told = [{"role": "tool", "tool_call_id": call.id, "content": "18 °C"} for call in message.tool_calls]
    spoken = {"role": "assistant", "tool_calls": [call.model_dump() for call in message.tool_calls]}
    final = await to_thread(accumulate, simulator, messages=[question, spoken, *told], tools=[WEATHER])
    assert "18 °C; 18 °C" in final.choices[0].message.content


async def test_tools_can_be_forced_forbidden_and_made_single(simulator):
    asked = {"messages": [{"role": "user", "content": TWO_CITIES}], "tools": [WEATHER]}
    single = await to_thread(accumulate, simulator, **asked, parallel_tool_calls=False)
    none = await to_thread(accumulate, simulator, **asked, tool_choice="none")
    forced = await to_thread(accumulate, simulator, tools=[WEATHER], tool_choice="required")
    named = {"type": "function", "function": {"name": "get_weather"}}
    chosen = await to_thread(accumulate, simulator, tools=[WEATHER], tool_choice=named)

    counts = [len(final.choices[0].message.tool_calls or ()) for final in (single, none, forced, chosen)]
    assert counts == [1, 0, 1, 1]


async def test_limits_and_stops_are_kept(simulator):
    limited = await to_thread(ask, simulator, max_completion_tokens=7)
    stopped = await to_thread(ask, simulator, stop="umbrella")

    assert limited[-1].choices[0].finish_reason == "length"
    assert sum(bool(chunk.choices[0].delta.content) for chunk in limited) == 7
    assert stopped[-1].choices[0].finish_reason == "stop"
    assert "umbrella" not in text_of(stopped)


async def test_reasoning_is_counted_and_not_shown(simulator):
    chunks = await to_thread(ask, simulator, reasoning_effort="low", stream_options={"include_usage": True})

    details = chunks[-1].usage.completion_tokens_details
    assert details.reasoning_tokens > 0
    assert text_of(chunks) != ""


async def test_a_pydantic_model_is_filled(simulator):
    final = await to_thread(accumulate, simulator, response_format=Forecast)

    assert isinstance(final.choices[0].message.parsed, Forecast)


async def test_models_are_listed(simulator):
    async with openai.AsyncOpenAI(base_url=simulator + "/v1", api_key="any") as client:
        assert MODEL in [model.id async for model in client.models.list()]
        assert (await client.models.retrieve("gpt-5")).object == "model"


async def test_langchain_streams_text_tools_and_usage(simulator):
    chat = ChatOpenAI(model=MODEL, base_url=simulator + "/v1", api_key="any", stream_usage=True)
    whole = None
    async for chunk in chat.bind_tools([WEATHER]).astream(TWO_CITIES):
        whole = chunk if whole is None else whole + chunk

    assert [call["args"]["city"] for call in whole.tool_calls] == ["Paris", "São Paulo"]
    assert whole.usage_metadata["output_tokens"] > 10

    chunks = await to_thread(lambda: [chunk.content for chunk in chat.stream("Sing a song about goldfish")])
    assert "goldfish" in "".join(chunks)


async def test_a_failure_in_the_stream_is_raised(simulator):
    with pytest.raises(openai.APIError, match="had an error"):
        await to_thread(ask, simulator, model="simulate-error-mid-stream")


async def test_a_reset_in_the_stream_is_a_connection_error(simulator):
    with pytest.raises(openai.APIConnectionError):
        await to_thread(ask, simulator, model="simulate-cut")


async def test_a_clean_end_too_early_is_silent_as_everywhere(simulator):
    chunks = await to_thread(ask, simulator, model="simulate-eof")

    assert len(chunks) == 6
    assert chunks[-1].choices[0].finish_reason is None


async def test_errors_have_the_providers_shape(simulator):
    async with openai.AsyncOpenAI(base_url=simulator + "/v1", api_key="any", max_retries=0) as client:
        with pytest.raises(openai.RateLimitError) as refused:
            await client.chat.completions.create(model="simulate-429", messages=SPACE)

    assert refused.value.code == "rate_limit_exceeded"
    assert refused.value.response.headers["retry-after-ms"] == "50"
    assert refused.value.request_id.startswith("req_")


async def test_the_stream_is_of_unnamed_events_and_done_comes_last(simulator):
    body = {"model": MODEL, "messages": SPACE, "stream": True}
    async with (
        aiohttp.ClientSession() as session,
        session.post(simulator + "/v1/chat/completions", json=body) as response,
    ):
        *frames, done, rest = (await response.text()).split("\n\n")

    assert all(json.loads(frame.removeprefix("data: "))["object"] == "chat.completion.chunk" for frame in frames)
    assert (done, rest) == ("data: [DONE]", "")
    assert response.headers["openai-version"] == "2020-10-01"
