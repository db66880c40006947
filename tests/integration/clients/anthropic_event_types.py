"""Every event of the SDK's own accumulator, pings and deltas alike."""
# ruff: noqa: T201 - a client program prints

import anthropic

client = anthropic.Anthropic()
with client.messages.stream(
    model="claude-sonnet", max_tokens=500, messages=[{"role": "user", "content": "Tell a tale of two lighthouses."}]
) as stream:
    for event in stream:
        print(event.type, end=" ", flush=True)
print()
