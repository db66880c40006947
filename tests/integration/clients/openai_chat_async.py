"""Chat completions, several at once in one event loop; one of them is refused and retried by the SDK."""
# ruff: noqa: T201 - a client program prints

import asyncio

import openai


async def ask(client: openai.AsyncOpenAI, model: str, question: str) -> str:
    stream = await client.chat.completions.create(
        model=model, stream=True, messages=[{"role": "user", "content": question}]
    )
    return "|".join([chunk.choices[0].delta.content or "" async for chunk in stream])


async def main() -> None:
    asked = [("gpt-5", "What is moss?"), ("gpt-5", "苔とは何ですか"), ("simulate-429;times=1", "Hello?")]
    async with openai.AsyncOpenAI() as client:
        for answer in await asyncio.gather(*(ask(client, *pair) for pair in asked)):
            print(answer)


asyncio.run(main())
