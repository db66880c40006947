"""A long answer in many small pieces: the last one costs what the first did. Adding to a text would copy all of it."""

from types import SimpleNamespace

import pytest

from gateway.dialects.apis import api_of
from gateway.reader import read
from tests.gateway.bodies import conversation
from tests.scaling import assert_linear

PIECE = "nine hundred characters " * 40
CONTENT = {"index": 0, "delta": {"message": {"content": {"type": "text", "text": PIECE}}}}
STEP = {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}}
TOOLS = {"event_type": "tool-calls-chunk", "tool_call_delta": {"index": 0, "parameters": PIECE}}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
ANSWER = {"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": PIECE}]}}]}

# What begins a stream, and what is then said again and again.
STREAMS = {
    "/v1/messages": ("sse", BLOCK, {**BLOCK, "type": "content_block_delta", "delta": {"type": "text_delta"}}),
    "/v1/complete": ("sse", None, {"type": "completion", "completion": PIECE}),
    "/v1/models/m:streamGenerateContent": ("sse", None, ANSWER),
    "/v1/interactions": (
        *("sse", STEP),
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": PIECE}},
    ),
    "/api/chat": ("ndjson", None, {"message": {"role": "assistant", "content": PIECE}, "done": False}),
    "/api/generate": ("ndjson", None, {"response": PIECE, "done": False}),
    "/v2/chat": ("sse", {"type": "content-start", **CONTENT}, {"type": "content-delta", **CONTENT}),
    "/v1/chat": ("ndjson", None, {"event_type": "text-generation", "text": PIECE}),
    "/v1/chat#a plan": ("ndjson", None, {"event_type": "tool-calls-chunk", "text": PIECE}),
    "/v1/chat#a call": ("ndjson", {**TOOLS, "tool_call_delta": {"index": 0, "name": "f"}}, TOOLS),
    "/v1/generate": ("ndjson", None, {"text": PIECE, "is_finished": False}),
    "/v1/chat/completions": ("sse", None, {"choices": [{"index": 0, "delta": {"content": PIECE}}]}),
    "/v1/completions": ("sse", None, {"choices": [{"index": 0, "text": PIECE}]}),
    "/v1/responses": (
        *("sse", None),
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": PIECE},
    ),
    "/model/m/converse-stream": (
        *("eventstream", None),
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": PIECE}}},
    ),
}
STREAMS["/v1/messages"][2]["delta"]["text"] = PIECE


def say(path, count):
    """Read so many pieces."""
    wire, first, piece = STREAMS[path]
    path = path.partition("#")[0]
    module = SimpleNamespace(API=api_of(path).name, PATH=path, WIRE=wire)
    whole = conversation(module, [value for value in (first, *[piece] * count) if value])
    assert sum(event.type == "block.delta" for event in read(whole)) >= count


@pytest.mark.parametrize("path", STREAMS)
def test_pieces_take_linear_time(path):
    assert_linear(lambda count: say(path, count), 500)
