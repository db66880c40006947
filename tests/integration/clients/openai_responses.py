"""The Responses API: every event, and what they add up to."""
# ruff: noqa: T201 - a client program prints

import asyncio

import openai

with openai.OpenAI().responses.stream(model="gpt-5", input="Name three bridges.") as stream:
    for event in stream:
        print(event.type, end=" ", flush=True)
    print(stream.get_final_response().model_dump_json())


async def main() -> None:
    async with openai.AsyncOpenAI() as client:
        async for event in await client.responses.create(model="gpt-5", input="Name a dam.", stream=True):
            print(event.type, getattr(event, "delta", ""), end="|", flush=True)
    print()


asyncio.run(main())
