"""Cohere's chat API."""

from functools import partial

from gateway.dialects.dialect import Dialect
from gateway.dialects.outcomes import sse_outcome

__all__ = ["COHERE"]


def _error(_status: int, _kind: str, message: str) -> dict[str, object]:
    return {"message": message}


COHERE = Dialect(
    name="cohere",
    error=_error,
    outcome=partial(
        sse_outcome, r"\"type\": ?\"message-end\"|^data: ?\[DONE\]|stream-end", r"\"finish_reason\": ?\"ERROR"
    ),
    paths=("/v2/chat", "/v2/embed", "/v2/rerank"),
    foreign_keys=(("sk-ant-", "anthropic"), ("sk-proj-", "openai"), ("AIza", "gemini")),
)
