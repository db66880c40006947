"""A client that blocks: one streamed answer from a cassette."""

import json
import urllib.request

__all__ = ["ask"]


def ask(cassette, text="hello"):
    """The answer's body."""
    body = {"model": "claude", "max_tokens": 99, "stream": True, "messages": [{"role": "user", "content": text}]}
    url = f"{cassette.base_url('anthropic')}/v1/messages"
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()
