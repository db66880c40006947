"""The shortest stream: only the text."""
# ruff: noqa: T201 - a client program prints

import anthropic

client = anthropic.Anthropic()
with client.messages.stream(
    model="claude-haiku", max_tokens=500, messages=[{"role": "user", "content": "Describe the sea in winter."}]
) as stream:
    for text in stream.text_stream:
        print(text, end="|", flush=True)
print()
