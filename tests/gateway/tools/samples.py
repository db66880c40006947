"""Interactions made by hand, as an Anthropic stream: who asked what, what was said, which tools were called."""

import json
from pathlib import Path

from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.store import Store

__all__ = ["body_of", "interaction", "record"]

HEADERS = (("content-type", "text/event-stream"), ("request-id", "req_1"))


def body_of(text, *calls, stop="end_turn", tag="1"):
    """The stream in which `text` is said, then `calls` (name and arguments) are made; ids end in `tag`."""
    yield {"type": "message_start", "message": {"id": f"msg_{tag}", "role": "assistant", "model": "sim"}}
    blocks = [({"type": "text", "text": ""}, {"type": "text_delta", "text": text})]
    for number, (name, arguments) in enumerate(calls):
        start = {"type": "tool_use", "id": f"toolu_{number}_{tag}", "name": name, "input": {}}
        blocks.append((start, {"type": "input_json_delta", "partial_json": json.dumps(arguments)}))
    for index, (start, delta) in enumerate(blocks):
        yield {"type": "content_block_start", "index": index, "content_block": start}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": len(text)}}
    yield {"type": "message_stop"}


def interaction(
    prompt, text, *calls, tempo=1, status=200, stop="end_turn", tag="1", recorded="2026-11-02T10:00:00Z", **members
):
    """One interaction; `tempo` stretches its times, `members` are more of the request's body."""
    body = {"model": "sim", "messages": [{"role": "user", "content": prompt}], "stream": True, **members}
    request = Request("anthropic", "POST", "/v1/messages", (("user-agent", "test/1"),), json.dumps(body).encode())
    events = body_of(text, *calls, stop=stop, tag=tag)
    frames = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events]
    chunks = tuple(Chunk(tempo * 100_000 * number, frame) for number, frame in enumerate(frames, 1))
    end = chunks[-1].at + 1000
    facts = {"recorded_at": recorded}
    return Interaction(request, Response(status, HEADERS), tempo * 90_000, chunks, COMPLETE, end, facts)


def record(path: Path, *interactions):
    """Write a cassette of them in place of what was there."""
    path.unlink(missing_ok=True)
    store = Store(path)
    for each in interactions:
        store.append(each, Matcher().fingerprint(each.request), FINGERPRINT_VERSION)
    store.close()
    return path
