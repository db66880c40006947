"""Gemini's API, asked by the real SDK: its decoder takes nothing but what the provider sends."""

import json
from asyncio import to_thread

import aiohttp
import pytest
from google import genai
from google.genai import errors, types

from tests.gateway.simulator.conftest import TWO_CITIES

SPACE = "Tell me a short story about space."
MODEL = "gemini-2.5-flash"
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            parameters=types.Schema(type="OBJECT", properties={"city": types.Schema(type="STRING")}),
        )
    ]
)
# google-genai subclasses aiohttp's session, which aiohttp discourages by a warning.
subclassed = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
NO_AUTOMATIC = types.AutomaticFunctionCallingConfig(disable=True)


def client(url, version="v1"):
    options = types.HttpOptions(base_url=url, api_version=version)
    return genai.Client(api_key="any", http_options=options)


def ask(url, contents=SPACE, model=MODEL, version="v1", **config):
    """All responses of a stream."""
    with client(url, version) as asking:
        config = types.GenerateContentConfig(**config)
        return list(asking.models.generate_content_stream(model=model, contents=contents, config=config))


def text_of(responses):
    parts = [part for response in responses for part in response.candidates[0].content.parts]
    return "".join(part.text or "" for part in parts if not part.thought)


@pytest.mark.parametrize("version", ["v1", "v1beta"])
async def test_a_story_is_streamed_and_counted(simulator, version):
    responses = await to_thread(ask, simulator, version=version)

    assert "space" in text_of(responses)
    assert [response.candidates[0].finish_reason for response in responses[-2:]] == [None, "STOP"]
    usage = responses[-1].usage_metadata
    assert usage.total_token_count == usage.prompt_token_count + usage.candidates_token_count
    assert responses[-1].model_version == MODEL


@subclassed
async def test_the_asynchronous_client_gets_the_same(simulator):
    expected = text_of(await to_thread(ask, simulator))
    async with client(simulator).aio as asking:
        stream = await asking.models.generate_content_stream(model=MODEL, contents=SPACE)
        assert text_of([response async for response in stream]) == expected
        whole = await asking.models.generate_content(model=MODEL, contents=SPACE)

    assert whole.text == expected


async def test_two_cities_are_two_calls_and_the_results_become_text(simulator):
    asked = types.Content(role="user", parts=[types.Part(text=TWO_CITIES)])
    settings = {"tools": [WEATHER], "automatic_function_calling": NO_AUTOMATIC}
    responses = await to_thread(ask, simulator, [asked], **settings)

    calls = [call for response in responses for call in response.function_calls or ()]
    assert [call.args for call in calls] == [{"city": "Paris"}, {"city": "São Paulo"}]
    assert responses[-1].candidates[0].finish_reason == "STOP"

    spoken = types.Content(role="model", parts=[types.Part(function_call=call) for call in calls])
    told = types.Content(
        role="user",
        parts=[types.Part.from_function_response(name=call.name, response={"degrees": 18}) for call in calls],
    )
    responses = await to_thread(ask, simulator, [asked, spoken, told], **settings)
    assert '{"degrees": 18}' in text_of(responses)


async def test_thoughts_are_parts_of_their_own_and_are_signed(simulator):
    responses = await to_thread(ask, simulator, thinking_config=types.ThinkingConfig(include_thoughts=True))

    parts = [part for response in responses for part in response.candidates[0].content.parts]
    assert "space" in "".join(part.text for part in parts if part.thought)
    assert parts[-1].thought_signature
    assert responses[-1].usage_metadata.thoughts_token_count > 0


async def test_limits_stops_and_schemas(simulator):
    limited = await to_thread(ask, simulator, max_output_tokens=5)
    stopped = await to_thread(ask, simulator, stop_sequences=["."])
    schema = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}, "warm": {"type": "BOOLEAN"}}}
    filled = await to_thread(ask, simulator, response_mime_type="application/json", response_schema=schema)

    assert limited[-1].candidates[0].finish_reason == "MAX_TOKENS"
    assert limited[-1].usage_metadata.candidates_token_count == 5
    assert "." not in text_of(stopped)
    assert json.loads(text_of(filled)) == {"city": "Zürich", "warm": True}


@subclassed
async def test_counting_and_models(simulator):
    last = (await to_thread(ask, simulator))[-1]
    async with client(simulator).aio as asking:
        counted = await asking.models.count_tokens(model=MODEL, contents=SPACE)
        listed = [model.name async for model in await asking.models.list()]
        one = await asking.models.get(model=MODEL)

    assert counted.total_tokens == last.usage_metadata.prompt_token_count
    assert f"models/{MODEL}" in listed
    assert one.name == f"models/{MODEL}"


async def test_a_failure_in_the_stream_is_raised(simulator):
    with pytest.raises(errors.APIError, match="overloaded"):
        await to_thread(ask, simulator, model="simulate-error-mid-stream")


async def test_errors_have_the_providers_shape(simulator):
    with pytest.raises(errors.ClientError) as refused:
        await to_thread(ask, simulator, model="simulate-429")

    assert (refused.value.code, refused.value.status) == (429, "RESOURCE_EXHAUSTED")


async def test_the_two_framings_carry_the_same_responses(simulator):
    path = f"{simulator}/v1beta/models/{MODEL}:streamGenerateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": TWO_CITIES}]}]}
    async with aiohttp.ClientSession() as session:
        async with session.post(path, params={"alt": "sse"}, json=body) as response:
            events = (await response.read()).split(b"\r\n\r\n")
            assert response.headers["Content-Type"] == "text/event-stream"
        async with session.post(path, json=body) as response:
            array = await response.json()
            assert response.headers["Content-Type"] == "application/json; charset=UTF-8"

    assert events.pop() == b""
    assert [json.loads(event.removeprefix(b"data: ")) for event in events] == array
    assert len(array) > 30


async def test_an_array_that_fails_is_still_an_array(simulator):
    path = f"{simulator}/v1beta/models/simulate-error-mid-stream:streamGenerateContent"
    async with aiohttp.ClientSession() as session, session.post(path, json={"contents": []}) as response:
        array = await response.json()

    assert len(array) == 7
    assert array[-1]["error"]["status"] == "UNAVAILABLE"


async def test_an_unknown_method_is_not_found(simulator):
    path = f"{simulator}/v1beta/models/{MODEL}:embedContent"
    async with aiohttp.ClientSession() as session, session.post(path, json={}) as response:
        assert response.status == 404
        assert (await response.json())["error"]["status"] == "NOT_FOUND"
