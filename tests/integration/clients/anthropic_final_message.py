"""The accumulated message after the stream, with thinking, parallel tool calls and usage."""
# ruff: noqa: T201 - a client program prints

import anthropic

WEATHER = {
    "name": "weather",
    "description": "The weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}

client = anthropic.Anthropic()
with client.messages.stream(
    model="claude-sonnet",
    max_tokens=3000,
    thinking={"type": "enabled", "budget_tokens": 1024},
    tools=[WEATHER],
    messages=[{"role": "user", "content": "What is the weather in Zürich and São Paulo?"}],
) as stream:
    message = stream.get_final_message()
print(message.model_dump_json(indent=1))
