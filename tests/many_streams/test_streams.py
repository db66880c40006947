"""As many tests as MANY says, half of them on each SDK, half of each asynchronous; and all of that ROUNDS times over.

Each asks for a model of its own and is told its name, so an answer that belongs to another test is noticed. WAYS says
where they ask, as JSON: `{"plugin": {}}` for the plugin, any other name with the environment that the SDKs need. With
several ways each test comes once for each, one after the other.
"""

import json
import os

import anthropic
import openai
import pytest

WAYS = list(json.loads(os.environ.get("WAYS", '{"plugin": {}}')))
QUARTER = int(os.environ["MANY"]) // 4
ROUNDS = int(os.environ.get("ROUNDS", "1"))


def cases(kind: str) -> pytest.MarkDecorator:
    """Models for the tests of one kind; in each round the same. No way is always the first."""
    found = []
    for again in range(ROUNDS):
        for number in range(QUARTER):
            model, first = f"{kind}-{number}", number % len(WAYS)
            for way in WAYS[first:] + WAYS[:first]:
                marks = pytest.mark.cassette(f"streams/{model}") if way == "plugin" else ()
                found.append(pytest.param(model, way, marks=marks, id=f"{model}-{way}-{again}"))
    return pytest.mark.parametrize(("model", "way"), found, indirect=["way"])


def asked(model: str) -> dict:
    return {"model": model, "messages": [{"role": "user", "content": f"Tell me something about {model}."}]}


@cases("claude")
def test_anthropic(model, way):
    with (
        anthropic.Anthropic() as client,
        client.messages.stream(max_tokens=500, **asked(model)) as stream,
    ):
        assert "".join(stream.text_stream)
        assert stream.get_final_message().model == model


@cases("claude-async")
async def test_anthropic_async(model, way):
    async with (
        anthropic.AsyncAnthropic() as client,
        client.messages.stream(max_tokens=500, **asked(model)) as stream,
    ):
        assert "".join([piece async for piece in stream.text_stream])
        assert (await stream.get_final_message()).model == model


@cases("gpt")
def test_openai(model, way):
    with openai.OpenAI() as client:
        chunks = list(client.chat.completions.create(stream=True, **asked(model)))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks} == {model}


@cases("gpt-async")
async def test_openai_async(model, way):
    async with openai.AsyncOpenAI() as client:
        stream = await client.chat.completions.create(stream=True, **asked(model))
        chunks = [chunk async for chunk in stream]
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks} == {model}
