"""Cohere's generate: its events and finish reasons."""

from tests.gateway.dialects.kinds.cohere_v1 import META, line, text

API = "cohere.generate"
PATH = "/v1/generate"
WIRE = "ndjson"

REASONS = (
    "COMPLETE",
    "STOP_SEQUENCE",
    "ERROR",
    "ERROR_TOXIC",
    "ERROR_LIMIT",
    "USER_CANCEL",
    "MAX_TOKENS",
    "TIMEOUT",
    "MOONRISE",
)


def generated(reason, **fields):
    return {"id": "generation_1", "text": "Hello", "finish_reason": reason, **fields}


def ends(reason="COMPLETE", **fields):
    response = {"id": "response_1", "prompt": "Greet me", "generations": [generated(reason)], **fields}
    return line("stream-end", finish_reason=reason, response=response)


KINDS: dict[str, list[object]] = {
    "text-generation": [text("Hello")],
    "text-generation / of one of several": [{**text("Hello"), "index": 1}],
    "stream-end": [text("Hel"), text("lo"), ends(meta=META)],
    **{f"finish_reason {reason}": [text("Hello"), ends(reason)] for reason in REASONS},
    "stream-error": [text("Hel"), line("stream-error", index=0, finish_reason="ERROR", err="The model is not there.")],
    "an event that nobody knows": [line("moonrise", at="dusk")],
}
