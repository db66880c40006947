"""Anthropic Messages."""

from functools import partial

from gateway.dialects.dialect import Dialect, plain_error
from gateway.dialects.outcomes import sse_outcome

__all__ = ["ANTHROPIC"]


ANTHROPIC = Dialect(
    name="anthropic",
    error=plain_error,
    outcome=partial(sse_outcome, r"^event: ?message_stop\b|\"type\": ?\"message_stop\"", r"^event: ?error\b"),
    paths=("/v1/messages", "/v1/complete"),
    credentials=frozenset({"authorization", "x-api-key"}),
    foreign_keys=(("sk-proj-", "openai"), ("AIza", "gemini"), ("gsk_", "groq"), ("xai-", "xai")),
)
