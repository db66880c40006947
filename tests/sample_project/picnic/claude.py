"""The agent on Anthropic's API."""

import json
from itertools import count
from typing import Any

from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Message

from picnic.tools import TOOLS, look_up

MODEL = "claude-sonnet-4-6"
HEADERS = {"x-app": "picnic/1"}
SYSTEM = "You plan picnics. Look up the weather and the shelves before you advise, and answer in two sentences."


def connect(**headers: str) -> Anthropic:
    return Anthropic(default_headers={**HEADERS, **headers})


def connect_async(**headers: str) -> AsyncAnthropic:
    return AsyncAnthropic(default_headers={**HEADERS, **headers})


class Chat:
    """A conversation so far. Calls get ids of ours: a chat may go on with another provider."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._numbers = count(1)

    def say(self, content: Any) -> None:
        self.messages.append({"role": "user", "content": content})

    def request(self) -> dict[str, Any]:
        """What is asked next."""
        tools = [{"name": tool.name, "description": tool.description, "input_schema": tool.schema} for tool in TOOLS]
        return {
            "model": MODEL,
            "max_tokens": 1000,
            "system": SYSTEM,
            "tools": tools,
            "messages": self.messages,
        }

    def take(self, message: Message) -> bool:
        """Add an answer, and the results of the tools that it calls; whether there are any."""
        said: list[dict[str, Any]] = []
        results: list[dict[str, Any]] = []
        for block in message.content:
            if block.type == "text":
                said.append({"type": "text", "text": block.text})
            elif block.type == "tool_use":
                number = f"call_{next(self._numbers)}"
                arguments = dict(block.input)
                said.append({"type": "tool_use", "id": number, "name": block.name, "input": arguments})
                found = json.dumps(look_up(block.name, arguments))
                results.append({"type": "tool_result", "tool_use_id": number, "content": found})
        self.messages.append({"role": "assistant", "content": said})
        if results:
            self.say(results)
        return bool(results)


def ask(client: Anthropic, chat: Chat, question: Any) -> str:
    """Ask, call tools as long as the model wants to, and give its last words."""
    chat.say(question)
    while True:
        with client.messages.stream(**chat.request()) as stream:
            text = "".join(stream.text_stream)
            message = stream.get_final_message()
        if not chat.take(message):
            return text


async def ask_async(client: AsyncAnthropic, chat: Chat, question: Any) -> str:
    chat.say(question)
    while True:
        async with client.messages.stream(**chat.request()) as stream:
            text = "".join([piece async for piece in stream.text_stream])
            message = await stream.get_final_message()
        if not chat.take(message):
            return text
