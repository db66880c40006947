"""Recorded streams of chat whose times and texts a test chooses, and cassettes of them."""

import json

from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.store import Store

__all__ = ["HOSTILE", "chat", "cut", "put_on"]

SSE = (("content-type", "text/event-stream"),)

# What a model may say to whoever shows it without care.
HOSTILE = (
    "<script>document.title='owned'</script></script><!--<img src=x onerror=alert(1)> "
    "<svg onload=alert(1)> \x1b[31m \u202egnp.exe \ud83d javascript:alert(1) $data ${style} </details>"
)


def chat(ttft=100_000, gaps=(20_000, 20_000), *, text="hi ", model="m-1", end=COMPLETE, number=0, **facts):
    """One token of `text` at `ttft` and after each gap (µs); the usage counts them."""
    at, chunks = ttft, []
    for gap in (*gaps, 1000):
        delta = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        chunks.append(Chunk(at, _frame(model, [delta])))
        at += gap
    if end == COMPLETE:
        stop = _frame(model, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        tokens = {"prompt_tokens": 5, "completion_tokens": len(chunks), "total_tokens": 5 + len(chunks)}
        chunks.append(Chunk(at, stop + _frame(model, [], usage=tokens) + b"data: [DONE]\n\n"))
    body = json.dumps({"model": model, "stream": True, "user": str(number)}).encode()
    request = Request("openai", "POST", "/v1/chat/completions", (("content-type", "application/json"),), body)
    return Interaction(request, Response(200, SSE), ttft // 2, tuple(chunks), end, at + 500, facts)


def _frame(model, choices, **more):
    value = {"id": "c", "object": "chat.completion.chunk", "model": model, "choices": choices, **more}
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def cut(ttft=100_000, **more):
    """A stream that was lost."""
    return chat(ttft, end=End("upstream_error", "reset"), **more)


def put_on(path, *interactions):
    """Put them on a new cassette."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = Store(path)
    for each in interactions:
        store.append(each, Matcher().fingerprint(each.request), FINGERPRINT_VERSION)
    store.close()
    return path
