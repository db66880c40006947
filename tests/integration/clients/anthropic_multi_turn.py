"""A conversation: each request contains the answers before it, the same question twice."""
# ruff: noqa: T201 - a client program prints

import anthropic

client = anthropic.Anthropic()
messages: list[anthropic.types.MessageParam] = []
for question in ("Name a river.", "And a longer one?", "Name a river."):
    messages.append({"role": "user", "content": question})
    with client.messages.stream(model="claude-sonnet", max_tokens=500, messages=messages) as stream:
        answer = "".join(stream.text_stream)
    messages.append({"role": "assistant", "content": answer})
    print(question, "->", answer)
