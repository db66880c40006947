"""OpenAI chat completions, responses and what else lies below /v1; spoken by many compatible providers."""

from functools import partial

from gateway.dialects.dialect import Dialect
from gateway.dialects.outcomes import sse_outcome

__all__ = ["OPENAI", "OPENAI_COMPATIBLE"]


def _error(_status: int, kind: str, message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": kind, "param": None, "code": kind}}


_outcome = partial(
    sse_outcome,
    r"^data: ?\[DONE\]|\"type\": ?\"response\.(completed|incomplete)\"",
    r"^data: ?\{\"error\"|^event: ?error\b|\"type\": ?\"response\.failed\"",
)

OPENAI = Dialect(
    name="openai",
    error=_error,
    outcome=_outcome,
    paths=(
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/moderations",
        "/v1/images",
        "/v1/audio",
    ),
    credentials=frozenset({"authorization", "api-key"}),
    foreign_keys=(("sk-ant-", "anthropic"), ("AIza", "gemini")),
    sdk_path="/v1",
)

OPENAI_COMPATIBLE = Dialect(
    name="openai-compatible",
    error=_error,
    outcome=_outcome,
    foreign_keys=(("sk-ant-", "anthropic"), ("AIza", "gemini")),
    sdk_path="/v1",
)
