"""Cohere's first chat API: JSON lines whose `event_type` says what they are, `stream-end` last. Also on Bedrock.

Rules: text has no start and no end. What `stream-end` repeats (text, citations, tool calls) is compared with what was
said, and only what is new is told.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from gateway.dialects.api import Api, Value, json_text
from gateway.dialects.cohere.chat import REASONS, citation_of, say_usage
from gateway.dialects.composer import Composer
from gateway.dialects.spoken import Spoken
from gateway.wire.frame import Frame

__all__ = ["CohereV1Chat", "say_meta", "say_stop"]

_LINE = frozenset({"event_type", "is_finished"})
_CHUNK = frozenset({"index", "parameters", "text"})
_USAGE = frozenset({"billed_units", "tokens", "cached_tokens"})
_REPEATED = frozenset({"text", "citations", "tool_calls", "meta"})


class _Call(NamedTuple):
    """A tool call that was told, with its parameters so far."""

    block: int
    name: str | None
    parameters: Spoken


class CohereV1Chat(Api):
    """POST /v1/chat."""

    name: ClassVar[str] = "cohere.v1.chat"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "event_type",  # an event's name
            "is_finished",  # true where the stream ends
            "index",  # of a tool call: our own index stands for it
        }
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._text: int | None = None
        self._plan: int | None = None
        self._spoken = Spoken()
        self._planned = Spoken()
        self._id: str | None = None
        self._citations: list[Value] = []
        self._calls: dict[int, _Call] = {}

    def kind(self, frame: Frame, value: Value) -> str:
        """The event's type."""
        return str(value.get("event_type") or super().kind(frame, value))

    def frame(self, frame: Frame, value: Value) -> None:
        """One line."""
        kind = self.kind(frame, value)
        if kind not in self._EVENTS:
            return self.out.provider(kind, value)
        say, placed = self._EVENTS[kind]
        say(self, value)
        return self.out.rest(kind, value, placed)

    def end(self) -> None:
        """Only `stream-end` finishes."""

    def document(self, value: Value) -> None:
        """The object that `stream-end` has as its response."""
        self._response(value, value.get("finish_reason"))

    def _start(self, value: Value) -> None:
        self._begin(value["generation_id"])

    def _begin(self, id_: str | None) -> None:
        self._id = id_
        self.out.message(id=id_)

    def _text_generation(self, value: Value) -> None:
        self._speak(value["text"])
        self.repeats()

    def _speak(self, text: str) -> None:
        if self._text is None:
            self._text = self.out.open("text")
        self._spoken.add(text)
        self.out.text(self._text, text)

    def _citation_generation(self, value: Value) -> None:
        self._cite(value["citations"])

    def _cite(self, citations: Sequence[Value]) -> None:
        for citation in citations:
            self._citations.append(citation)
            if self._text is None:
                self.out.provider("citation", citation)
            else:
                self.out.delta(self._text, "citation", citation=citation_of(citation))

    def _calls_chunk(self, value: Value) -> None:
        delta = value.get("tool_call_delta") or {}
        self._say_plan(value.get("text") or delta.get("text"))
        if delta.get("name") is not None or delta.get("parameters") is not None:
            self._call(int(delta.get("index") or 0), delta)
        self.repeats()

    def _say_plan(self, text: str | None) -> None:
        if text:
            if self._plan is None:
                self._plan = self.out.open("thinking")
            self._planned.add(text)
            self.out.text(self._plan, text)

    def _call(self, index: int, delta: Value) -> None:
        if index not in self._calls:
            name = delta.get("name")
            self._calls[index] = _Call(self.out.open("tool_call", name=name, by="client"), name, Spoken())
        call = self._calls[index]
        named = delta.get("name") == call.name
        self.out.rest(f"tool call {index}", delta, _CHUNK | {"name"} if named else _CHUNK)
        if parameters := delta.get("parameters"):
            call.parameters.add(parameters)
            self.out.json(call.block, parameters)

    def _calls_generation(self, value: Value) -> None:
        text = value.get("text") or ""
        more = self._planned.beyond(text)
        if more is not None:
            self._say_plan(more)
        elif text:
            self.out.provider("tool-calls-generation", {"text": text}, "not the plan that was streamed")
        self._complete_calls(value["tool_calls"])
        self.repeats()

    def _complete_calls(self, calls: Sequence[Value]) -> None:
        """All calls as objects: told if they were not told in chunks, and reported if they were but differ."""
        if not self._calls:
            for index, call in enumerate(calls):
                self._call(index, {**call, "parameters": json_text(call["parameters"])})
        elif [_told(call) for call in self._calls.values()] != [(call["name"], call["parameters"]) for call in calls]:
            self.out.provider("tool-calls-generation", {"tool_calls": calls}, "not what the chunks had said")
        for index, call in enumerate(calls):
            self.out.rest(f"tool call {index}", call, frozenset({"name", "parameters"}))

    def _end(self, value: Value) -> None:
        self._response(value.get("response") or {}, value.get("finish_reason"))

    def _response(self, response: Value, word: str | None) -> None:
        """The whole answer: told as far as it was not told before."""
        new = self._id is None and not self._spoken and not self._calls
        if new:
            self._begin(response.get("generation_id"))
        said = {"generation_id": self._id, "finish_reason": word}
        known = _REPEATED | {name for name, field in said.items() if response.get(name) == field}
        self._complete_text(response.get("text") or "", also=not response.get("tool_calls"))
        self._cite([citation for citation in response.get("citations") or () if citation not in self._citations])
        if calls := response.get("tool_calls"):
            self._complete_calls(calls)
        self.out.rest("response", response, known)
        say_meta(self.out, response.get("meta"))
        say_stop(self.out, 0, word, called=bool(self._calls))
        self.out.finish()

    def _complete_text(self, text: str, *, also: bool) -> None:
        """All of the text, or of the plan; `also` if there should be a block even of an empty one."""
        if text == str(self._planned) and not self._spoken and not also:
            return
        more = self._spoken.beyond(text)
        if more is None:
            self.out.provider("stream-end", {"text": text}, "not the text that was streamed")
        elif more or (also and self._text is None):
            self._speak(more)

    # What a line of this type says, and its fields that are said then.
    _EVENTS: ClassVar[Mapping[str, tuple[Callable[["CohereV1Chat", Value], None], frozenset[str]]]] = {
        "stream-start": (_start, _LINE | {"generation_id"}),
        "text-generation": (_text_generation, _LINE | {"text"}),
        "citation-generation": (_citation_generation, _LINE | {"citations"}),
        "tool-calls-chunk": (_calls_chunk, _LINE | {"text", "tool_call_delta"}),
        "tool-calls-generation": (_calls_generation, _LINE | {"text", "tool_calls"}),
        "stream-end": (_end, _LINE | {"finish_reason", "response"}),
    }


def _told(call: _Call) -> tuple[str | None, Any]:
    """Name and parameters; these as the text that they are where a limit cut them off."""
    parameters = str(call.parameters) or "{}"
    try:
        return call.name, json.loads(parameters)
    except ValueError:
        return call.name, parameters


def say_meta(out: Composer, meta: Value | None) -> None:
    """What it cost, and what else was said about the answer."""
    if meta:
        say_usage(out, {name: field for name, field in meta.items() if name in _USAGE})
        out.rest("meta", meta, _USAGE)


def say_stop(out: Composer, choice: int, word: str | None, *, called: bool = False) -> None:
    """Why a choice ended. A chat that calls tools is COMPLETE, too."""
    if word == "ERROR":
        out.error("provider", "ERROR", "the provider gave no message")
    elif word == "COMPLETE" and called:
        out.stop(choice, "tool_calls", word)
    else:
        out.stop(choice, REASONS.get(word or "", "other"), word)
