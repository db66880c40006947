"""What a replay delivers, and the place where that can be altered on purpose.

    interaction ── cues_of, paced ──> cues ── Stage: faults, other boundaries ──> cues ──> Replay delivers each when due

A cue is one delivery. `due` is when (µs after the request had arrived); `at` is when those bytes came as they were
recorded (µs after it had been sent), which stays with them whenever they are played.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from recorder.interaction import End, Interaction, Response
from recorder.pacing import Pacing

__all__ = ["Act", "Cue", "Stage", "StagedEnd", "cues_of"]


class Cue(NamedTuple):
    """One delivery: the head if it is the first, body bytes or b"", the end if it is the last."""

    due: int
    at: int
    head: Response | None
    data: bytes
    end: End | None


@dataclass(frozen=True, slots=True)
class StagedEnd(End):
    """An end that was made on purpose, so no trouble to be reported. `reset`: the client's connection is reset."""

    reset: bool = False


class Act(NamedTuple):
    """How a request is answered. `interaction` is what is played, None for an answer that is not on the cassette.

    Of the cues `due` never falls, the first one has the head (unless it is the end), and the last one the end.
    `keeps_turn`: the same request is to be given the same stored answer when it comes again.
    """

    interaction: Interaction | None
    cues: Iterator[Cue]
    keeps_turn: bool = False


class Stage(Protocol):
    """What stands between a stored interaction and its replay. Lasts as long as the session, so it may count."""

    def act(self, fingerprint: str, interaction: Interaction, pacing: Pacing) -> Act:
        """What to play for a request with this fingerprint, for which this interaction is stored."""


def cues_of(interaction: Interaction, pacing: Pacing) -> Iterator[Cue]:
    """The reads of a recording, each due as `pacing` says."""
    # Made as they are needed: with many replays at once, what is done before the first read delays the others'.
    offsets = pacing.offsets(at for at, _, _, _ in _reads(interaction))
    for due, (at, head, data, end) in zip(offsets, _reads(interaction), strict=True):
        yield Cue(due, at, head, data, end)


_Read = tuple[int, Response | None, bytes, End | None]


def _reads(interaction: Interaction) -> Iterator[_Read]:
    """The reads of a recording: what carries the same time came in one read. A chunk of no bytes is none."""
    head: Response | None = interaction.response
    chunks = [chunk for chunk in interaction.chunks if chunk.data]
    if not chunks or chunks[0].at != interaction.head_at:
        whole = not chunks and interaction.end_at == interaction.head_at
        yield interaction.head_at, head, b"", interaction.end if whole else None
        if whole:
            return
        head = None
    last = len(chunks) - 1
    for number, chunk in enumerate(chunks):
        ends = number == last and interaction.end_at == chunk.at
        yield chunk.at, head, chunk.data, interaction.end if ends else None
        head = None
    if not chunks or interaction.end_at != chunks[-1].at:
        yield interaction.end_at, None, b"", interaction.end
