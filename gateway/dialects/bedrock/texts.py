"""What Titan, Llama and Mistral say on Bedrock: pieces of text, the last with a reason, without blocks or events.

Each model has its own names for the text, the reason and the counts. A whole answer looks like a piece.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from gateway.dialects.api import Api, Value, rest_of
from gateway.dialects.composer import Composer
from gateway.events import Reason
from gateway.wire.frame import Frame

__all__ = ["REASONS", "LlamaText", "MistralText", "TextPieces", "TitanText"]

REASONS: Mapping[str, Reason] = {
    "FINISH": "stop",
    "FINISHED": "stop",
    "stop": "stop",
    "LENGTH": "length",
    "length": "length",
    "STOP_CRITERIA_MET": "stop_sequence",
    "CONTENT_FILTERED": "content_filter",
}


class _Piece(NamedTuple):
    """More text of a choice, and perhaps why it ends; `more` is what else was said with it."""

    choice: int
    text: str | None
    word: str | None
    more: Value


class TextPieces(Api):
    """One text for each choice."""

    # `index`: our choices stand for it.
    dropped: ClassVar[frozenset[str]] = frozenset({"index"})
    known: ClassVar[frozenset[str]] = frozenset()
    counts: ClassVar[Mapping[str, str]] = {}  # the names of the totals, by ours

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._blocks: dict[int, int] = {}

    def frame(self, _frame: Frame, value: Value) -> None:
        """One piece."""
        self.document(value)
        self.repeats()  # which matters only if the piece is empty

    def end(self) -> None:
        """Only a reason for every choice finishes."""

    def document(self, value: Value) -> None:
        """One piece, or all in one."""
        said = {name: value[name] for name in self.counts.values() if value.get(name) is not None}
        if said:
            self.out.usage(said, **{name: said.get(field) for name, field in self.counts.items()})
        for piece in self.pieces(value):
            self._say(piece)
        self.out.rest("chunk", value, self.known | set(self.counts.values()))
        if self.out.stopped:
            self.out.finish()

    def pieces(self, value: Value) -> Iterator[_Piece]:
        """What a frame says of its choices."""
        raise NotImplementedError

    def _say(self, piece: _Piece) -> None:
        if piece.choice not in self._blocks:
            self._blocks[piece.choice] = self.out.open("text", choice=piece.choice)
        self.out.text(self._blocks[piece.choice], piece.text)
        self.out.rest(f"choice {piece.choice}", piece.more, frozenset())
        if piece.word:
            self.out.stop(piece.choice, REASONS.get(piece.word, "other"), piece.word)


_TITAN = frozenset({"outputText", "completionReason", "index"})


class TitanText(TextPieces):
    """Amazon Titan Text."""

    name: ClassVar[str] = "bedrock.titan"
    known = frozenset({"results"}) | _TITAN
    counts: ClassVar[Mapping[str, str]] = {"input": "inputTextTokenCount", "output": "totalOutputTextTokenCount"}

    def pieces(self, value: Value) -> Iterator[_Piece]:
        """The results, or the piece itself. A result's `tokenCount` is of its own text only."""
        results = value.get("results")
        for choice, result in enumerate([value] if results is None else results):
            more = {} if results is None else rest_of(result, _TITAN)
            yield _Piece(result.get("index") or choice, result.get("outputText"), result.get("completionReason"), more)


class LlamaText(TextPieces):
    """Meta Llama."""

    name: ClassVar[str] = "bedrock.llama"
    known = frozenset({"generation", "stop_reason"})
    counts: ClassVar[Mapping[str, str]] = {"input": "prompt_token_count", "output": "generation_token_count"}

    def pieces(self, value: Value) -> Iterator[_Piece]:
        """The piece itself."""
        yield _Piece(0, value.get("generation"), value.get("stop_reason"), {})


class MistralText(TextPieces):
    """Mistral's instruct models."""

    name: ClassVar[str] = "bedrock.mistral"
    known = frozenset({"outputs"})

    def pieces(self, value: Value) -> Iterator[_Piece]:
        """One for each output."""
        for choice, output in enumerate(value["outputs"]):
            more = rest_of(output, frozenset({"text", "stop_reason"}))
            yield _Piece(choice, output.get("text"), output.get("stop_reason"), more)
