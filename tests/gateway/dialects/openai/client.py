"""OpenAI's own SDK, to which a response of the corpus comes."""

import httpx2
import openai

__all__ = ["client"]


def client(sample, *, end=b""):
    """The SDK whose every request is answered with this response. `end` is added to its body."""
    kind = "application/json" if sample.stream_kind == "none" else "text/event-stream"
    answer = httpx2.Response(sample.response.status, headers={"content-type": kind}, content=sample.body + end)
    transport = httpx2.MockTransport(lambda _request: answer)
    return openai.OpenAI(api_key="none", max_retries=0, http_client=httpx2.Client(transport=transport))
