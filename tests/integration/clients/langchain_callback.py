"""LangChain with a callback that prints tokens as they come, sync and async."""
# ruff: noqa: T201 - a client program prints

import asyncio

from langchain_core.callbacks import StreamingStdOutCallbackHandler
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

chat = ChatOpenAI(model="gpt-5", streaming=True, callbacks=[StreamingStdOutCallbackHandler()], temperature=0.7)
print("->", chat.invoke("Praise the semicolon").content)


async def main() -> None:
    async for chunk in ChatOpenAI(model="gpt-5").astream([SystemMessage("Be brief."), HumanMessage("Praise the tab")]):
        print(chunk.content, end="|", flush=True)
    print()


asyncio.run(main())
