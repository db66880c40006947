"""OpenAI's responses API, and whoever speaks it: what its events mean. Their items are the business of `Output`.

    response.created  (output_item.added  (part.added  delta*  done  part.done)*  output_item.done)*  response.completed

The first event echoes the request's settings, and the last repeats the whole response: a field is said again only once
it has changed. A call that the client has to execute, and that no item answers, makes the reason `tool_calls`; else
`completed` is `stop`. The provider's word is the reason why a response is incomplete, else its status.
"""

from collections.abc import Callable
from typing import ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.response_output import OUTPUT_EVENTS, PLACE, Output
from gateway.dialects.openai.said import Said
from gateway.dialects.openai.usage import say_usage
from gateway.dialects.provider_error import error_in
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["OpenAIResponses"]

_REASONS: dict[str, Reason] = {
    "completed": "stop",
    "max_output_tokens": "length",
    "max_messages": "length",
    "content_filter": "content_filter",
    "steered": "pause",  # another response goes on with what the client put in between
}
_HEAD = frozenset({"object", "usage"})
_OVER = ("completed", "incomplete", "failed", "cancelled", "done")


class OpenAIResponses(Api):
    """The responses API, streamed or in one piece."""

    name: ClassVar[str] = "openai.responses"

    # Fields that become no field of an event: the place and the kind of what an event is about, for which blocks have
    # their own; random padding; and the name of the response's own kind.
    dropped: ClassVar[frozenset[str]] = PLACE | {"object"}

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._output = Output(out)
        self._said = Said()
        self._begun = False
        self._audio: int | None = None

    def kind(self, frame: Frame, value: Value) -> str:
        """Its `type`; not every server names the event too."""
        kind = value.get("type")
        return kind if isinstance(kind, str) else super().kind(frame, value)

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        if about_output := OUTPUT_EVENTS.get(kind):
            about_output(self._output, kind, value)
            self.repeats()
        elif event := _EVENTS.get(kind):
            event(self, kind, value)
            self.repeats()
        elif value.get("error"):
            self._fail(kind, value)
        else:
            self.out.provider(kind, value)

    def end(self) -> None:
        """A stream without its last event is not whole."""

    def document(self, value: Value) -> None:
        """A response in one piece, or one that is asked for again and may not be done yet."""
        if "output" in value or "status" in value:
            self._close(value, "response")
        else:
            super().document(value)

    def _progress(self, kind: str, value: Value) -> None:
        self._head(value["response"], _HEAD)
        self._rest(kind, value)

    def _over(self, kind: str, value: Value) -> None:
        self._rest(kind, value)
        self._close(value["response"], kind)

    def _rest(self, kind: str, value: Value) -> None:
        if rest := rest_of(value, PLACE | {"response"}):
            self.out.provider(kind, rest)

    def _head(self, response: Value, known: frozenset[str]) -> None:
        """What the response says of itself beside the fields that are `known`."""
        if not self._begun and not self._output.begun:
            self._begun = True
            head = {name: response.get(name) for name in ("id", "model")}
            self._said.new(head)
            self.out.message(0, **head)
        if new := self._said.new(rest_of(response, known)):
            self.out.provider("response", new)
        say_usage(self.out, response.get("usage"))

    def _close(self, response: Value, kind: str) -> None:
        """The response as it is in the end: its items, and why it ends."""
        error, status = response.get("error"), response.get("status") or kind.rpartition(".")[2]
        ends = not (self.out.failed or self.out.finished)  # else an event before has told how
        fails = bool(error) or status == "failed"
        why = {"error" if fails else "incomplete_details"} if ends else set()
        self._head(response, _HEAD | {"output"} | why)
        self._output.whole(response.get("output") or [])
        if ends and fails:
            self.out.error("provider", *error_in(error or {}), provider=error)
        elif ends:
            self._stop(response.get("incomplete_details") or {}, status)

    def _stop(self, details: Value, status: str) -> None:
        word = details.get("reason") or status
        reason = _REASONS.get(word, "other")
        if reason == "stop" and self._output.waits:
            reason = "tool_calls"
        self.out.stop(0, reason, word, details=rest_of(details, frozenset({"reason"})))
        self.out.finish()

    def _fail(self, kind: str, value: Value) -> None:
        """The stream fails; `response.failed` may follow."""
        error = rest_of(value, frozenset({"type", "sequence_number"}))
        if self.out.failed:
            self.out.provider(kind, error)
        else:
            self.out.error("provider", *error_in(error), provider=error)

    def _sound(self, kind: str, value: Value) -> None:
        """Audio and its transcript belong to no item. They are done with the response."""
        if delta := value.get("delta"):
            if self._audio is None:
                self._begun = True
                self._audio = self.out.open("audio")
            if kind == "response.audio.delta":
                self.out.delta(self._audio, "data", base64=delta)
            else:
                self.out.delta(self._audio, "transcript", text=delta)
        self.out.rest("response.audio", value, PLACE | {"delta"})

    def _ping(self, kind: str, value: Value) -> None:
        self.out.ping()
        self._rest(kind, value)


_EVENTS: dict[str, Callable[[OpenAIResponses, str, Value], None]] = {
    **{f"response.{word}": OpenAIResponses._progress for word in ("created", "queued", "in_progress")},
    **{f"response.{word}": OpenAIResponses._over for word in _OVER},
    **{
        f"response.{of}.{verb}": OpenAIResponses._sound
        for of in ("audio", "audio.transcript")
        for verb in ("delta", "done")
    },
    "error": OpenAIResponses._fail,
    "keepalive": OpenAIResponses._ping,
}
