"""LangChain's events, of which four are enough: the stream is left in its middle."""
# ruff: noqa: T201 - a client program prints

import asyncio

from langchain_anthropic import ChatAnthropic


async def main() -> None:
    seen = 0
    async for event in ChatAnthropic(model="claude-haiku").astream_events("A haiku about gears, please", version="v2"):
        print(event["event"], getattr(event["data"].get("chunk"), "content", ""))
        seen += 1
        if seen == 4:
            break


asyncio.run(main())
