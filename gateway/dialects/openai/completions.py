"""OpenAI's legacy completions: each choice has a `text`, and no roles or tools. Also vLLM, Hugging Face, Writer.

Writer's own API has the same path and no chunks: each frame has a `value`, more of the only text, and nothing says that
it is the last.
"""

from typing import ClassVar

from gateway.dialects.api import Value
from gateway.dialects.openai.choice import Choice
from gateway.dialects.openai.chunks import ChunkApi

__all__ = ["OpenAICompletions"]


class OpenAICompletions(ChunkApi):
    """POST /v1/completions."""

    name: ClassVar[str] = "openai.completions"
    choice_fields: ClassVar[frozenset[str]] = frozenset(
        {"index", "text", "finish_reason", "logprobs", "usage", "error"}
    )
    chunk_fields: ClassVar[frozenset[str]] = ChunkApi.chunk_fields | {"value"}

    def say(self, choice: Choice, value: Value) -> None:
        """More text. Its log probabilities are a table of tokens, values and offsets; it stays whole."""
        choice.speak("text", value.get("text"))
        if value.get("logprobs"):
            self.out.delta(choice.block("text"), "logprobs", logprobs=value["logprobs"])

    def attribute(self, value: Value) -> None:
        """Writer's text."""
        if "value" in value:
            self.choice(value, {}).speak("text", value["value"])
