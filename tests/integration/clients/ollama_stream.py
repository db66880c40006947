"""Ollama's own client: lines of JSON, in a chat and for a prompt."""
# ruff: noqa: T201 - a client program prints

import ollama

for part in ollama.chat(model="llama", messages=[{"role": "user", "content": "Say hello in Thai"}], stream=True):
    print(part.message.content, end="|", flush=True)
print()
for part in ollama.generate(model="llama", prompt="Once upon a time", stream=True):
    print(part.response, part.eval_count, end="|", flush=True)
print()
