"""Gemini: streaming, sync and async, and in one piece."""
# ruff: noqa: T201 - a client program prints

import asyncio

from google import genai

client = genai.Client()
for chunk in client.models.generate_content_stream(model="gemini-flash", contents="Why is the sky blue?"):
    print(chunk.text, end="|", flush=True)
print()
print(client.models.generate_content(model="gemini-flash", contents="Why is the sky blue?").text)


async def main() -> None:
    async for chunk in await client.aio.models.generate_content_stream(model="gemini-flash", contents="Und nachts?"):
        print(chunk.text, end="|", flush=True)
    print()


asyncio.run(main())
