"""Ollama's chat and generate: each line is one object, the last one says `done: true`.

A line has more of the message; a call comes whole. Blocks have no starts and stops: text goes on with the block of the
line before, if that is of the same kind. Both APIs say the same but for where a line has the text. An answer that is no
stream is a last line that has it all.

Nearly every line has the server's time, `created_at`: that of the first is in `message.start`'s company, a `provider`
event, that of the last with its durations in `usage.provider`. Those between are dropped.
"""

from collections.abc import Mapping
from typing import ClassVar

from gateway.dialects.api import Api, Value, json_text, rest_of
from gateway.dialects.composer import Composer, OutOfOrder
from gateway.dialects.provider_error import error_in
from gateway.events import BlockKind, Reason
from gateway.wire.frame import Frame

__all__ = ["OllamaChat", "OllamaGenerate"]

# `load` and `unload`: a request without a message, which has the model brought into memory, or out of it.
_REASONS: Mapping[str, Reason] = {"stop": "stop", "length": "length", "load": "other", "unload": "other"}

_COUNTED = frozenset(
    {
        "total_duration",
        "load_duration",
        "prompt_eval_count",
        "prompt_eval_duration",
        "eval_count",
        "eval_duration",
    }
)
_LAST = _COUNTED | {"created_at"}
_ENDING = _COUNTED | {"done_reason"}
_ENVELOPE = frozenset({"created_at", "done", "logprobs", "model"})
_MESSAGE = frozenset({"content", "thinking", "images", "tool_calls"})
_MESSAGE_AND_ROLE = _MESSAGE | {"role"}


class OllamaChat(Api):
    """Reads one response of /api/chat."""

    name: ClassVar[str] = "ollama.chat"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "created_at",  # of the lines between the first and the last: when the server made them
            "done",  # false until message.stop
            "index",  # of a call: its block's
        }
    )
    spoken: ClassVar[frozenset[str]] = frozenset({"message"})
    """The fields of a line that `message` reads."""

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._block: int | None = None
        self._kind: BlockKind | None = None
        self._head: Value = {}
        self._called = False
        self._known = self.spoken | _ENVELOPE

    def kind(self, frame: Frame, value: Value) -> str:
        """Lines have no names; there are three sorts of them."""
        return frame.event or ("error" if value.get("error") else "done" if value.get("done") else "line")

    def frame(self, _frame: Frame, value: Value) -> None:
        """One line. Nothing is left of it that was not said, now or before."""
        self.document(value)
        self.repeats()

    def end(self) -> None:
        """A body without a last line is not whole; one that has it was finished there."""

    def document(self, value: Value) -> None:
        """A line that may have it all."""
        if value.get("error"):
            return self.out.error("provider", *error_in(value), provider=value)
        if self.out.finished:
            raise OutOfOrder("a line after the last one")
        message = self.message(value)
        self._begin(value, message)
        self._say(message)
        said = self._weigh(value)
        if not value.get("done"):
            return self.out.rest("response", value, said)
        self.out.rest("response", value, said | _ENDING)
        return self._finish(value)

    def message(self, value: Value) -> Value:
        """What the line has of the message."""
        return value.get("message") or {}

    def _begin(self, value: Value, message: Value) -> None:
        """The first line also has whose message it is; what later ones say of that counts if it is something else."""
        if not self._head:
            self._head = {"model": value.get("model"), "role": message.get("role")}
            self.out.message(role=message.get("role"), model=value.get("model"))
            self.out.rest("response", {"created_at": value.get("created_at")}, frozenset())

    def _say(self, message: Value) -> None:
        self._text("thinking", message.get("thinking"))
        self._text("text", message.get("content"))
        for image in message.get("images") or ():
            self._close()
            block = self.out.open("image")
            self.out.delta(block, "data", base64=image)
            self.out.close(block, synthesized=True)
        for call in message.get("tool_calls") or ():
            self._call(call)
        known = _MESSAGE_AND_ROLE if message.get("role") == self._head["role"] else _MESSAGE
        self.out.rest("message", message, known)

    def _text(self, kind: BlockKind, text: str | None) -> None:
        if not text:
            return
        if self._block is None or self._kind != kind:
            self._close()
            self._block, self._kind = self.out.open(kind), kind
        self.out.text(self._block, text)

    def _call(self, call: Value) -> None:
        function = call["function"]
        provider = {
            **rest_of(call, frozenset({"id", "function"})),
            **rest_of(function, frozenset({"name", "arguments", "index"})),
        }
        self._close()
        self._called = True
        block = self.out.open("tool_call", id=call.get("id"), name=function["name"], by="client", provider=provider)
        if function.get("arguments"):
            self.out.json(block, json_text(function["arguments"]))
        self.out.close(block, synthesized=True)

    def _weigh(self, value: Value) -> frozenset[str]:
        """Log probabilities, of the text that is open; returns the fields of the line of which no more need be said."""
        known = self._known if value.get("model") == self._head["model"] else self._known - {"model"}
        if not value.get("logprobs"):
            return known
        if self._block is None:
            return known - {"logprobs"}
        self.out.delta(self._block, "logprobs", logprobs=value["logprobs"])
        return known

    def _close(self) -> None:
        if self._block is not None:
            self.out.close(self._block, synthesized=True)
        self._block = None

    def _finish(self, value: Value) -> None:
        counts = {name: field for name, field in value.items() if name in _LAST and field is not None}
        if counts.keys() & _COUNTED:
            self.out.usage(counts, input=value.get("prompt_eval_count"), output=value.get("eval_count"))
        word = value.get("done_reason") or None
        reason = _REASONS.get(word or "", "other")
        self.out.stop(0, "tool_calls" if reason == "stop" and self._called else reason, word)
        self.out.finish()


class OllamaGenerate(OllamaChat):
    """Reads one response of /api/generate."""

    name: ClassVar[str] = "ollama.generate"
    spoken: ClassVar[frozenset[str]] = frozenset({"response", "thinking", "image", "images", "tool_calls"})

    def message(self, value: Value) -> Value:
        """The same, from the line itself."""
        images = [*([value["image"]] if value.get("image") else []), *(value.get("images") or [])]
        fields = {"content": "response", "thinking": "thinking", "tool_calls": "tool_calls"}
        return {**{name: value.get(field) for name, field in fields.items()}, "images": images}
