"""Ollama's own API: chat and generate, newline-delimited JSON."""

from functools import partial

from gateway.dialects.dialect import Dialect
from gateway.dialects.outcomes import ndjson_outcome

__all__ = ["OLLAMA"]


def _error(_status: int, _kind: str, message: str) -> dict[str, object]:
    return {"error": message}


OLLAMA = Dialect(
    name="ollama",
    error=_error,
    outcome=partial(ndjson_outcome, r"\"done\": ?true", r"^\{\"error\""),
    paths=("/api/chat", "/api/generate", "/api/tags", "/api/show", "/api/embed"),
    foreign_keys=(("sk-ant-", "anthropic"), ("sk-proj-", "openai"), ("AIza", "gemini")),
)
