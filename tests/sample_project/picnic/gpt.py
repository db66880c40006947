"""The agent on OpenAI's API."""

import json
from typing import Any

from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk

from picnic.tools import TOOLS, look_up

MODEL = "gpt-5.2"
TEMPERATURE = 0.2
SYSTEM = "You plan picnics. Look up the weather and the shelves before you advise, and answer in two sentences."


class Answer:
    """An answer, put together from its chunks."""

    def __init__(self) -> None:
        self.text = ""
        self.calls: dict[int, dict[str, Any]] = {}

    def add(self, chunk: ChatCompletionChunk) -> None:
        for choice in chunk.choices:
            self.text += choice.delta.content or ""
            for part in choice.delta.tool_calls or ():
                if part.id:
                    function = {"name": part.function.name, "arguments": ""}
                    self.calls[part.index] = {"id": part.id, "type": "function", "function": function}
                self.calls[part.index]["function"]["arguments"] += part.function.arguments or ""


class Chat:
    """A conversation so far."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = [{"role": "system", "content": SYSTEM}]

    def say(self, content: Any) -> None:
        self.messages.append({"role": "user", "content": content})

    def request(self) -> dict[str, Any]:
        functions = [{"name": tool.name, "description": tool.description, "parameters": tool.schema} for tool in TOOLS]
        tools = [{"type": "function", "function": function} for function in functions]
        return {
            "model": MODEL,
            "temperature": TEMPERATURE,
            "stream": True,
            "tools": tools,
            "messages": self.messages,
        }

    def take(self, answer: Answer) -> bool:
        """Add an answer, and the results of the tools that it calls; whether there are any."""
        message: dict[str, Any] = {"role": "assistant", "content": answer.text}
        if answer.calls:
            message["tool_calls"] = list(answer.calls.values())
        self.messages.append(message)
        for call in answer.calls.values():
            arguments = json.loads(call["function"]["arguments"])
            found = json.dumps(look_up(call["function"]["name"], arguments))
            self.messages.append({"role": "tool", "tool_call_id": call["id"], "content": found})
        return bool(answer.calls)


def ask(client: OpenAI, chat: Chat, question: str) -> str:
    """Ask, call tools as long as the model wants to, and give its last words."""
    chat.say(question)
    while True:
        answer = Answer()
        for chunk in client.chat.completions.create(**chat.request()):
            answer.add(chunk)
        if not chat.take(answer):
            return answer.text


async def ask_async(client: AsyncOpenAI, chat: Chat, question: str) -> str:
    chat.say(question)
    while True:
        answer = Answer()
        async for chunk in await client.chat.completions.create(**chat.request()):
            answer.add(chunk)
        if not chat.take(answer):
            return answer.text
