"""Calls of every SDK as people write them. Each asks for the same, and keeps the text as far as it came."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

RETRIES = 1
KEY = "a-key-for-tests"
ASK = [{"role": "user", "content": "Tell me of the sea"}]


class To(NamedTuple):
    """Whom to ask, how long to wait for a read (seconds), and where the text goes."""

    url: str
    timeout: float
    said: list[str]


class Call(NamedTuple):
    """One way to ask. `streamed`: the answer comes in pieces."""

    name: str
    provider: str
    streamed: bool
    run: Callable[[To], None]

    @property
    def id(self) -> str:
        return "".join(letter if letter.isalnum() else "-" for letter in self.name).strip("-")


def anthropic_client(to: To, kind: str = "Anthropic") -> Any:
    import anthropic

    return getattr(anthropic, kind)(base_url=to.url, api_key=KEY, timeout=to.timeout, max_retries=RETRIES)


def anthropic_stream(to: To) -> None:
    with anthropic_client(to).messages.stream(model="claude-x", max_tokens=300, messages=ASK) as stream:
        for text in stream.text_stream:
            to.said.append(text)
        stream.get_final_message()


def anthropic_async(to: To) -> None:
    async def ask() -> None:
        async with anthropic_client(to, "AsyncAnthropic") as client:
            asked = {"model": "claude-x", "max_tokens": 300, "messages": ASK}
            async with client.messages.stream(**asked) as stream:
                async for text in stream.text_stream:
                    to.said.append(text)
                await stream.get_final_message()

    asyncio.run(ask())


def anthropic_raw(to: To) -> None:
    for event in anthropic_client(to).messages.create(model="claude-x", max_tokens=300, messages=ASK, stream=True):
        if event.type == "content_block_delta":
            to.said.append(event.delta.text)


def anthropic_create(to: To) -> None:
    message = anthropic_client(to).messages.create(model="claude-x", max_tokens=300, messages=ASK)
    to.said.append(message.content[0].text)


def openai_client(to: To, kind: str = "OpenAI") -> Any:
    import openai

    return getattr(openai, kind)(base_url=to.url, api_key=KEY, timeout=to.timeout, max_retries=RETRIES)


def openai_chat_stream(to: To) -> None:
    for chunk in openai_client(to).chat.completions.create(model="gpt-x", messages=ASK, stream=True):
        to.said.extend(choice.delta.content or "" for choice in chunk.choices)


def openai_chat_async(to: To) -> None:
    async def ask() -> None:
        async with openai_client(to, "AsyncOpenAI") as client:
            async for chunk in await client.chat.completions.create(model="gpt-x", messages=ASK, stream=True):
                to.said.extend(choice.delta.content or "" for choice in chunk.choices)

    asyncio.run(ask())


def openai_chat_create(to: To) -> None:
    answer = openai_client(to).chat.completions.create(model="gpt-x", messages=ASK)
    to.said.append(answer.choices[0].message.content)


def openai_responses_events(to: To) -> None:
    for event in openai_client(to).responses.create(model="gpt-x", input="Tell me of the sea", stream=True):
        if event.type == "response.output_text.delta":
            to.said.append(event.delta)


def openai_responses_stream(to: To) -> None:
    with openai_client(to).responses.stream(model="gpt-x", input="Tell me of the sea") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                to.said.append(event.delta)
        stream.get_final_response()


def openai_responses_create(to: To) -> None:
    to.said.append(openai_client(to).responses.create(model="gpt-x", input="Tell me of the sea").output_text)


def gemini_client(to: To) -> Any:
    from google import genai

    options = genai.types.HttpOptions(base_url=to.url, timeout=int(to.timeout * 1000))
    return genai.Client(api_key=KEY, http_options=options)


def gemini_stream(to: To) -> None:
    asked = {"model": "gemini-x", "contents": "Tell me of the sea"}
    with gemini_client(to) as client:
        for chunk in client.models.generate_content_stream(**asked):
            to.said.append(chunk.text or "")


def gemini_async(to: To) -> None:
    async def ask() -> None:
        async with gemini_client(to).aio as client:
            asked = {"model": "gemini-x", "contents": "Tell me of the sea"}
            async for chunk in await client.models.generate_content_stream(**asked):
                to.said.append(chunk.text or "")

    asyncio.run(ask())


def gemini_create(to: To) -> None:
    with gemini_client(to) as client:
        answer = client.models.generate_content(model="gemini-x", contents="Tell me of the sea")
    to.said.append(answer.text or "")


def ollama_stream(to: To) -> None:
    import ollama

    for line in ollama.Client(host=to.url, timeout=to.timeout).chat(model="llama-x", messages=ASK, stream=True):
        to.said.append(line.message.content or "")


def ollama_create(to: To) -> None:
    import ollama

    to.said.append(
        ollama.Client(host=to.url, timeout=to.timeout).chat(model="llama-x", messages=ASK).message.content or ""
    )


def cohere_client(to: To) -> Any:
    import cohere

    return cohere.ClientV2(api_key=KEY, base_url=to.url, timeout=to.timeout)


def cohere_stream(to: To) -> None:
    options = {"max_retries": RETRIES}
    for event in cohere_client(to).chat_stream(model="command-x", messages=ASK, request_options=options):
        if event.type == "content-delta":
            to.said.append(event.delta.message.content.text)


def cohere_create(to: To) -> None:
    answer = cohere_client(to).chat(model="command-x", messages=ASK, request_options={"max_retries": RETRIES})
    to.said.append(answer.message.content[0].text)


def mistral_client(to: To) -> Any:
    from mistralai.client import Mistral

    return Mistral(api_key=KEY, server_url=to.url.removesuffix("/v1"), timeout_ms=int(to.timeout * 1000))


def mistral_stream(to: To) -> None:
    for event in mistral_client(to).chat.stream(model="mistral-x", messages=ASK):
        to.said.extend(choice.delta.content or "" for choice in event.data.choices)


def mistral_create(to: To) -> None:
    to.said.append(mistral_client(to).chat.complete(model="mistral-x", messages=ASK).choices[0].message.content)


def chat_anthropic(to: To) -> Any:
    from langchain_anthropic import ChatAnthropic

    return ChatAnthropic(model="claude-x", base_url=to.url, api_key=KEY, timeout=to.timeout, max_retries=RETRIES)


def chat_openai(to: To) -> Any:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="gpt-x", base_url=to.url, api_key=KEY, timeout=to.timeout, max_retries=RETRIES)


def chat_anthropic_stream(to: To) -> None:
    to.said.extend(chunk.text for chunk in chat_anthropic(to).stream("Tell me of the sea"))


def chat_openai_stream(to: To) -> None:
    to.said.extend(chunk.text for chunk in chat_openai(to).stream("Tell me of the sea"))


def chat_anthropic_invoke(to: To) -> None:
    to.said.append(chat_anthropic(to).invoke("Tell me of the sea").text)


def chat_openai_invoke(to: To) -> None:
    to.said.append(chat_openai(to).invoke("Tell me of the sea").text)


CALLS = (
    Call("anthropic `messages.stream`", "anthropic", True, anthropic_stream),
    Call("anthropic `messages.stream`, async", "anthropic", True, anthropic_async),
    Call("anthropic `create(stream=True)`", "anthropic", True, anthropic_raw),
    Call("LangChain `ChatAnthropic.stream`", "anthropic", True, chat_anthropic_stream),
    Call("openai chat `create(stream=True)`", "openai", True, openai_chat_stream),
    Call("openai chat `create(stream=True)`, async", "openai", True, openai_chat_async),
    Call("openai `responses.create(stream=True)`", "openai", True, openai_responses_events),
    Call("openai `responses.stream`", "openai", True, openai_responses_stream),
    Call("LangChain `ChatOpenAI.stream`", "openai", True, chat_openai_stream),
    Call("google-genai `generate_content_stream`", "gemini", True, gemini_stream),
    Call("google-genai `generate_content_stream`, async", "gemini", True, gemini_async),
    Call("ollama `chat(stream=True)`", "ollama", True, ollama_stream),
    Call("cohere `chat_stream`", "cohere", True, cohere_stream),
    Call("mistralai `chat.stream`", "mistral", True, mistral_stream),
    Call("anthropic `create`", "anthropic", False, anthropic_create),
    Call("LangChain `ChatAnthropic.invoke`", "anthropic", False, chat_anthropic_invoke),
    Call("openai chat `create`", "openai", False, openai_chat_create),
    Call("openai `responses.create`", "openai", False, openai_responses_create),
    Call("LangChain `ChatOpenAI.invoke`", "openai", False, chat_openai_invoke),
    Call("google-genai `generate_content`", "gemini", False, gemini_create),
    Call("ollama `chat`", "ollama", False, ollama_create),
    Call("cohere `chat`", "cohere", False, cohere_create),
    Call("mistralai `chat.complete`", "mistral", False, mistral_create),
)
