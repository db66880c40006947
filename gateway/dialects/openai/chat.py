"""OpenAI chat completions, and what compatible servers add to them; Mistral's fill-in-the-middle and agents, the same.

A delta may say several things at once: they are told in the order reasoning, content, refusal, tool calls, and so on,
the order of the table below. Fields that are in no table are reported as they change, in `provider` events that are
called by their place (`chunk`, `choices[0]`, `choices[0].delta`): Azure's filter results, vLLM's token ids, and so on.

A choice that has a `message` beside its `delta` (Perplexity) repeats all of its text in it; without a delta the message
is the delta, as in a response that is no stream.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from gateway.dialects.api import Value
from gateway.dialects.openai.chat_content import (
    say_annotations,
    say_audio,
    say_content,
    say_images,
    say_logprobs,
    say_sources,
)
from gateway.dialects.openai.chat_reasoning import REASONING, say_reasoning
from gateway.dialects.openai.chat_tools import say_calls, say_executed, say_function
from gateway.dialects.openai.choice import Choice
from gateway.dialects.openai.chunks import ChunkApi, telling

__all__ = ["OpenAIChat"]


def _say_refusal(choice: Choice, refusal: str) -> None:
    choice.speak("refusal", refusal)


_FIELDS: dict[str, Callable[[Choice, Any], None]] = {
    "content": say_content,
    "refusal": _say_refusal,
    "tool_calls": say_calls,
    "function_call": say_function,
    "executed_tools": say_executed,
    "audio": say_audio,
    "images": say_images,
    "annotations": say_annotations,
}
_SOURCES = ("citations", "search_results")
_DELTA = REASONING | _FIELDS.keys()
_DELTA_AND_ROLE = _DELTA | {"role"}


class OpenAIChat(ChunkApi):
    """POST /v1/chat/completions, wherever it is spoken."""

    name: ClassVar[str] = "openai.chat"
    choice_fields: ClassVar[frozenset[str]] = frozenset(
        {"index", "delta", "message", "finish_reason", "logprobs", "usage", "error"}
    )
    chunk_fields: ClassVar[frozenset[str]] = ChunkApi.chunk_fields | {*_SOURCES}

    def role(self, value: Value) -> str | None:
        """A role stands in the first delta of a choice, mostly."""
        role: str | None = _delta(value).get("role")
        return role

    def known(self, value: Value) -> frozenset[str]:
        """Together repeats the content of the delta in a `text`."""
        if "text" in value and value["text"] == (_delta(value).get("content") or ""):
            return self.choice_fields | {"text"}
        return self.choice_fields

    def say(self, choice: Choice, value: Value) -> None:
        """A delta, and what repeats it."""
        delta = _delta(value)
        say_reasoning(choice, delta)
        for name, say in _FIELDS.items():
            if said := delta.get(name):
                say(choice, said)
        if value.get("logprobs"):
            say_logprobs(choice, value["logprobs"])
        if more := telling(delta, _DELTA_AND_ROLE if delta.get("role") == choice.role else _DELTA):
            self.out.rest(choice.place("delta"), more, _DELTA)
        if value.get("delta") is not None and value.get("message"):
            self._compare(choice, value["message"])

    def attribute(self, value: Value) -> None:
        """Sources stand beside the choices: they are the first one's."""
        if sources := {name: value[name] for name in _SOURCES if value.get(name)}:
            choice = next(iter(self.choices.values()), None)
            if choice:
                say_sources(choice, sources)
            else:
                self.out.provider("chunk", sources)

    def _compare(self, choice: Choice, message: Value) -> None:
        """A message beside the delta: all of the text so far."""
        more = choice.text.beyond(message["content"])
        if more is None:
            problem = "not what the deltas said so far"
            self.out.provider(choice.place("message"), message, problem)
        else:
            choice.speak("text", more)
        self.out.rest(choice.place("message"), message, frozenset({"content"}) | _same_role(choice, message))


def _same_role(choice: Choice, message: Value) -> frozenset[str]:
    """A role that has been said need not be said again."""
    return frozenset({"role"} if message.get("role") == choice.role else ())


def _delta(value: Value) -> Value:
    return value.get("delta") or value.get("message") or {}
