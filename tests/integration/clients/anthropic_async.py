"""Several streams at once in one event loop, two of them with the same body."""
# ruff: noqa: T201 - a client program prints

import asyncio

import anthropic


async def ask(client: anthropic.AsyncAnthropic, question: str) -> str:
    async with client.messages.stream(
        model="claude-sonnet", max_tokens=500, messages=[{"role": "user", "content": question}]
    ) as stream:
        return "|".join([text async for text in stream.text_stream])


async def main() -> None:
    async with anthropic.AsyncAnthropic() as client:
        for answer in await asyncio.gather(*(ask(client, word) for word in ("one", "two", "one", "三つ"))):
            print(answer)


asyncio.run(main())
