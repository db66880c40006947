"""Gemini generateContent and streamGenerateContent, of the Gemini API and of Vertex AI.

Each frame is a GenerateContentResponse. There are no starts, no stops and no last frame: a stream is whole if every
candidate that began has its `finishReason` (or the prompt a `blockReason`) and the body ends as it should.

Tokens: `input` is the prompt with what is cached of it, and what the server's tools gave back to the model
(`toolUsePromptTokenCount`); `output` is the candidates' and the thoughts'. Together they are `totalTokenCount`.
"""

from typing import ClassVar

from gateway.dialects.api import Api, Value
from gateway.dialects.composer import Composer
from gateway.dialects.gemini.candidate import GeminiCandidate
from gateway.dialects.gemini.usage import GeminiUsage
from gateway.dialects.provider_error import error_in
from gateway.wire.frame import Frame

__all__ = ["GeminiGenerate"]

_SAID = frozenset({"candidates", "usageMetadata"})
_HEAD = ("responseId", "modelVersion")
_SAID_AND_HEAD = _SAID.union(_HEAD)
_TOKENS = {
    "prompt": "promptTokenCount",
    "tools": "toolUsePromptTokenCount",
    "answer": "candidatesTokenCount",
    "thoughts": "thoughtsTokenCount",
    "total": "totalTokenCount",
    "cached": "cachedContentTokenCount",
}


class GeminiGenerate(Api):
    """Reads one response of a model of Gemini."""

    name: ClassVar[str] = "gemini.generate_content"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "index",  # of a candidate: the choice
            "thought",  # of a text: its block is one of thinking
            "willContinue",  # of a call: its block is still open; of an argument: `more`
            "nullValue",  # of an argument: a delta without a value
        }
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._candidates: dict[int, GeminiCandidate] = {}
        self._head: Value = {}
        self._usage = GeminiUsage(out, _TOKENS)

    def kind(self, frame: Frame, value: Value) -> str:
        """The provider has no names for its frames, but two types."""
        return frame.event or ("error" if value.get("error") else "GenerateContentResponse")

    def frame(self, _frame: Frame, value: Value) -> None:
        """A piece of the response, or the error that ends it. What it makes nothing of is old, or said at the end."""
        self.document(value)
        self.repeats()

    def end(self) -> None:
        """The body's end is the stream's, if all candidates have theirs."""
        if self.out.stopped:
            self.out.finish()

    def document(self, value: Value) -> None:
        """A whole response looks like a piece of one."""
        if value.get("error"):
            return self._fail(value)
        for candidate in value.get("candidates") or ():
            self._candidate(candidate, value)
        known = _SAID_AND_HEAD
        if self._blocked(value):
            known |= {"promptFeedback"}
        if value.get("usageMetadata"):
            self._usage.say(value["usageMetadata"])
        for field in _HEAD:
            if value.get(field) != self._head.get(field):
                known -= {field}
        return self.out.rest("response", value, known)

    def _candidate(self, candidate: Value, value: Value) -> None:
        choice = candidate.get("index") or 0
        if choice not in self._candidates:
            self._candidates[choice] = GeminiCandidate(self.out, choice, candidate, self._begun(value))
        self._candidates[choice].add(candidate)

    def _begun(self, value: Value) -> dict[str, str | None]:
        """What a message's start says of the response."""
        self._head = {field: value.get(field) for field in _HEAD}
        return {"id": value.get("responseId"), "model": value.get("modelVersion")}

    def _blocked(self, value: Value) -> bool:
        """Whether the prompt was blocked, which is answered by a message that has nothing in it."""
        feedback = value.get("promptFeedback") or {}
        if not feedback.get("blockReason"):
            return False
        if not self._head:
            self.out.message(0, **self._begun(value))
        details = {field: said for field, said in feedback.items() if field != "blockReason"}
        self.out.stop(0, "content_filter", feedback["blockReason"], details=details)
        return True

    def _fail(self, value: Value) -> None:
        code = value["error"].get("code") if isinstance(value["error"], dict) else None
        status = code if type(code) is int and code in range(100, 1000) else None
        self.out.error("provider", *error_in(value), status=status, provider=value)
