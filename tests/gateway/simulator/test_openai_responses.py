"""OpenAI's Responses, asked by the real SDK and by LangChain."""

import json
from asyncio import to_thread

import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.gateway.simulator.conftest import TWO_CITIES, WEATHER_SCHEMA

SPACE = "Tell me a short story about space."
WEATHER = {"type": "function", "name": "get_weather", "parameters": WEATHER_SCHEMA, "strict": False}
MODEL = "gpt-5-mini"


class Forecast(BaseModel):
    """What a structured answer is parsed into."""

    city: str
    degrees: int


def ask(url, **more):
    """All events of a stream."""
    with openai.OpenAI(base_url=url + "/v1", api_key="any") as client:
        return list(client.responses.create(**{"model": MODEL, "input": SPACE, "stream": True, **more}))


def accumulate(url, **more):
    """What the SDK's own accumulator makes of a stream."""
    with (
        openai.OpenAI(base_url=url + "/v1", api_key="any") as client,
        client.responses.stream(**{"model": MODEL, "input": SPACE, **more}) as stream,
    ):
        return stream.get_final_response()


async def test_a_story_is_streamed_and_counted(simulator):
    response = await to_thread(accumulate, simulator)

    assert "space" in response.output_text
    assert response.status == "completed"
    assert response.usage.output_tokens > 30
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


async def test_events_are_numbered_and_come_in_order(simulator):
    events = await to_thread(ask, simulator)

    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = list(dict.fromkeys(event.type for event in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


async def test_the_asynchronous_client_gets_the_same(simulator):
    expected = await to_thread(accumulate, simulator)
    async with openai.AsyncOpenAI(base_url=simulator + "/v1", api_key="any") as client:
        async with client.responses.stream(model=MODEL, input=SPACE) as stream:
            assert await stream.get_final_response() == expected
        whole = await client.responses.create(model=MODEL, input=SPACE)

    assert whole.output_text == expected.output_text
    assert whole.usage == expected.usage


async def test_two_cities_are_two_calls_and_the_results_become_text(simulator):
    question = {"role": "user", "content": TWO_CITIES}
    response = await to_thread(accumulate, simulator, input=[question], tools=[WEATHER])

    assert [json.loads(call.arguments)["city"] for call in response.output] == ["Paris", "São Paulo"]
    assert len({call.call_id for call in response.output}) == 2

    spoken = [
        {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments}
        for call in response.output
    ]
    told = [{"type": "function_call_output", "call_id": call.call_id, "output": "18 °C"} for call in response.output]
    response = await to_thread(accumulate, simulator, input=[question, *spoken, *told], tools=[WEATHER])
    assert "18 °C; 18 °C" in response.output_text


async def test_reasoning_is_an_item_with_the_summary_that_was_asked_for(simulator):
    asked = {"reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"]}
    response = await to_thread(accumulate, simulator, **asked)

    reasoning, message = response.output
    assert "space" in reasoning.summary[0].text
    assert reasoning.encrypted_content
    assert message.type == "message"
    assert response.usage.output_tokens_details.reasoning_tokens > 0

    silent = await to_thread(accumulate, simulator, reasoning={"effort": "low"})
    assert silent.output[0].summary == []


async def test_a_limit_makes_the_response_incomplete(simulator):
    *_, last = await to_thread(ask, simulator, max_output_tokens=9)

    assert last.type == "response.incomplete"
    assert last.response.incomplete_details.reason == "max_output_tokens"
    assert last.response.usage.output_tokens == 9


async def test_a_pydantic_model_is_filled(simulator):
    response = await to_thread(accumulate, simulator, text_format=Forecast)

    assert isinstance(response.output_parsed, Forecast)


async def test_settings_are_repeated(simulator):
    response = await to_thread(accumulate, simulator, instructions="Be kind.", metadata={"a": "b"}, temperature=0.5)

    assert (response.instructions, response.metadata, response.temperature) == ("Be kind.", {"a": "b"}, 0.5)


async def test_langchain_speaks_it_too(simulator):
    chat = ChatOpenAI(model=MODEL, base_url=simulator + "/v1", api_key="any", use_responses_api=True)
    whole = None
    async for chunk in chat.bind_tools([WEATHER]).astream(TWO_CITIES):
        whole = chunk if whole is None else whole + chunk

    assert [call["args"]["city"] for call in whole.tool_calls] == ["Paris", "São Paulo"]


async def test_a_failure_in_the_stream_is_raised(simulator):
    with pytest.raises(openai.APIError, match="failed to answer"):
        await to_thread(ask, simulator, model="simulate-error-mid-stream")
