"""Bedrock's Converse: its events, what blocks and deltas hold, stop reasons, exceptions.

Each value has one field, the message's name, which is in the message's headers.
"""

API = "bedrock.converse"
PATH = "/model/anthropic.claude/converse-stream"
WIRE = "eventstream"


def begins(kind, index=0, **fields):
    return {"contentBlockStart": {"contentBlockIndex": index, "start": {kind: fields}, "p": "abcd"}}


def more(index=0, **delta):
    return {"contentBlockDelta": {"contentBlockIndex": index, "delta": delta, "p": "abcdefgh"}}


def over(index=0):
    return {"contentBlockStop": {"contentBlockIndex": index, "p": "ab"}}


def ends(reason, **fields):
    return {"messageStop": {"stopReason": reason, "p": "abc", **fields}}


def reports(**fields):
    return {"metadata": {**fields, "p": "abcde"}}


def fails(kind, **fields):
    return {kind: {"message": "why", **fields}}


START = {"messageStart": {"role": "assistant", "p": "abcdef"}}
CALL = begins("toolUse", toolUseId="tooluse_1", name="look")
SERVER_CALL = begins("toolUse", toolUseId="tooluse_1", name="nova_grounding", type="server_tool_use")
RESULT = begins("toolResult", toolUseId="tooluse_1", type="nova_grounding_result", status="success")
IMAGE = begins("image", format="png")
USAGE = {
    "inputTokens": 433,
    "outputTokens": 16,
    "totalTokens": 3201,
    "cacheReadInputTokens": 2752,
    "cacheWriteInputTokens": 0,
    "cacheDetails": [{"ttl": "5m", "inputTokens": 0}],
}
METADATA = {
    "usage": USAGE,
    "metrics": {"latencyMs": 765},
    "trace": {"promptRouter": {"invokedModelId": "anthropic.claude"}},
    "performanceConfig": {"latency": "optimized"},
    "serviceTier": {"type": "flex"},
}

LOCATIONS = {
    "web": {"url": "https://a.example", "domain": "a.example"},
    "documentChar": {"documentIndex": 0, "start": 4, "end": 18},
    "documentPage": {"documentIndex": 0, "start": 1, "end": 2},
    "documentChunk": {"documentIndex": 0, "start": 7, "end": 9},
    "searchResultLocation": {"searchResultIndex": 3, "start": 0, "end": 5},
}

REASONS = (
    "end_turn",
    "tool_use",
    "max_tokens",
    "stop_sequence",
    "guardrail_intervened",
    "content_filtered",
    "malformed_model_output",
    "malformed_tool_use",
    "model_context_window_exceeded",
    "moonrise",
)

EXCEPTIONS = {
    "internalServerException": {},
    "modelStreamErrorException": {"originalStatusCode": 424, "originalMessage": "the model was lost"},
    "validationException": {},
    "throttlingException": {},
    "serviceUnavailableException": {},
    "modelTimeoutException": {},
}


def cites(where):
    cited = {"title": "On grass", "source": "doc_1", "sourceContent": [{"text": "grass is green"}]}
    return more(citation={**cited, "location": {where: LOCATIONS[where]}})


KINDS: dict[str, list[object]] = {
    "messageStart": [START],
    "contentBlockStart / toolUse": [START, CALL],
    "contentBlockStart / toolUse, of the server": [START, SERVER_CALL],
    "contentBlockStart / toolResult": [START, RESULT],
    "contentBlockStart / image": [START, IMAGE],
    "contentBlockStart / hologram": [START, begins("hologram", depth=3)],
    "contentBlockDelta / text": [START, more(text="Hello")],
    "contentBlockDelta / text, empty": [START, more(text="Hello"), more(text="")],
    "contentBlockDelta / toolUse": [START, CALL, more(toolUse={"input": '{"at": '})],
    "contentBlockDelta / toolResult / text": [START, RESULT, more(toolResult=[{"text": "found"}])],
    "contentBlockDelta / toolResult / json": [START, RESULT, more(toolResult=[{"json": {"found": 3}}])],
    "contentBlockDelta / reasoningContent / text": [START, more(reasoningContent={"text": "Well"})],
    "contentBlockDelta / reasoningContent / signature": [START, more(reasoningContent={"signature": "Eu0C"})],
    "contentBlockDelta / reasoningContent / redactedContent": [
        START,
        more(reasoningContent={"redactedContent": "EqkECkYIBxgC"}),
    ],
    **{f"contentBlockDelta / citation / {where}": [START, more(text="Hello"), cites(where)] for where in LOCATIONS},
    "contentBlockDelta / image / bytes": [START, IMAGE, more(image={"source": {"bytes": "iVBORw0KGgo="}})],
    "contentBlockDelta / image / s3Location": [
        START,
        IMAGE,
        more(image={"source": {"s3Location": {"uri": "s3://bucket/a.png"}}}),
    ],
    "contentBlockDelta / image / error": [START, IMAGE, more(image={"error": {"message": "no image"}})],
    "contentBlockDelta / hologram": [START, more(hologram={"depth": 3})],
    "contentBlockStop": [START, more(text="Hello"), over()],
    "contentBlockStop, of nothing": [START, over(5)],
    "messageStop": [START, ends("stop_sequence", additionalModelResponseFields={"stop_sequence": "\n\n"})],
    **{f"stopReason {reason}": [START, ends(reason)] for reason in REASONS},
    "metadata": [START, ends("end_turn"), reports(**METADATA)],
    **{kind: [START, more(text="Hel"), fails(kind, **fields)] for kind, fields in EXCEPTIONS.items()},
    "an event that nobody knows": [START, {"moonrise": {"at": "dusk", "p": "abc"}}],
}
