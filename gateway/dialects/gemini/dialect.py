"""Gemini generateContent and Interactions."""

from functools import partial

from gateway.dialects.dialect import Dialect
from gateway.dialects.outcomes import sse_outcome

__all__ = ["GEMINI"]


def _error(status: int, kind: str, message: str) -> dict[str, object]:
    return {"error": {"code": status, "message": message, "status": kind.upper()}}


GEMINI = Dialect(
    name="gemini",
    error=_error,
    # A stream may also be a JSON array in pieces, which only the request could tell from a plain answer.
    outcome=partial(
        sse_outcome,
        r"\"(finishReason|blockReason)\"\s*:|interaction\.completed|^data: ?\[DONE\]",
        r"^(data: ?|\[?,?\s*)\{\s*\"error\"",
    ),
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
