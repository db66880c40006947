"""Ollama's generate: what a line may have, why it ends, and its errors."""

from tests.gateway.dialects.kinds.ollama_chat import COUNTS, LOGPROBS, call

API = "ollama.generate"
PATH = "/api/generate"
WIRE = "ndjson"


def line(text="", **fields):
    return {"model": "qwen3", "created_at": "2025-08-20T13:47:53.1Z", "response": text, "done": False, **fields}


def last(reason="stop", **fields):
    return line(done=True, done_reason=reason, **fields)


HELLO = line("Hello")

KINDS = {
    "response": [HELLO],
    "thinking": [line(thinking="Let me see.")],
    "image": [line(image="iVBORw0KGgo=")],
    "tool_calls": [line(tool_calls=[call("look", {"place": "Zürich"}, id="call_1")])],
    "completed, total": [line(completed=3, total=20)],
    "logprobs": [{**HELLO, "logprobs": LOGPROBS}],
    "context": [HELLO, last(context=[105, 2364, 107])],
    "done": [HELLO, last(**COUNTS)],
    **{f"done_reason {reason}": [HELLO, last(reason)] for reason in ("stop", "length", "load", "unload", "new")},
    "error": [HELLO, {"error": "an error was encountered while running the model"}],
}
