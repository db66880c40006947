"""Runs through Anthropic's SDK for Python."""

import anthropic
from anthropic.types import Message, RawMessageStreamEvent

from gateway.bench.sdk.client import Call, SdkClient
from gateway.bench.sdk.wire import Wire
from recorder.clock import Clock

__all__ = ["client"]

_CALLS = {"/v1/messages": Call(Message, anthropic.AsyncStream[RawMessageStreamEvent])}


def client(url: str, key: str, clock: Clock, *, fresh: bool) -> SdkClient:
    """A client below `url`, which is without `/v1`; with `fresh` every request has a connection of its own."""
    sdk = anthropic.AsyncAnthropic(
        base_url=url,
        api_key=key,
        max_retries=0,
        http_client=anthropic.DefaultAsyncHttpxClient(transport=Wire(clock, fresh=fresh)),
    )
    return SdkClient(sdk, _CALLS, anthropic.APIError, clock)
