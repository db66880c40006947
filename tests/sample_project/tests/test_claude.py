"""The agent on Anthropic's API. Record anew: pytest --cassette-mode all, with a key in ANTHROPIC_API_KEY."""

import asyncio

import pytest
from picnic.claude import Chat, ask, ask_async, connect, connect_async

pytestmark = pytest.mark.cassette


def test_a_question_that_needs_no_tool():
    with connect() as client:
        assert ask(client, Chat(), "Which blanket is best on wet grass?")


def test_two_turns_with_tools(cassette):
    chat = Chat()
    with connect() as client:
        assert "celsius" in ask(client, chat, "What is the weather in Oslo and Bergen at 14 o'clock?")
        assert "left" in ask(client, chat, "And what is in stock in Oslo?")
    assert [message["role"] for message in chat.messages] == ["user", "assistant"] * 4
    assert len(cassette.interactions) == 4


async def test_several_chats_at_once(cassette):
    cities = ("Rome", "Lisbon", "Athens")
    questions = [f"What is the weather in {city} at 9 o'clock?" for city in cities]
    async with connect_async() as client:
        answers = await asyncio.gather(*(ask_async(client, Chat(), question) for question in questions))
    assert [city in answer for city, answer in zip(cities, answers, strict=True)] == [True] * 3
    assert len(cassette.interactions) == 6


def test_an_overloaded_provider_is_asked_again(cassette):
    # What a provider does now and then, the simulated one does when this header asks it to.
    with connect(**{"x-simulate": "error=529; times=2; retry=10"}) as client:
        assert ask(client, Chat(), "May one grill in a park?")
    assert [interaction.response.status for interaction in cassette.interactions] == [529, 529, 200]
