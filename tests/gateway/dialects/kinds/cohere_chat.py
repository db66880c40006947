"""Cohere's chat, version 2: its events, contents, citations and finish reasons."""

API = "cohere.chat"
PATH = "/v2/chat"
WIRE = "sse"


def says(kind, index=None, **message):
    """An event with a part of the message."""
    placed = {} if index is None else {"index": index}
    return {"type": kind, **placed, **({"delta": {"message": message}} if message else {})}


def ends(reason, **fields):
    return {"type": "message-end", "delta": {"finish_reason": reason, **fields}}


def begins(kind, index=0, **fields):
    return says("content-start", index, content={"type": kind, **fields})


def more(index=0, **fields):
    return says("content-delta", index, content=fields)


def over(index=0):
    return says("content-end", index)


def calls(index=0, **function):
    return says("tool-call-start", index, tool_calls={"id": "look_1", "type": "function", "function": function})


def argues(arguments, index=0):
    return says("tool-call-delta", index, tool_calls={"function": {"arguments": arguments}})


def cites(kind, source, **fields):
    citation = {"start": 0, "end": 5, "text": "Hello", "sources": [source], "type": kind, **fields}
    return says("citation-start", 0, citations=citation)


START = {
    **says("message-start", role="assistant", content=[], tool_plan="", tool_calls=[], citations=[]),
    "id": "29f14a5a-11de-4cae-9800-25e4747408ea",
}
TEXT = begins("text", text="")
THINKING = begins("thinking", thinking="")
PLAN = says("tool-plan-delta", tool_plan="I will look.")
USAGE = {
    "billed_units": {"input_tokens": 5, "output_tokens": 9},
    "tokens": {"input_tokens": 502, "output_tokens": 11, "reasoning_tokens": 4, "image_tokens": 259},
    "cached_tokens": 480,
}
DOCUMENT = {"type": "document", "id": "doc:0", "document": {"title": "facts.txt", "text": "Hello is a greeting."}}
TOOL = {"type": "tool", "id": "look_1:0", "tool_output": {"content": "Hello"}}
LOGPROBS = {"text": "Hello", "token_ids": [28339], "logprobs": [-0.25]}

REASONS = ("COMPLETE", "STOP_SEQUENCE", "MAX_TOKENS", "TOOL_CALL", "TIMEOUT", "MOONRISE")

KINDS: dict[str, list[object]] = {
    "message-start": [START],
    "content-start / text": [START, begins("text", text="Hello")],
    "content-start / thinking": [START, begins("thinking", thinking="Well")],
    "content-start / hologram": [START, begins("hologram", depth=3)],
    "content-delta / text": [START, TEXT, more(text="Hello")],
    "content-delta / thinking": [START, THINKING, more(thinking="Well")],
    "content-delta / hologram": [START, begins("hologram"), more(depth=3)],
    "content-delta, empty": [START, TEXT, more(text="")],
    "content-delta, logprobs": [START, TEXT, {**more(text="Hello"), "logprobs": LOGPROBS}],
    "content-end": [START, TEXT, over()],
    "tool-plan-delta": [START, PLAN],
    "tool-call-start": [START, PLAN, calls(name="look", arguments="")],
    "tool-call-start, with its arguments": [START, calls(name="look", arguments='{"at": "sky"}')],
    "tool-call-delta": [START, calls(name="look", arguments=""), argues('{"at": ')],
    "tool-call-end": [START, calls(name="look", arguments=""), argues("{}"), says("tool-call-end", 0)],
    "citation-start / TEXT_CONTENT, document": [START, TEXT, more(text="Hello"), cites("TEXT_CONTENT", DOCUMENT)],
    "citation-start / TEXT_CONTENT, tool": [START, TEXT, more(text="Hello"), cites("TEXT_CONTENT", TOOL)],
    "citation-start / THINKING_CONTENT": [
        START,
        THINKING,
        more(thinking="Hello"),
        cites("THINKING_CONTENT", DOCUMENT, content_index=0),
    ],
    "citation-start / PLAN": [START, PLAN, cites("PLAN", TOOL)],
    "citation-start, after its block": [START, TEXT, more(text="Hello"), over(), cites("TEXT_CONTENT", TOOL)],
    "citation-end": [START, TEXT, more(text="Hello"), cites("TEXT_CONTENT", TOOL), says("citation-end", 0)],
    "message-end": [START, TEXT, more(text="Hello"), over(), ends("COMPLETE", usage=USAGE)],
    **{f"finish_reason {reason}": [START, ends(reason, usage=None)] for reason in REASONS},
    "finish_reason ERROR": [START, ends("ERROR", error="The model is not there.")],
    "debug": [START, {"type": "debug", "prompt": "<|START_OF_TURN_TOKEN|>"}],
    "an event that nobody knows": [START, {"type": "moonrise", "at": "dusk"}],
}
