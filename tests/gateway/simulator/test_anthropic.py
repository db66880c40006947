"""Anthropic's API, asked by the real SDK and by LangChain."""

import json
from asyncio import to_thread

import aiohttp
import anthropic
import pytest
from langchain_anthropic import ChatAnthropic

from gateway.simulator.anthropic import ANTHROPIC
from gateway.simulator.script import write
from gateway.simulator.simulation import Simulation
from tests.gateway.simulator.conftest import TWO_CITIES, WEATHER_SCHEMA

SPACE = [{"role": "user", "content": "Tell me a short story about space."}]
WEATHER = {"name": "get_weather", "description": "The weather", "input_schema": WEATHER_SCHEMA}
MODEL = "claude-sonnet-4-6"


def ask(url, **more):
    """The final message of a stream, and its text as it came."""
    with (
        anthropic.Anthropic(base_url=url, api_key="any") as client,
        client.messages.stream(**{"model": MODEL, "max_tokens": 2048, "messages": SPACE, **more}) as stream,
    ):
        text = "".join(stream.text_stream)
        return stream.get_final_message(), text


async def test_a_story_is_streamed_and_counted(simulator):
    message, text = await to_thread(ask, simulator)

    assert "space" in text
    assert message.content[0].text == text
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 5
    assert message.usage.output_tokens > 30
    assert message.id.startswith("msg_01")


async def test_the_asynchronous_client_gets_the_same(simulator):
    message, text = await to_thread(ask, simulator)
    async with (
        anthropic.AsyncAnthropic(base_url=simulator, api_key="any") as client,
        client.messages.stream(model=MODEL, max_tokens=2048, messages=SPACE) as stream,
    ):
        assert "".join([piece async for piece in stream.text_stream]) == text
        assert await stream.get_final_message() == message


async def test_without_streaming_the_message_is_the_same_but_for_its_id(simulator):
    streamed, _ = await to_thread(ask, simulator)
    async with anthropic.AsyncAnthropic(base_url=simulator, api_key="any") as client:
        whole = await client.messages.create(model=MODEL, max_tokens=2048, messages=SPACE)

    assert whole.content == [type(whole.content[0]).model_validate(streamed.content[0].model_dump())]
    assert (whole.usage, whole.stop_reason) == (streamed.usage, streamed.stop_reason)


async def test_two_cities_are_two_calls_and_the_results_become_text(simulator):
    question = [{"role": "user", "content": TWO_CITIES}]
    message, _ = await to_thread(ask, simulator, messages=question, tools=[WEATHER])

    remark, *calls = message.content
    assert remark.type == "text"
    assert [call.input["city"] for call in calls] == ["Paris", "São Paulo"]
    assert calls[0].input == {"city": "Paris", "unit": "celsius", "days": 5}
    assert len({call.id for call in calls}) == 2
    assert message.stop_reason == "tool_use"

    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "18 °C, clear"} for call in calls]
    history = [
        *question,
        {"role": "assistant", "content": [block.model_dump() for block in message.content]},
        {"role": "user", "content": results},
    ]
    message, text = await to_thread(ask, simulator, messages=history, tools=[WEATHER])
    assert "18 °C, clear" in text
    assert message.stop_reason == "end_turn"


async def test_a_tool_without_arguments_gets_an_empty_object(simulator):
    tool = {"name": "list_files", "input_schema": {"type": "object", "properties": {}}}
    message, _ = await to_thread(ask, simulator, tools=[tool], tool_choice={"type": "any"})

    assert [(block.type, block.input) for block in message.content] == [("tool_use", {})]


async def test_one_call_where_parallel_ones_are_forbidden(simulator):
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    asked = [{"role": "user", "content": TWO_CITIES}]
    message, _ = await to_thread(ask, simulator, messages=asked, tools=[WEATHER], tool_choice=choice)

    assert [block.type for block in message.content] == ["text", "tool_use"]


async def test_thinking_comes_first_and_is_signed(simulator):
    message, text = await to_thread(ask, simulator, thinking={"type": "enabled", "budget_tokens": 1024})

    thinking, said = message.content
    assert thinking.type == "thinking"
    assert "space" in thinking.thinking
    assert len(thinking.signature) > 100
    assert said.text == text
    assert 0 < message.usage.output_tokens_details.thinking_tokens < message.usage.output_tokens


async def test_omitted_thinking_is_only_a_signature(simulator):
    message, _ = await to_thread(ask, simulator, thinking={"type": "adaptive", "display": "omitted"})

    assert message.content[0].thinking == ""
    assert message.content[0].signature


async def test_the_limit_is_kept(simulator):
    message, _ = await to_thread(ask, simulator, max_tokens=10)

    assert (message.usage.output_tokens, message.stop_reason) == (10, "max_tokens")


async def test_a_stop_sequence_ends_the_text_before_it(simulator):
    message, text = await to_thread(ask, simulator, stop_sequences=["never", "."])

    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", ".")
    assert "." not in text


async def test_a_schema_is_filled(simulator):
    wanted = {"format": {"type": "json_schema", "schema": WEATHER_SCHEMA}}
    _, text = await to_thread(ask, simulator, output_config=wanted)

    assert set(json.loads(text)) == {"city", "unit", "days"}


async def test_counting_agrees_with_the_answer(simulator):
    message, _ = await to_thread(ask, simulator, tools=[WEATHER])
    async with anthropic.AsyncAnthropic(base_url=simulator, api_key="any") as client:
        counted = await client.messages.count_tokens(model=MODEL, messages=SPACE, tools=[WEATHER])

    assert counted.input_tokens == message.usage.input_tokens


async def test_models_are_listed(simulator):
    async with anthropic.AsyncAnthropic(base_url=simulator, api_key="any") as client:
        listed = [model.id async for model in client.models.list()]
        one = await client.models.retrieve(MODEL)

    assert MODEL in listed
    assert one.display_name == "Claude Sonnet 4 6"


async def test_langchain_streams_text_tools_and_usage(simulator):
    chat = ChatAnthropic(model=MODEL, base_url=simulator, api_key="any")
    whole = None
    async for chunk in chat.bind_tools([WEATHER]).astream(TWO_CITIES):
        whole = chunk if whole is None else whole + chunk

    assert [call["args"]["city"] for call in whole.tool_calls] == ["Paris", "São Paulo"]
    assert whole.usage_metadata["output_tokens"] > 10

    chunks = await to_thread(lambda: [chunk.content for chunk in chat.stream("Sing a song about goldfish")])
    assert "goldfish" in "".join(chunks)


async def test_an_overloaded_model_reports_it_in_the_stream(simulator):
    with pytest.raises(anthropic.APIStatusError) as failed:
        await to_thread(ask, simulator, model="simulate-error-mid-stream")

    assert failed.value.body["error"]["type"] == "overloaded_error"


async def test_a_rate_limit_passes_when_the_sdk_tries_again(simulator):
    header = {"x-simulate": "error=429; times=2; retry=1"}
    message, _ = await to_thread(ask, simulator, extra_headers=header)
    assert message.stop_reason == "end_turn"


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (400, "invalid_request_error", anthropic.BadRequestError),
        (401, "authentication_error", anthropic.AuthenticationError),
        (429, "rate_limit_error", anthropic.RateLimitError),
        (500, "api_error", anthropic.InternalServerError),
        (529, "overloaded_error", anthropic.InternalServerError),
    ],
)
async def test_errors_have_the_providers_shape(simulator, status, kind, error):
    async with anthropic.AsyncAnthropic(base_url=simulator, api_key="any", max_retries=0) as client:
        with pytest.raises(error) as refused:
            await client.messages.create(model=f"simulate-{status}", max_tokens=9, messages=SPACE)

    assert refused.value.status_code == status
    assert refused.value.body["error"]["type"] == kind
    assert refused.value.request_id.startswith("req_011")


async def test_the_stream_starts_as_the_providers_does(simulator):
    body = {"model": MODEL, "max_tokens": 99, "messages": SPACE, "stream": True}
    async with aiohttp.ClientSession() as session, session.post(simulator + "/v1/messages", json=body) as response:
        names = [line.removeprefix("event: ") for line in (await response.text()).split("\n") if line[:6] == "event:"]

    assert names[:4] == ["message_start", "content_block_start", "ping", "content_block_delta"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["anthropic-ratelimit-requests-limit"] == "4000"


def test_an_answer_that_says_nothing_is_still_a_message():
    body = {"model": MODEL, "max_tokens": 0, "messages": [], "stream": True}
    script = write(ANTHROPIC.read(body), MODEL, Simulation(), "0" * 64)

    frames = ANTHROPIC.stream(script, body)
    assert [frame.split(b"\n")[0] for frame in frames.all] == [
        b"event: message_start",
        b"event: message_delta",
        b"event: message_stop",
    ]
    assert frames.opening == 1
