"""Every API says that it failed in a way that we read as just that."""

import json

import pytest

from gateway.dialects.api import Api
from gateway.dialects.apis import APIS, api_of
from gateway.dialects.failing import failure_frames, refusal
from gateway.dialects.provider_error import refusal_in
from gateway.events import StreamEnd, StreamError
from gateway.reader import read
from gateway.wire import decoder_for
from gateway.wire.writing import written
from recorder.interaction import COMPLETE, Chunk, Interaction, Response
from tests.gateway.bodies import FRAMES, conversation
from tests.gateway.dialects.test_coverage import MODULES

KINDS = ["overloaded", "rate_limit", "server", "timeout"]


def failed(module, kind):
    """A stream that ends with the failure: its first frame, and then that."""
    values = next(iter(module.KINDS.values()))
    stored = conversation(module, values[:1])
    body = FRAMES[module.WIRE](values[0])
    value = values[0] if isinstance(values[0], dict) else {}
    decoder = decoder_for(stored.response.header("content-type"), body)
    body += written(failure_frames(api_of(module.PATH), kind, value, value), decoder, body)
    return Interaction(stored.request, stored.response, 0, (Chunk(0, body),), COMPLETE, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.WIRE != "json"], ids=lambda module: module.API
)
def test_it_is_read_as_the_providers_error(module, kind):
    events = list(read(failed(module, kind)))
    assert [event.source for event in events if isinstance(event, StreamError)] == ["provider"]
    assert [event.outcome for event in events if isinstance(event, StreamEnd)] == ["error"]


def test_every_api_that_streams_has_one():
    assert {api.name for _, api in APIS if not failure_frames(api, "server", {}, {})} == set()
    assert failure_frames(Api, "server", {}, {}) == ()


def test_the_failed_response_is_the_one_that_had_begun():
    first = {"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1", "output": []}}
    frames = failure_frames(api_of("/v1/responses"), "server", first, {"sequence_number": 8})
    error, ended = (json.loads(frame.data) for frame in frames)
    assert (error["sequence_number"], ended["sequence_number"]) == (9, 10)
    assert (ended["response"]["id"], ended["response"]["status"]) == ("resp_1", "failed")
    assert [frame.event for frame in frames] == ["error", "response.failed"]


@pytest.mark.parametrize(
    ("path", "upstream", "status", "kind"),
    [
        ("/v1/messages", "anthropic", 429, "rate_limit_error"),
        ("/v1/messages", "anthropic", 529, "overloaded_error"),
        ("/v1/messages", "anthropic", 503, "overloaded_error"),
        ("/v1/messages", "anthropic", 418, "invalid_request_error"),
        ("/v1/messages", "anthropic", 500, "api_error"),
        ("/v1/chat/completions", "own", 429, "rate_limit_exceeded"),
        ("/v1/chat/completions", "own", 529, "server_error"),
        ("/v1/models/x:generateContent", "gemini", 504, "DEADLINE_EXCEEDED"),
        ("/model/x/converse", "bedrock", 429, "throttlingException"),
    ],
)
def test_a_refusal_has_the_providers_shape_and_word(path, upstream, status, kind):
    headers, body = refusal(api_of(path), upstream, status)
    found, message = refusal_in(json.loads(body), Response(status, headers))
    assert found == kind
    assert "simulated by tokentape" in message


def test_a_refusal_of_a_path_that_is_no_api_has_the_shape_of_its_upstream():
    _, body = refusal(api_of("/v1/models"), "ollama", 500)
    assert json.loads(body) == {"error": "The server had an error (simulated by tokentape)."}
