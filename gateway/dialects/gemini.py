"""Gemini generateContent and Interactions."""

import re

from gateway.dialects.dialect import Dialect, Outcome

__all__ = ["GEMINI"]

_TERMINAL = re.compile(rb"\"(finishReason|blockReason)\"\s*:|interaction\.completed|^data: ?\[DONE\]", re.MULTILINE)
_ERROR = re.compile(rb"^(data: ?|\[?,?\s*)\{\s*\"error\"", re.MULTILINE)


def _error(status: int, kind: str, message: str) -> dict[str, object]:
    return {"error": {"code": status, "message": message, "status": kind.upper()}}


def _outcome(content_type: str, tail: bytes) -> Outcome:
    # A stream may also be a JSON array in pieces, which only the request could tell from a plain answer.
    if "text/event-stream" not in content_type:
        return "not a stream"
    if _ERROR.search(tail):
        return "error event"
    return "ok" if _TERMINAL.search(tail) else "no terminal event"


GEMINI = Dialect(
    name="gemini",
    error=_error,
    outcome=_outcome,
    paths=(
        "/v1beta/models",
        "/v1/models/*:generateContent",
        "/v1/models/*:streamGenerateContent",
        "/v1/models/*:countTokens",
        "/v1/models/*:embedContent",
        "/v1/interactions",
    ),
    credentials=frozenset({"authorization", "x-goog-api-key"}),
    foreign_keys=(("sk-ant-", "anthropic"), ("sk-proj-", "openai")),
)
