"""Tokens of Gemini's two APIs, which give a total in parts, and the parts in frames: each is kept until the next."""

from collections.abc import Mapping

from gateway.dialects.api import Value
from gateway.dialects.composer import Composer
from gateway.dialects.tokens import sum_of

__all__ = ["GeminiUsage"]


class GeminiUsage:
    """The counts of one response. `names` are the API's own, by what they count.

    `prompt` and what `tools` gave back to the model are the input, `answer` and `thoughts` the output.
    """

    def __init__(self, out: Composer, names: Mapping[str, str]) -> None:
        self._out = out
        self._names = names
        self._counts: Value = {}

    def say(self, usage: Value) -> None:
        """The counts that a frame has."""
        self._counts |= usage
        count = {what: self._counts.get(name) for what, name in self._names.items()}
        self._out.usage(
            usage,
            input=sum_of(count["prompt"], count["tools"]),
            output=sum_of(count["answer"], count["thoughts"]),
            total=count["total"],
            cache_read=count["cached"],
            reasoning=count["thoughts"],
        )
