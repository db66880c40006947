"""One candidate of a Gemini response: its message, its parts, what annotates them, and why it ends.

Old servers say a `finishReason` in every frame, so the last one counts; one that another takes back is reported.
Metadata comes with or after the text that it is about, often again and again: what was said before is not said again.
"""

from collections.abc import Callable, Iterator, Mapping

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.gemini.citations import CITATIONS, GROUNDING, cited, grounded
from gateway.dialects.gemini.parts import GeminiParts
from gateway.events import Reason

__all__ = ["REASONS", "GeminiCandidate"]

# Every FinishReason.
REASONS: Mapping[str, Reason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "pause",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "ESCALATION": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "FINISH_REASON_UNSPECIFIED": "other",
    "OTHER": "other",
    "IMAGE_OTHER": "other",
    "NO_IMAGE": "other",
    "TOO_MANY_TOOL_CALLS": "other",
    "MALFORMED_FUNCTION_CALL": "other",
    "MALFORMED_RESPONSE": "other",
    "UNEXPECTED_TOOL_CALL": "other",
    "MISSING_THOUGHT_SIGNATURE": "other",
    "PUP_LIMITED_DISABLED": "other",
}

_STOP = frozenset({"finishReason", "finishMessage"})
_SAID = frozenset({"content", "index"})
_PARTS = frozenset({"parts"})
_PARTS_AND_ROLE = _PARTS | {"role"}

# Metadata that is about a block of text: what makes citations of it, and which of its fields they say.
_SOURCES: Mapping[str, tuple[Callable[[Value], Iterator[Value]], frozenset[str]]] = {
    "groundingMetadata": (grounded, GROUNDING),
    "citationMetadata": (cited, CITATIONS),
}
_ABOUT_TEXT = (*_SOURCES, "logprobsResult")


class GeminiCandidate:
    """The candidate of one choice. `head` is what the response says of every message: its `id` and `model`."""

    def __init__(self, out: Composer, choice: int, first: Value, head: Mapping[str, str | None]) -> None:
        self._out = out
        self._choice = choice
        self._name = f"candidates[{choice}]"
        self._content_name = f"{self._name}.content"
        self._role = (first.get("content") or {}).get("role")
        self._parts = GeminiParts(out, choice)
        self._stop: Value = {}
        self._cited: set[str] = set()
        out.message(choice, role=self._role, **head)

    def add(self, candidate: Value) -> None:
        """What a frame has of it."""
        content = candidate.get("content") or {}
        for part in content.get("parts") or ():
            self._parts.add(part)
        known = _PARTS_AND_ROLE if content.get("role") == self._role else _PARTS
        self._out.rest(self._content_name, content, known)
        known = _SAID
        for field in _ABOUT_TEXT:
            if candidate.get(field) and self._annotate(field, candidate):
                known |= {field}
        stop: Value = {}
        if candidate.get("finishReason"):
            known |= _STOP
            stop = {field: said for field, said in candidate.items() if field in _STOP and said}
        self._out.rest(self._name, candidate, known)
        self._end(stop)

    def _annotate(self, field: str, candidate: Value) -> bool:
        """Say it of the text that is open; whether there was any."""
        block = self._parts.text_block()
        if block is None:
            return False
        metadata = candidate[field]
        if field not in _SOURCES:
            self._out.delta(block, "logprobs", logprobs=metadata)
            return True
        citations, known = _SOURCES[field]
        for citation in citations(metadata):
            if (said := json_text(citation)) not in self._cited:
                self._cited.add(said)
                self._out.delta(block, "citation", citation=citation)
        self._out.rest(f"{self._name}.{field}", metadata, known)
        return True

    def _end(self, stop: Value) -> None:
        """Why it ends, as far as is known; a call that comes after STOP changes what that means."""
        if stop and self._stop and stop != self._stop:
            self._out.provider(self._name, self._stop)
        self._stop = stop or self._stop
        if self._stop:
            word = self._stop["finishReason"]
            reason = REASONS.get(word, "other")
            called = reason == "stop" and self._parts.called
            details = rest_of(self._stop, frozenset({"finishReason"}))
            self._out.stop(self._choice, "tool_calls" if called else reason, word, details=details)
