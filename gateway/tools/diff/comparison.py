"""Two cassettes compared, as values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.reader import read
from gateway.tools.diff.alignment import moved, paired
from gateway.tools.said import answer_of, request_of
from gateway.transcript import Transcript
from recorder.alignment import Pair
from recorder.canonical import Tree
from recorder.difference import Difference, differences
from recorder.interaction import Interaction, Request
from recorder.matching import Matcher

__all__ = ["Compared", "Comparison", "Kind", "Side", "Timing", "compare", "side_of"]

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Timing:
    """How an answer came: to its first token (ms; None if it has none), to its end (µs), in how many chunks."""

    ttft: float | None
    end_at: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Side:
    """One interaction, ready to be compared. `index` is its number on its cassette; the request is without its body."""

    index: int
    request: Request
    asked: dict[str, Tree]
    answer: dict[str, Tree]
    timing: Timing


@dataclass(frozen=True, slots=True)
class Compared:
    """One interaction of either or both cassettes, with where its request and its answer differ."""

    one: Side | None
    two: Side | None
    request: tuple[Difference, ...] = ()
    answer: tuple[Difference, ...] = ()
    moved: bool = False

    @property
    def kind(self) -> Kind:
        """What happened to it from the first cassette to the second."""
        if self.one is None:
            return "added"
        if self.two is None:
            return "removed"
        return "changed" if self.request or self.answer else "same"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two cassettes by their names, and every interaction once."""

    one: str
    two: str
    interactions: tuple[Compared, ...]

    @property
    def same(self) -> bool:
        """Whether both ask and say the same. Times and order do not count."""
        return all(each.kind == "same" for each in self.interactions)

    def of(self, kind: Kind) -> list[Compared]:
        """The interactions to which this happened."""
        return [each for each in self.interactions if each.kind == kind]


def side_of(index: int, interaction: Interaction, matcher: Matcher) -> Side:
    """What is compared of an interaction; `matcher` says what of the request does not count."""
    request = interaction.request
    transcript = Transcript.of(read(interaction))
    return Side(
        index,
        Request(request.upstream, request.method, request.target, request.headers),
        request_of(request, matcher),
        answer_of(interaction, transcript),
        Timing(transcript.ttft, interaction.end_at, len(interaction.chunks)),
    )


def compare(names: tuple[str, str], one: Sequence[Side], two: Sequence[Side]) -> Comparison:
    """Pair the interactions of two cassettes and tell where they differ."""
    pairs = paired([(side.asked, side.answer) for side in one], [(side.asked, side.answer) for side in two])
    return Comparison(*names, tuple(_compared(one, two, pairs)))


def _compared(one: Sequence[Side], two: Sequence[Side], pairs: Sequence[Pair]) -> Iterable[Compared]:
    elsewhere = moved(pairs)
    for row, column in pairs:
        first, second = None if row is None else one[row], None if column is None else two[column]
        if first is None or second is None:
            yield Compared(first, second)
        else:
            yield Compared(
                first,
                second,
                request=tuple(differences(first.asked, second.asked)),
                answer=tuple(differences(first.answer, second.answer)),
                moved=(row, column) in elsewhere,
            )
