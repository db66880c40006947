"""LangChain, chunk by chunk. The same question as the other two langchain_* programs of Anthropic."""
# ruff: noqa: T201 - a client program prints

from langchain_anthropic import ChatAnthropic

chat = ChatAnthropic(model="claude-haiku")
for chunk in chat.stream("A haiku about gears, please"):
    print(chunk.content, end="|", flush=True)
print()
