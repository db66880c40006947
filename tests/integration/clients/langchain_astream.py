"""LangChain, asynchronously."""
# ruff: noqa: T201 - a client program prints

import asyncio

from langchain_anthropic import ChatAnthropic


async def main() -> None:
    async for chunk in ChatAnthropic(model="claude-haiku").astream("A haiku about gears, please"):
        print(chunk.content, end="|", flush=True)
    print()


asyncio.run(main())
