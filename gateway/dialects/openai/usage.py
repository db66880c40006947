"""Tokens of an OpenAI-style `usage` object, from its own fields and those of compatible servers.

Chat completions count the prompt and the completion, what came after them the input and the output. What was read from
a cache or written to it is part of the input, wherever it stands.
"""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.api import rest_of
from gateway.dialects.composer import Composer

__all__ = ["say_usage"]

# Names of one and the same count.
_INPUT = ("prompt_tokens", "input_tokens")
_OUTPUT = ("completion_tokens", "output_tokens")
_READ = ("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens")
_WRITTEN = ("cache_write_tokens", "cache_creation_input_tokens")
_REASONING = ("reasoning_tokens",)

_INPUT_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details")


def say_usage(out: Composer, usage: Mapping[str, Any] | None) -> None:
    """Say the running totals of a `usage` object, if there is one; where it counts no tokens, it is the provider's."""
    if usage:
        input_details, output_details = _first(_INPUT_DETAILS, usage) or {}, _first(_OUTPUT_DETAILS, usage) or {}
        reasoning = _first(_REASONING, output_details, usage)
        out.usage(
            rest_of(usage, frozenset()),
            input=_first(_INPUT, usage),
            output=_output(usage, reasoning),
            total=usage.get("total_tokens"),
            cache_read=_first(_READ, input_details, usage),
            cache_write=_first(_WRITTEN, input_details, usage),
            reasoning=reasoning,
        )


def _output(usage: Mapping[str, Any], reasoning: Any) -> Any:
    """All that was generated. xAI counts reasoning beside the completion, which shows in its total."""
    read, written, total = _first(_INPUT, usage), _first(_OUTPUT, usage), usage.get("total_tokens")
    match (read, written, reasoning):
        case (int(), int(), int()) if reasoning and total == read + written + reasoning:
            return written + reasoning
    return written


def _first(names: tuple[str, ...], *holders: Mapping[str, Any]) -> Any:
    """What stands under the first of these names that is there, in the first of these objects that has one."""
    return next((holder[name] for holder in holders for name in names if holder.get(name) is not None), None)
