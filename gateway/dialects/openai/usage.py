"""Tokens of an OpenAI-style `usage` object, from its own fields and those of compatible servers."""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.api import rest_of
from gateway.dialects.composer import Composer

__all__ = ["say_usage"]

# Where servers write what was read from a cache and what was written to it; prompt_tokens includes both, with all.
_READ = ("prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")
_WRITTEN = ("cache_creation_input_tokens",)


def say_usage(out: Composer, usage: Mapping[str, Any]) -> None:
    """Say the running totals of a `usage` object."""
    prompt = usage.get("prompt_tokens_details") or {}
    completion = usage.get("completion_tokens_details") or {}
    reasoning = completion.get("reasoning_tokens", usage.get("reasoning_tokens"))
    out.usage(
        rest_of(usage, frozenset()),
        input=usage.get("prompt_tokens"),
        output=_output(usage, reasoning),
        total=usage.get("total_tokens"),
        cache_read=_first(prompt.get("cached_tokens"), usage, _READ),
        cache_write=_first(prompt.get("cache_write_tokens"), usage, _WRITTEN),
        reasoning=reasoning,
    )


def _output(usage: Mapping[str, Any], reasoning: Any) -> Any:
    """All that was generated. xAI counts reasoning beside completion_tokens, which shows in its total."""
    prompt, completion, total = (usage.get(f"{name}_tokens") for name in ("prompt", "completion", "total"))
    match (prompt, completion, reasoning):
        case (int(), int(), int()) if reasoning and total == prompt + completion + reasoning:
            return completion + reasoning
    return completion


def _first(value: Any, usage: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    found = (value, *(usage.get(name) for name in names))
    return next((count for count in found if count is not None), None)
