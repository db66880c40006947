"""What all OpenAI-style streams have in common: chunks with choices, a finish reason for each, `[DONE]`, errors inside.

    chunk ──> each choice: `say` (chat: its delta; completions: its text) ──> finish reasons ──> usage ──> the rest

When such a stream is whole:

* `[DONE]` is the API's own last word. A choice that got no finish reason until then (Snowflake never sends one, with
  answers that are whole) stops with the reason `other` and no word of the provider: none is invented.
* A clean end of the body after every choice had its finish reason (Perplexity never sends `[DONE]`). That it was
  missing is noted in a `provider` event `no [DONE]`.
* Anything else is cut off. `[DONE]` after an error, or without any choice, ends nothing.

A finish reason may be repeated (OpenRouter), and text, usage or an error may come after it: the last word counts.
"""

from collections.abc import Mapping, Set
from typing import Any, ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.choice import Choice
from gateway.dialects.openai.usage import say_usage
from gateway.dialects.provider_error import error_in
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "ChunkApi", "telling"]

# OpenAI's words, and those that compatible servers pass on from what they stand before.
REASONS: dict[str, Reason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop_sequence",
    "max_tokens": "length",
    "model_length": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
    "sensitive": "content_filter",
}

# Why it ended, in more words: OpenRouter; vLLM, where a text is the stop sequence and a number its token; SGLang, same.
_SEQUENCES = ("stop_reason", "matched_stop")
_WHY = frozenset({"native_finish_reason", *_SEQUENCES})

_EMPTY: tuple[Any, ...] = ({}, [])


class ChunkApi(Api):
    """An API whose streams are chunks with choices. `say` is what differs."""

    # object says "chunk"; index is of a choice or call, ours replace it; obfuscation and p pad against eavesdroppers.
    dropped: ClassVar[frozenset[str]] = frozenset({"object", "index", "obfuscation", "p"})

    # Fields of a choice and of a chunk that have a place elsewhere.
    choice_fields: ClassVar[frozenset[str]]
    chunk_fields: ClassVar[frozenset[str]] = frozenset({"choices", "usage", "error", "x_groq"})

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self.choices: dict[int, Choice] = {}
        self._head: dict[str, Any] = {}
        self._known = self.chunk_fields | self.dropped
        self._beside: Value = {}

    def say(self, choice: Choice, value: Value) -> None:
        """What a choice of a chunk says, but for its end."""
        raise NotImplementedError

    def known(self, value: Value) -> frozenset[str]:  # noqa: ARG002
        """The fields of a choice that have a place elsewhere."""
        return self.choice_fields

    def role(self, value: Value) -> str | None:  # noqa: ARG002
        """Whose message a choice is."""
        return None

    def attribute(self, value: Value) -> None:
        """What a chunk says of the text of its choices."""

    def kind(self, frame: Frame, value: Value) -> str:
        """The name of a chunk is its `object`."""
        kind = value.get("object")
        return frame.event or (kind if isinstance(kind, str) and kind else "chunk")

    def frame(self, frame: Frame, value: Value) -> None:
        """One chunk. If nothing comes of it, all that it says was said before."""
        if "choices" not in value and "error" in (frame.event, value.get("object")):
            self._fail(value.get("error") or value)
        else:
            self._chunk(value)
        self.repeats()

    def document(self, value: Value) -> None:
        """A whole answer: one chunk that has messages in place of deltas."""
        self._chunk(value)
        self.done()

    def done(self) -> None:
        """`[DONE]`: the stream is whole, if there was an answer in it."""
        if self.choices and not self.out.failed:
            for choice in self.choices.values():
                if choice.reason is None:
                    self.out.stop(choice.index, "other", None)
            self.out.finish()

    def end(self) -> None:
        """A clean end is as good as `[DONE]` if all has been said."""
        if self.out.stopped and not self.out.finished:
            self.out.provider("no [DONE]")
            self.out.finish()

    def choice(self, chunk: Value, value: Value) -> Choice:
        """The choice that a value of this chunk is of; begun, if it is the first."""
        index = value.get("index") or 0
        if index not in self.choices:
            role = self.role(value)
            self._head = {name: chunk.get(name) for name in ("id", "model")}
            self.out.message(index, role=role, **{name: said or None for name, said in self._head.items()})
            self.choices[index] = Choice(self.out, index, role)
        return self.choices[index]

    def _chunk(self, value: Value) -> None:
        values = value.get("choices") or []
        choices = []
        for each in values:
            choice = self.choice(value, each)
            self.say(choice, each)
            choices.append(choice)
        self.attribute(value)
        for choice, each in zip(choices, values, strict=True):
            self._finish(choice, each)
        # Usage and errors stand in a chunk, in Groq's own object, or in a choice (Moonshot's usage).
        holders = (value, value.get("x_groq") or {}, *values)
        for holder in holders:
            if usage := holder.get("usage"):
                say_usage(self.out, usage)
        self._rest(value)
        for holder in holders:
            if holder.get("error") and not self.out.failed:
                self._fail(holder["error"])

    def _finish(self, choice: Choice, value: Value) -> None:
        """The choice's end, if this is it, and its fields that have no place elsewhere."""
        known = self.known(value)
        if reason := value.get("finish_reason"):
            why = rest_of({name: value.get(name) for name in _WHY}, frozenset())
            sequence = next((why.pop(name) for name in _SEQUENCES if isinstance(why.get(name), str)), None)
            choice.stop(REASONS.get(reason, "other"), reason, sequence, why)
            known |= _WHY
        if more := telling(value, known):
            self.out.rest(choice.place(), more, known)

    def _rest(self, value: Value) -> None:
        if groq := value.get("x_groq"):
            self.out.rest("x_groq", groq, frozenset({"usage", "error"}))
        beside = {name: field for name, field in value.items() if name not in self._known}
        if beside == self._beside:  # as in nearly every chunk: all of it was said
            return
        same = {name for name, said in self._head.items() if value.get(name) == said}
        if more := telling(beside, same):
            self._head = {name: value.get(name, said) for name, said in self._head.items()}
            self.out.rest("chunk", more, self._known)
        self._beside = beside

    def _fail(self, error: Any) -> None:
        kind, message = error_in({"error": error})
        self.out.error("provider", kind, message, provider=error)


def telling(value: Mapping[str, Any], known: Set[str]) -> Value:
    """The fields that are neither known nor empty."""
    if value.keys() <= known:  # mostly
        return {}
    return {name: field for name, field in value.items() if name not in known and field not in _EMPTY}
