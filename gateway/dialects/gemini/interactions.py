"""Gemini Interactions: named events, steps that begin and stop, and `interaction.completed` at the end.

The status that the interaction ends with is why its message does, save `failed`, which is the stream's error. An
interaction that still runs in the background is answered with `in_progress`: its message pauses.

Tokens: `input` is what the interaction was given, and what tools gave back to the model; `output` is the model's
output and its thoughts. Together they are `total_tokens`.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer, OutOfOrder
from gateway.dialects.gemini.steps import GeminiStep
from gateway.dialects.gemini.usage import GeminiUsage
from gateway.dialects.provider_error import error_in
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "GeminiInteractions"]

# Every status but `failed`.
REASONS: Mapping[str, Reason] = {
    "completed": "stop",
    "requires_action": "tool_calls",
    "incomplete": "length",
    "budget_exceeded": "length",
    "requires_continuation": "pause",
    "in_progress": "pause",
    "queued": "pause",
    "cancelled": "other",
}

_TOKENS = {
    "prompt": "total_input_tokens",
    "tools": "total_tool_use_tokens",
    "answer": "total_output_tokens",
    "thoughts": "total_thought_tokens",
    "total": "total_tokens",
    "cached": "total_cached_tokens",
}
_FAILED = "failed"
_ENVELOPE = frozenset({"event_type", "event_id"})


class GeminiInteractions(Api):
    """Reads one interaction."""

    name: ClassVar[str] = "gemini.interactions"
    dropped: ClassVar[frozenset[str]] = frozenset(
        {
            "event_type",  # the kind of the frame
            "event_id",  # where to take the stream up again; it is in the raw frame
            "index",  # of a step: its blocks'
            "object",  # always `interaction`
            "type",  # of a delta: what it adds to its block; of a step or a content: `provider_type`
        }
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._head: Value = {}
        self._steps: dict[int, GeminiStep] = {}
        self._usage = GeminiUsage(out, _TOKENS)

    def kind(self, frame: Frame, value: Value) -> str:
        """The kind is in the data; the event's name only repeats it."""
        kind = value.get("event_type")
        return kind if isinstance(kind, str) else super().kind(frame, value)

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        known = self._KINDS.get(kind)
        if known is None:
            return self.out.provider(kind, rest_of(value, frozenset({"event_type"})))
        tell, placed = known
        tell(self, value)
        rest = rest_of(value, _ENVELOPE | placed)
        return self._annotate(kind, rest)

    def end(self) -> None:
        """An interaction is whole where it says so, which is not at the body's end."""

    def document(self, value: Value) -> None:
        """An interaction that was asked for without a stream, or asked for again."""
        if value.get("error"):
            return self._fail(value)
        self._begin(value)
        return self._finish(value)

    def _annotate(self, kind: str, rest: Value) -> None:
        """What any event may have beside its own."""
        metadata = rest.pop("metadata", None) or {}
        self._count(rest.pop("usage", None) or metadata.get("total_usage"))
        self.out.rest(kind, {**rest, **rest_of(metadata, frozenset({"total_usage"}))}, frozenset())

    def _created(self, value: Value) -> None:
        interaction = value["interaction"]
        self._begin(interaction)
        self._count(interaction.get("usage"))
        self._tell(interaction, frozenset({"usage"}))
        self.repeats()

    def _status(self, value: Value) -> None:
        self._tell({"id": value.get("interaction_id"), **rest_of(value, _ENVELOPE | {"interaction_id", "usage"})})
        self.repeats()

    def _begin(self, interaction: Value) -> None:
        """The message's start; of a stream that was taken up again, it has nothing to say."""
        if not self._head:
            self._head = {"id": interaction.get("id"), "model": interaction.get("model")}
            self.out.message(**self._head)

    def _tell(self, interaction: Value, known: frozenset[str] = frozenset()) -> None:
        """What the interaction is, as far as it was not said."""
        repeated = {field for field, said in self._head.items() if interaction.get(field) == said}
        self.out.rest("interaction", interaction, known | repeated | {"object"})

    def _start(self, value: Value) -> None:
        self._begin({})
        self._steps[value["index"]] = GeminiStep(self.out, value["step"])

    def _delta(self, value: Value) -> None:
        self._begin({})
        if value["index"] not in self._steps:
            self._steps[value["index"]] = GeminiStep.implied(self.out, value["delta"])
        self._steps[value["index"]].delta(value["delta"])

    def _stop(self, value: Value) -> None:
        self._steps[value["index"]].stop()

    def _completed(self, value: Value) -> None:
        self._begin(value["interaction"])
        self._finish(value["interaction"])

    def _finish(self, interaction: Value) -> None:
        if self.out.finished:
            raise OutOfOrder("a second end")
        self._fold(interaction.get("steps") or [])
        self._count(interaction.get("usage"))
        status = interaction["status"]
        if status == _FAILED:
            return self._fail(interaction)
        self._tell(interaction, frozenset({"status", "steps", "usage"}))
        self.out.stop(0, REASONS.get(status, "other"), status)
        return self.out.finish()

    def _fold(self, steps: list[Value]) -> None:
        """The steps once more, whole: all that there is of them if none was streamed."""
        if not self._steps:
            for index, step in enumerate(steps):
                self._steps[index] = GeminiStep(self.out, step)
                self._steps[index].stop(synthesized=True)
        elif steps and [_summary(step) for step in steps] != [
            (step.type, str(step.text)) for step in self._steps.values()
        ]:
            self.out.provider("interaction.completed", {"steps": steps}, "its steps are not those that were streamed")

    def _count(self, usage: Value | None) -> None:
        if usage:
            self._usage.say(usage)

    def _fail(self, value: Value) -> None:
        self.out.error("provider", *error_in(value), provider=value)

    _KINDS: ClassVar[Mapping[str, tuple[Callable[["GeminiInteractions", Value], None], frozenset[str]]]] = {
        "interaction.created": (_created, frozenset({"interaction"})),
        "interaction.status_update": (_status, frozenset({"interaction_id", "status", "continuation_token"})),
        "step.start": (_start, frozenset({"index", "step"})),
        "step.delta": (_delta, frozenset({"index", "delta"})),
        "step.stop": (_stop, frozenset({"index"})),
        "interaction.completed": (_completed, frozenset({"interaction"})),
        "error": (_fail, frozenset({"error"})),
    }


def _summary(step: Mapping[str, Any]) -> tuple[str, str]:
    """A step's type, and what is said in it."""
    contents = step.get("content") or step.get("summary") or ()
    return step["type"], "".join(content.get("text") or "" for content in contents)
