"""Chat completions: text with usage, then parallel tool calls, then without streaming."""
# ruff: noqa: T201 - a client program prints

import openai

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}

client = openai.OpenAI()
for chunk in client.chat.completions.create(
    model="gpt-5",
    stream=True,
    stream_options={"include_usage": True},
    messages=[{"role": "user", "content": "What is a fjord?"}],
):
    print(chunk.usage or chunk.choices[0].delta.content, end="|", flush=True)
print()
with client.chat.completions.stream(
    model="gpt-5", tools=[TOOL], messages=[{"role": "user", "content": "The weather in Paris and Oslo?"}]
) as stream:
    print(stream.get_final_completion().model_dump_json())
whole = client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "What is a fjord?"}])
print(whole.model_dump_json())
