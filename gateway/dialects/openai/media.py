"""OpenAI's small streams: transcriptions, speech, images.

None of them has an id, a role or a reason to stop: what ends them is the event that says they are done.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer
from gateway.dialects.openai.response_items import image_mime
from gateway.dialects.openai.response_parts import Part
from gateway.dialects.openai.said import Said
from gateway.dialects.openai.usage import say_usage
from gateway.dialects.provider_error import error_in
from gateway.wire.frame import Frame

__all__ = ["OpenAIImages", "OpenAISpeech", "OpenAITranscription"]

_Events = Mapping[str, Callable[[Any, Value], None]]


class _Media(Api):
    """What the small streams share: a table of events, and errors."""

    events: ClassVar[_Events] = {}

    # Fields that become no field of an event: the kind of event, for which we have our own, and its number.
    dropped: ClassVar[frozenset[str]] = frozenset({"type", "sequence_number"})

    def frame(self, frame: Frame, value: Value) -> None:
        """One event."""
        kind = self.kind(frame, value)
        if event := self.events.get(kind):
            event(self, value)
            self.repeats()
        elif value.get("error") and not self.out.failed:
            self.out.error("provider", *error_in(value), provider=value)
        else:
            self.out.provider(kind, value)

    def end(self) -> None:
        """Whole once its last event has come."""
        if self.out.stopped:
            self.out.finish()


class OpenAITranscription(_Media):
    """Transcriptions and translations: a text, or one for each segment where speakers are told apart."""

    name: ClassVar[str] = "openai.transcription"

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._parts: dict[str | None, Part] = {}
        self._segments: list[str] = []

    def document(self, value: Value) -> None:
        """In one piece; segments and words, which repeat the text with times, are the provider's."""
        self._done(value)
        self.end()

    def _part(self, segment: str | None, fields: Value) -> Part:
        if segment not in self._parts:
            block = self.out.open("text", id=segment, provider=fields)
            said = Said()
            said.new(fields)
            self._parts[segment] = Part(self.out, block, name="transcript.text", said=said)
        return self._parts[segment]

    def _delta(self, value: Value) -> None:
        part = self._part(value.get("segment_id"), {})
        part.more(value["delta"])
        part.logprobs(value.get("logprobs"))
        part.note(rest_of(value, frozenset({"type", "delta", "segment_id", "logprobs"})))

    def _segment(self, value: Value) -> None:
        """A segment is done."""
        fields = rest_of(value, frozenset({"type", "id", "text"}))
        part = self._part(value.get("id"), fields)
        part.whole(value["text"])
        part.note(fields)
        part.close()
        self._segments.append(value["text"])

    def _done(self, value: Value) -> None:
        """All of the text; what repeats segments is trimmed, or joined in the provider's own way."""
        text, known = value.get("text"), {"type", "text", "usage"}
        if not self._segments:
            known.add("logprobs")
            part = self._part(None, {})
            part.whole(text)
            part.all_logprobs(value.get("logprobs"))
            part.close()
        elif text != "".join(self._segments).strip():
            self.out.provider("transcription", {"text": text})
        self.out.rest("transcription", value, frozenset(known))
        say_usage(self.out, value.get("usage"))
        self.out.stop(0, "stop", None)
        self.out.finish()

    events: ClassVar[_Events] = {
        "transcript.text.delta": _delta,
        "transcript.text.segment": _segment,
        "transcript.text.done": _done,
    }


class OpenAISpeech(_Media):
    """Speech with `stream_format: sse`. Without it the body is the audio itself, which has no events."""

    name: ClassVar[str] = "openai.speech"

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._block: int | None = None

    def _delta(self, value: Value) -> None:
        if self._block is None:
            self._block = self.out.open("audio")
        if data := value["audio"]:
            self.out.delta(self._block, "data", base64=data)
        self.out.rest("speech.audio.delta", value, frozenset({"type", "audio"}))

    def _done(self, value: Value) -> None:
        if self._block is not None:
            self.out.close(self._block)
        say_usage(self.out, value.get("usage"))
        self.out.rest("speech.audio.done", value, frozenset({"type", "usage"}))
        self.out.stop(0, "stop", None)
        self.out.finish()

    events: ClassVar[_Events] = {"speech.audio.delta": _delta, "speech.audio.done": _done}


_IMAGE = frozenset({"type", "sequence_number", "b64_json", "usage"})


class OpenAIImages(_Media):
    """Images that are generated or edited: earlier states of one, then the image."""

    name: ClassVar[str] = "openai.images"

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._block: int | None = None
        self._said = Said()

    def document(self, value: Value) -> None:
        """All images at once; what holds for all of them is said once."""
        self.out.rest("images", value, frozenset({"data", "usage"}))
        for image in value["data"]:
            self._show({**image, "output_format": value.get("output_format")})
            self._stop()
        say_usage(self.out, value.get("usage"))
        self.out.stop(0, "stop", None)
        self.end()

    def _show(self, value: Value, *, partial: bool | None = None) -> None:
        """A state of the image, or where it lies."""
        fields = self._said.new(rest_of(value, _IMAGE))
        if self._block is None:
            self._block = self.out.open("image", provider=fields)
        elif fields:
            self.out.delta(self._block, "provider", provider=fields)
        if data := value.get("b64_json"):
            self.out.delta(self._block, "data", base64=data, mime=image_mime(value), partial=partial)

    def _stop(self) -> None:
        if self._block is not None:
            self.out.close(self._block)
        self._block, self._said = None, Said()

    def _partial(self, value: Value) -> None:
        self._show(value, partial=True)

    def _completed(self, value: Value) -> None:
        self._show(value)
        self._stop()
        say_usage(self.out, value.get("usage"))
        self.out.stop(0, "stop", None)

    events: ClassVar[_Events] = {
        "image_generation.partial_image": _partial,
        "image_generation.completed": _completed,
        "image_edit.partial_image": _partial,
        "image_edit.completed": _completed,
    }
