"""Cohere's chat API, version 2: server-sent events whose `type` says what they are, `message-end` last.

Rules: content blocks and tool calls have starts, deltas and ends of their own. A tool plan has only deltas; it is a
thinking block that ends where the next block begins. A citation belongs to the content block that it names, or to the
latest one, and its `start` and `end` count in that block's text. `tokens` are the totals; `billed_units` leave out what
Cohere adds to a prompt, and count only where there is nothing better.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer
from gateway.events import BlockKind, Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "CohereChat", "citation_of", "say_usage"]

# Of both versions; `ERROR` is not among them, as it is no way to stop.
REASONS: Mapping[str, Reason] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop_sequence",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR_LIMIT": "length",
    "ERROR_TOXIC": "content_filter",
    "TIMEOUT": "other",
    "USER_CANCEL": "other",
}

_CITATION = ("text", "start", "end")
_BLOCKS: Mapping[str, BlockKind] = {"text": "text", "thinking": "thinking"}
_CONTENT = frozenset({"type", "text", "thinking"})
_CALL = frozenset({"id", "type", "function"})
_FUNCTION = frozenset({"name", "arguments"})
_MESSAGE = frozenset({"role", "content", "tool_plan", "tool_calls", "citations"})
_BODY = frozenset({"id", "message", "finish_reason", "usage", "logprobs"})
_EVENT = frozenset({"type", "index", "delta", "message"})


class CohereChat(Api):
    """POST /v2/chat."""

    name: ClassVar[str] = "cohere.chat"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "type",  # of an event, its name; of a block, its kind; of a tool call, always "function"
            "index",  # our own index stands for it
        }
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._contents: dict[int | None, int] = {}
        self._calls: dict[int | None, int] = {}
        self._latest: int | None = None
        self._plan: int | None = None

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        if kind not in self._EVENTS:
            return self.out.provider(kind, value)
        say, placed = self._EVENTS[kind]
        say(self, value)
        delta = value.get("delta") or {}
        for fields in (delta.get("message") or {}, delta, value):
            self.out.rest(kind, {name: field for name, field in fields.items() if field not in ([], "")}, placed)
        return None

    def end(self) -> None:
        """Only `message-end` finishes."""

    def document(self, value: Value) -> None:
        """The whole message; its blocks have no ends of their own."""
        message = value["message"]
        self.out.message(role=message.get("role"), id=value.get("id"))
        self._say_plan(message.get("tool_plan"))
        for index, content in enumerate(message.get("content") or ()):
            self._open_content(index, content)
        for citation in message.get("citations") or ():
            self._cite(citation)
        for index, call in enumerate(message.get("tool_calls") or ()):
            self._open_call(index, call)
        if value.get("logprobs") and self._latest is not None:
            self.out.delta(self._latest, "logprobs", logprobs=value["logprobs"])
        self.out.rest("message", message, _MESSAGE)
        self.out.rest("response", value, _BODY if self._latest is not None else _BODY - {"logprobs"})
        self._stop(value)

    def _start(self, value: Value) -> None:
        self.out.message(role=value["delta"]["message"].get("role"), id=value.get("id"))

    def _plan_delta(self, value: Value) -> None:
        self._say_plan(value["delta"]["message"]["tool_plan"])

    def _say_plan(self, text: str | None) -> None:
        if not text:
            return self.repeats()
        if self._plan is None or not self.out.is_open(self._plan):
            self._plan = self.out.open("thinking", provider_type="tool_plan")
        return self.out.text(self._plan, text)

    def _end_plan(self) -> None:
        if self._plan is not None and self.out.is_open(self._plan):
            self.out.close(self._plan, synthesized=True)

    def _content_start(self, value: Value) -> None:
        self._end_plan()
        self._open_content(value.get("index"), value["delta"]["message"]["content"])

    def _open_content(self, index: int | None, content: Value) -> None:
        type_ = content.get("type", "text")
        kind = _BLOCKS.get(type_, "other")
        more = rest_of(content, _CONTENT)
        self._latest = self._contents[index] = self.out.open(
            kind, provider_type=type_ if type_ != kind else None, provider=more
        )
        self._say_content(self._latest, content)

    def _content_delta(self, value: Value) -> None:
        block = self._contents[value.get("index")]
        content = value["delta"]["message"]["content"]
        self._say_content(block, content)
        if more := rest_of(content, _CONTENT):
            self.out.delta(block, "provider", provider=more)
        if logprobs := value.get("logprobs"):
            self.out.delta(block, "logprobs", logprobs=logprobs)
        self.repeats()

    def _say_content(self, block: int, content: Value) -> None:
        self.out.text(block, content.get("thinking"))
        self.out.text(block, content.get("text"))

    def _content_end(self, value: Value) -> None:
        self.out.close(self._contents[value.get("index")])

    def _call_start(self, value: Value) -> None:
        self._end_plan()
        self._open_call(value.get("index"), value["delta"]["message"]["tool_calls"])

    def _open_call(self, index: int | None, call: Value) -> None:
        function = call.get("function") or {}
        more = {**rest_of(call, _CALL), **rest_of(function, _FUNCTION)}
        block = self.out.open("tool_call", id=call.get("id"), name=function.get("name"), by="client", provider=more)
        self._calls[index] = block
        self.out.json(block, function.get("arguments"))

    def _call_delta(self, value: Value) -> None:
        call = value["delta"]["message"]["tool_calls"]
        function = call["function"]
        block = self._calls[value.get("index")]
        self.out.json(block, function.get("arguments"))
        if more := {**rest_of(call, _CALL - {"id"}), **rest_of(function, frozenset({"arguments"}))}:
            self.out.delta(block, "provider", provider=more)
        self.repeats()

    def _call_end(self, value: Value) -> None:
        self.out.close(self._calls[value.get("index")])

    def _citation(self, value: Value) -> None:
        self._cite(value["delta"]["message"]["citations"])

    def _cite(self, citation: Value) -> None:
        block = self._contents.get(citation.get("content_index"), self._latest)
        if citation.get("type") == "PLAN":
            block = self._plan
        if block is None or not self.out.is_open(block):
            self.out.provider("citation-start", citation)
        else:
            self.out.delta(block, "citation", citation=citation_of(citation))

    def _citation_end(self, _value: Value) -> None:
        self.repeats()

    def _end(self, value: Value) -> None:
        self._stop(value["delta"])

    def _stop(self, said: Value) -> None:
        """The end of the message: what it cost, and why it ended."""
        say_usage(self.out, said.get("usage"))
        word = said.get("finish_reason")
        if word == "ERROR" or said.get("error"):
            message = said.get("error") or "the provider gave no message"
            return self.out.error("provider", word or "error", message, provider=rest_of(said, frozenset({"usage"})))
        self.out.stop(0, REASONS.get(word or "", "other"), word)
        return self.out.finish()

    # What an event of this type says, and its fields (of the message, the delta and itself) that are said then.
    _EVENTS: ClassVar[Mapping[str, tuple[Callable[["CohereChat", Value], None], frozenset[str]]]] = {
        "message-start": (_start, _EVENT | {"id", "role"}),
        "tool-plan-delta": (_plan_delta, _EVENT | {"tool_plan"}),
        "content-start": (_content_start, _EVENT | {"content"}),
        "content-delta": (_content_delta, _EVENT | {"content", "logprobs"}),
        "content-end": (_content_end, _EVENT),
        "tool-call-start": (_call_start, _EVENT | {"tool_calls"}),
        "tool-call-delta": (_call_delta, _EVENT | {"tool_calls"}),
        "tool-call-end": (_call_end, _EVENT),
        "citation-start": (_citation, _EVENT | {"citations"}),
        "citation-end": (_citation_end, _EVENT),
        "message-end": (_end, _EVENT | {"finish_reason", "usage", "error"}),
    }


def citation_of(citation: Value) -> Value:
    """The citation's own fields by our names, the others as they are."""
    named = {name: citation[name] for name in _CITATION if citation.get(name) is not None}
    return {**named, "provider": rest_of(citation, frozenset(_CITATION))}


def say_usage(out: Composer, usage: Mapping[str, Any] | None) -> None:
    """The totals of `tokens`, or else of `billed_units`."""
    if not usage:
        return
    tokens = usage.get("tokens") or usage.get("billed_units") or {}
    out.usage(
        usage,
        input=tokens.get("input_tokens"),
        output=tokens.get("output_tokens"),
        reasoning=tokens.get("reasoning_tokens"),
        cache_read=usage.get("cached_tokens"),
    )
