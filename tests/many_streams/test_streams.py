"""As many tests as MANY says, half of them on each SDK, half of each asynchronous; and all of that ROUNDS times over.

Each asks for a model of its own and is told its name, so an answer that belongs to another test is noticed. With PLAIN
set they are the same tests without the plugin: whoever runs them says in the environment where the SDKs ask.
"""

import os

import anthropic
import openai
import pytest

PLAIN = "PLAIN" in os.environ
QUARTER = int(os.environ["MANY"]) // 4
ROUNDS = int(os.environ.get("ROUNDS", "1"))


def cases(kind: str) -> pytest.MarkDecorator:
    """Numbers for the tests of one kind; in each round the same cassettes."""
    names = [f"{kind}-{number}" for number in range(QUARTER)]
    marks = {name: () if PLAIN else pytest.mark.cassette(f"streams/{name}") for name in names}
    return pytest.mark.parametrize(
        "model",
        [pytest.param(name, marks=marks[name], id=f"{name}-{again}") for again in range(ROUNDS) for name in names],
    )


def asked(model: str) -> dict:
    return {"model": model, "messages": [{"role": "user", "content": f"Tell me something about {model}."}]}


@cases("claude")
def test_anthropic(model):
    with (
        anthropic.Anthropic() as client,
        client.messages.stream(max_tokens=500, **asked(model)) as stream,
    ):
        assert "".join(stream.text_stream)
        assert stream.get_final_message().model == model


@cases("claude-async")
async def test_anthropic_async(model):
    async with (
        anthropic.AsyncAnthropic() as client,
        client.messages.stream(max_tokens=500, **asked(model)) as stream,
    ):
        assert "".join([piece async for piece in stream.text_stream])
        assert (await stream.get_final_message()).model == model


@cases("gpt")
def test_openai(model):
    with openai.OpenAI() as client:
        chunks = list(client.chat.completions.create(stream=True, **asked(model)))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks} == {model}


@cases("gpt-async")
async def test_openai_async(model):
    async with openai.AsyncOpenAI() as client:
        stream = await client.chat.completions.create(stream=True, **asked(model))
        chunks = [chunk async for chunk in stream]
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks} == {model}
