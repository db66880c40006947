"""Cohere's generate: JSON lines with more text, `is_finished` in the last. Also on Bedrock, without `event_type`.

Rules: a generation is a choice. What the end repeats of a generation is compared with what was said, and only what is
new is told; an answer in one piece is an end with everything in it.
"""

from collections import defaultdict
from typing import ClassVar

from gateway.dialects.api import Api, Value
from gateway.dialects.cohere.chat_v1 import CohereV1Chat, say_meta, say_stop
from gateway.dialects.composer import Composer
from gateway.dialects.spoken import Spoken
from gateway.wire.frame import Frame

__all__ = ["CohereGenerate"]

_GENERATION = frozenset({"text", "index", "finish_reason"})
_LINE = frozenset({"event_type", "is_finished", "index", "text"})
_END = _LINE | {"response"}


class CohereGenerate(Api):
    """POST /v1/generate."""

    name: ClassVar[str] = "cohere.generate"
    dropped: ClassVar[frozenset[str]] = CohereV1Chat.dropped

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._texts: defaultdict[int, Spoken] = defaultdict(Spoken)
        self._blocks: dict[int, int] = {}

    def kind(self, frame: Frame, value: Value) -> str:
        """The event's type, if it has one."""
        return str(value.get("event_type") or super().kind(frame, value))

    def frame(self, frame: Frame, value: Value) -> None:
        """One line: more text, the end, an error, or all at once."""
        choice = value.get("index") or 0
        if "generations" in value:
            self.document(value)
        elif value.get("err"):
            self.out.error("provider", value.get("finish_reason") or "error", value["err"], provider=value)
        elif value.get("is_finished"):
            self._finish(value)
        elif "text" in value:
            self._speak(choice, value["text"])
            self.out.rest("text-generation", value, _LINE)
            self.repeats()
        else:
            self.out.provider(self.kind(frame, value), value)

    def end(self) -> None:
        """Only a line that says `is_finished` finishes."""

    def document(self, value: Value) -> None:
        """All generations, and what they cost."""
        for position, generation in enumerate(value.get("generations") or ()):
            choice = generation.get("index") or position
            known = _GENERATION if choice in self._blocks else _GENERATION | {"id"}
            self.out.message(choice, id=generation.get("id"))
            self._complete(choice, generation["text"])
            self.out.rest(f"generation {choice}", generation, known)
            say_stop(self.out, choice, generation.get("finish_reason"))
        self.out.rest("response", value, frozenset({"generations", "meta"}))
        say_meta(self.out, value.get("meta"))
        if self.out.stopped:
            self.out.finish()

    def _finish(self, value: Value) -> None:
        response = value.get("response") or {}
        generations = response.get("generations") or ()
        words = [generation.get("finish_reason") for generation in generations] or [value.get("finish_reason")]
        known = _END if value.get("finish_reason") not in words else _END | {"finish_reason"}
        self.out.rest("stream-end", value, known)
        if text := value.get("text"):
            self._speak(value.get("index") or 0, text)
        if not generations:
            say_stop(self.out, value.get("index") or 0, value.get("finish_reason"))
        self.document(response)

    def _speak(self, choice: int, text: str) -> None:
        if choice not in self._blocks:
            self._blocks[choice] = self.out.open("text", choice=choice)
        self._texts[choice].add(text)
        self.out.text(self._blocks[choice], text)

    def _complete(self, choice: int, text: str) -> None:
        more = self._texts[choice].beyond(text)
        if more is not None:
            self._speak(choice, more)
        else:
            self.out.provider("stream-end", {"text": text}, "not the text that was streamed")
