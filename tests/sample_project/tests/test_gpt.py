"""The agent on OpenAI's API. Record anew: pytest --cassette-mode all, with a key in OPENAI_API_KEY."""

import asyncio

import pytest
from openai import AsyncOpenAI, OpenAI
from picnic.gpt import Chat, ask, ask_async

pytestmark = pytest.mark.cassette


def test_two_turns_with_tools(cassette):
    chat = Chat()
    with OpenAI() as client:
        assert "celsius" in ask(client, chat, "What is the weather in Oslo and Bergen at 14 o'clock?")
        assert "left" in ask(client, chat, "And what is in stock in Oslo?")
    assert len(cassette.interactions) == 4


async def test_several_chats_at_once(cassette):
    cities = ("Rome", "Lisbon", "Athens")
    questions = [f"What is the weather in {city} at 9 o'clock?" for city in cities]
    async with AsyncOpenAI() as client:
        answers = await asyncio.gather(*(ask_async(client, Chat(), question) for question in questions))
    assert [city in answer for city, answer in zip(cities, answers, strict=True)] == [True] * 3
    assert len(cassette.interactions) == 6


def test_a_limit_of_requests_is_waited_for(cassette):
    # What a provider does now and then, the simulated one does when this header asks it to.
    with OpenAI(default_headers={"x-simulate": "error=429; times=1; retry=10"}) as client:
        assert ask(client, Chat(), "May one grill in a park?")
    assert [interaction.response.status for interaction in cassette.interactions] == [429, 200]
