"""What both SDKs share."""

import pytest

from gateway.bench.sdk.client import Call, SdkClient, extra_headers
from gateway.bench.shot import Shot
from gateway.settings import ConfigError
from recorder.clock import ManualClock
from recorder.interaction import Request


class Failing:
    async def post(self, *_, **__):
        raise ValueError("no JSON")


def sdk_client():
    return SdkClient(Failing(), {"/v1/messages": Call(object, object)}, OSError, ManualClock())


def test_a_path_that_the_sdk_has_no_api_for_is_told():
    sdk_client().check([Request("a", "POST", "/v1/messages?beta=true")])
    with pytest.raises(ConfigError, match="this SDK is driven at /v1/messages; got requests to /v1/chat/completions"):
        sdk_client().check([Request("a", "POST", "/v1/chat/completions")])


def test_keys_and_agents_are_the_sdk_s_own():
    headers = (("X-Api-Key", "k"), ("User-Agent", "u"), ("content-type", "c"), ("anthropic-beta", "b"))
    assert extra_headers(headers) == {"anthropic-beta": "b", "accept-encoding": "identity"}


async def test_what_fails_in_the_sdk_itself_is_a_failure_of_the_request():
    shot = Shot(0, Request("a", "POST", "/v1/messages", (), b"{}"), None, 0)
    await sdk_client().ask(shot)
    assert (shot.failure.reason, shot.failure.message) == ("sdk", "ValueError: no JSON")
