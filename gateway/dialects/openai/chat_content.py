"""What stands in a chat message beside reasoning and tool calls: content, images, audio, citations, log probabilities.

Content is a text, or with Mistral a list of parts. Citations are `annotations` of a delta (OpenAI, OpenRouter), parts
of the content (Mistral) or lists beside the choices (Perplexity, xAI); all belong to the text, and each is said once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.dialects.api import Value, rest_of
from gateway.dialects.openai.choice import Choice

__all__ = [
    "say_annotations",
    "say_audio",
    "say_content",
    "say_images",
    "say_logprobs",
    "say_sources",
]

_TEXT = frozenset({"type", "text"})
_AUDIO = frozenset({"id", "data", "transcript"})
_IMAGE = frozenset({"type", "image_url"})
_THINKING = frozenset({"type", "thinking", "signature"})

# What the fields of a source are in a citation: of url_citation, of a search result, of Mistral's tool_reference.
_CITATION = {"url": "url", "title": "title", "content": "text", "start_index": "start", "end_index": "end"}
_RESULT = {"url": "url", "title": "title", "snippet": "text"}
_REFERENCE = {"url": "url", "title": "title", "description": "text"}


def say_content(choice: Choice, content: str | list[Value] | None) -> None:
    """`content`: a text, or parts."""
    if isinstance(content, list):
        for part in content:
            _PARTS.get(part["type"], _say_other)(choice, part)
    else:
        choice.speak("text", content)


def say_audio(choice: Choice, audio: Value) -> None:
    """`audio`: its first piece has the id, the last one says how long the provider keeps it."""
    block = choice.block("audio", id=audio.get("id"), about=rest_of(audio, _AUDIO))
    if audio.get("data"):
        choice.out.delta(block, "data", base64=audio["data"])
    if audio.get("transcript"):
        choice.out.delta(block, "transcript", text=audio["transcript"])


def say_images(choice: Choice, images: Iterable[Value]) -> None:
    """`images`: data in a URL (OpenRouter), each a block of its own; any other URL stands in its start."""
    for image in images:
        _say_image(choice, image)


def say_annotations(choice: Choice, annotations: Iterable[Value]) -> None:
    """`annotations`: URL citations, and whatever else."""
    for annotation in annotations:
        cited = annotation.get("url_citation") or {}
        _cite(choice, {**rest_of(annotation, frozenset({"url_citation"})), **cited}, _CITATION)


def say_sources(choice: Choice, value: Value) -> None:
    """`citations` and `search_results` beside the choices: mostly the same URLs, and the same in every chunk."""
    results = value.get("search_results") or []
    for result in results:
        _cite(choice, result, _RESULT)
    told = {result.get("url") for result in results}
    for source in value.get("citations") or []:
        if isinstance(source, dict) or source not in told:
            _cite(choice, source if isinstance(source, dict) else {"url": source}, _RESULT)


def say_logprobs(choice: Choice, logprobs: Value) -> None:
    """Log probabilities, with the block whose tokens they are of."""
    for name, values in logprobs.items():
        block = choice.latest
        if values and block is None:
            choice.out.provider(choice.place("logprobs"), {name: values})
        elif values and block is not None:
            choice.out.delta(block, "logprobs", logprobs={name: values})


def _say_text(choice: Choice, part: Value) -> None:
    if about := rest_of(part, _TEXT):
        choice.block("text", about=about)
    choice.speak("text", part["text"])


def _say_thinking(choice: Choice, part: Value) -> None:
    """Mistral's thinking, which is a list of parts itself."""
    block = choice.block("thinking", about=rest_of(part, _THINKING))
    inner = part["thinking"]
    for piece in [{"type": "text", "text": inner}] if isinstance(inner, str) else inner:
        if piece["type"] == "text":
            choice.block("thinking", about=rest_of(piece, _TEXT))
            choice.out.text(block, piece["text"])
        else:
            choice.out.delta(block, "provider", provider=piece)
    if part.get("signature"):
        choice.out.delta(block, "signature", value=part["signature"])


def _say_reference(choice: Choice, part: Value) -> None:
    _cite(choice, part, _REFERENCE)


def _say_image(choice: Choice, part: Value) -> None:
    image = part["image_url"]
    url = image if isinstance(image, str) else image["url"]
    head, comma, data = url.partition(";base64,")
    if comma and head.startswith("data:"):
        block = choice.whole("image", provider_type=part.get("type"), provider=_around(part, image))
        choice.out.delta(block, "data", base64=data, mime=head.removeprefix("data:") or None)
    else:
        block = choice.whole("image", provider_type=part.get("type"), provider=part)
    choice.out.close(block, synthesized=True)


def _around(part: Value, image: str | Value) -> Value:
    """What an image part says beside its data."""
    detail = {} if isinstance(image, str) else rest_of(image, frozenset({"url"}))
    return {**rest_of(part, _IMAGE), **detail}


def _say_other(choice: Choice, part: Value) -> None:
    block = choice.whole("other", provider_type=part["type"], provider=part)
    choice.out.close(block, synthesized=True)


_PARTS: dict[str, Callable[[Choice, Value], None]] = {
    "text": _say_text,
    "thinking": _say_thinking,
    "reference": _say_reference,
    "tool_reference": _say_reference,
    "image_url": _say_image,
}


def _cite(choice: Choice, source: Value, names: Mapping[str, str]) -> None:
    """A citation, once. `names` says which of its fields are what; the others, and misfits, stay together."""
    if source not in choice.cited:
        choice.cited.append(source)
        known = {theirs: ours for theirs, ours in names.items() if _fits(ours, source.get(theirs))}
        citation = {ours: source[theirs] for theirs, ours in known.items()}
        if provider := rest_of(source, frozenset(known)):
            citation["provider"] = provider
        choice.out.delta(choice.block("text"), "citation", citation=citation)


def _fits(name: str, value: Any) -> bool:
    return type(value) is int and value >= 0 if name in ("start", "end") else isinstance(value, str)
