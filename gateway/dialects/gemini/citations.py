"""Where Gemini's text is from: grounding and citation metadata of a candidate, as citations.

Grounding lists its sources in `groundingChunks`, and in `groundingSupports` which stretch of the text rests on which of
them: a citation for each such pair, and one for each source that no text rests on. A source that is not in the list
is not known, which is no reason to lose the text's place. Positions are as Gemini counts them, in bytes of a part's
text. `provider` has the pair verbatim, so that nothing is lost.
"""

from collections.abc import Iterator

from gateway.dialects.api import Value, rest_of

__all__ = ["CITATIONS", "GROUNDING", "cited", "grounded"]

# The fields of each kind of metadata that the citations say.
GROUNDING = frozenset({"groundingChunks", "groundingSupports"})
CITATIONS = frozenset({"citations", "citationSources"})

_FIELDS = {"uri": "url", "title": "title", "startIndex": "start", "endIndex": "end"}


def grounded(metadata: Value) -> Iterator[Value]:
    """The citations of a groundingMetadata."""
    chunks = metadata.get("groundingChunks") or []
    supports = metadata.get("groundingSupports") or []
    listed = dict(enumerate(chunks))
    used: set[int] = set()
    for support in supports:
        numbers = support.get("groundingChunkIndices") or (-1,)
        used.update(numbers)
        for number in numbers:
            yield _citation(support, listed.get(number, {}))
    for number, chunk in listed.items():
        if number not in used:
            yield _citation({}, chunk)


def cited(metadata: Value) -> Iterator[Value]:
    """The citations of a citationMetadata, by either of its names."""
    for source in metadata.get("citations") or metadata.get("citationSources") or ():
        said = {name: source[field] for field, name in _FIELDS.items() if source.get(field) is not None}
        yield {**said, "provider": rest_of(source, frozenset(_FIELDS))}


def _citation(support: Value, chunk: Value) -> Value:
    source: Value = next((fields for fields in chunk.values() if isinstance(fields, dict)), {})
    segment = support.get("segment") or {}
    said = {
        "url": source.get("uri") or source.get("sourceUri"),
        "title": source.get("title"),
        "text": source.get("text"),
        "start": segment.get("startIndex"),
        "end": segment.get("endIndex"),
        "provider": rest_of({"groundingChunk": chunk or None, "groundingSupport": support or None}, frozenset()),
    }
    return rest_of(said, frozenset())
