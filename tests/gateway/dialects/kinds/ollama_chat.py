"""Ollama's chat: what a line may have, why it ends, and its errors."""

API = "ollama.chat"
PATH = "/api/chat"
WIRE = "ndjson"

COUNTS = {
    "total_duration": 246778792,
    "load_duration": 39831125,
    "prompt_eval_count": 25,
    "prompt_eval_duration": 18102375,
    "eval_count": 9,
    "eval_duration": 104431583,
}
LOGPROBS = [{"token": "He", "logprob": -0.25, "top_logprobs": [{"token": "Ho", "logprob": -2.5}]}]


def line(**message):
    message = {"role": "assistant", "content": "", **message}
    return {"model": "qwen3", "created_at": "2025-08-20T13:47:53.1Z", "message": message, "done": False}


def last(reason="stop", **fields):
    return {**line(), "created_at": "2025-08-20T13:47:54.2Z", "done": True, "done_reason": reason, **fields}


def call(name, arguments, **fields):
    return {"function": {"name": name, "arguments": arguments}, **fields}


HELLO = line(content="Hello")

KINDS = {
    "message.content": [HELLO],
    "message.thinking": [line(thinking="Let me see.")],
    "message.images": [line(images=["iVBORw0KGgo="])],
    "message.tool_calls": [line(tool_calls=[call("look", {"place": "Zürich"}, id="call_1")])],
    "message.tool_name": [line(content="Hello", tool_name="look")],
    "logprobs": [{**HELLO, "logprobs": LOGPROBS}],
    "remote_model": [{**HELLO, "remote_model": "qwen3:480b", "remote_host": "https://ollama.example"}],
    "an unknown field": [HELLO, {**HELLO, "weather": {"sky": "blue"}}],
    "done": [HELLO, last(**COUNTS)],
    **{f"done_reason {reason}": [HELLO, last(reason)] for reason in ("stop", "length", "load", "unload", "new")},
    "done_reason stop, of a call": [line(tool_calls=[call("look", {"place": "Zürich"})]), last()],
    "done without a reason": [HELLO, last(None)],
    "error": [HELLO, {"error": "an error was encountered while running the model"}],
}
