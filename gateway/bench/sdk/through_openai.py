"""Runs through OpenAI's SDK for Python."""

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from gateway.bench.sdk.client import Call, SdkClient
from gateway.bench.sdk.wire import Wire
from recorder.clock import Clock

__all__ = ["client"]

_CALLS = {
    "/chat/completions": Call(ChatCompletion, openai.AsyncStream[ChatCompletionChunk]),
    "/responses": Call(Response, openai.AsyncStream[ResponseStreamEvent]),
}


def client(url: str, key: str, clock: Clock, *, fresh: bool) -> SdkClient:
    """A client below `url`, which is without `/v1`; with `fresh` every request has a connection of its own."""
    sdk = openai.AsyncOpenAI(
        base_url=url,
        api_key=key,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(transport=Wire(clock, fresh=fresh)),
    )
    return SdkClient(sdk, _CALLS, openai.APIError, clock)
