"""What models say on Bedrock in OpenAI's way: Mistral's later ones, DeepSeek, Jamba, Qwen, gpt-oss.

Some call `stop_reason` what OpenAI calls `finish_reason`. None sends `[DONE]`: a reason for every choice is the end.
"""

from gateway.dialects.api import Value
from gateway.dialects.openai.chat import OpenAIChat
from gateway.dialects.openai.chunks import ChunkApi
from gateway.dialects.openai.completions import OpenAICompletions
from gateway.wire.frame import Frame

__all__ = ["ChatChoices", "TextChoices", "choices_of"]


class _Choices(ChunkApi):
    """Chunks whose choices have either name for their reason."""

    def frame(self, frame: Frame, value: Value) -> None:
        """One chunk."""
        super().frame(frame, _renamed(value))

    def document(self, value: Value) -> None:
        """A whole answer."""
        super().document(_renamed(value))

    def end(self) -> None:
        """A clean end is all that there is."""
        if self.out.stopped:
            self.out.finish()


class ChatChoices(_Choices, OpenAIChat):
    """Choices with messages or deltas."""


class TextChoices(_Choices, OpenAICompletions):
    """Choices with texts."""


def choices_of(value: Value) -> type[ChunkApi]:
    """Which of the two this is."""
    return TextChoices if any("text" in choice for choice in value["choices"]) else ChatChoices


def _renamed(value: Value) -> Value:
    return {**value, "choices": [_as_openai(choice) for choice in value.get("choices") or ()]}


def _as_openai(choice: Value) -> Value:
    if "finish_reason" in choice:
        return choice
    return {"finish_reason" if name == "stop_reason" else name: field for name, field in choice.items()}
