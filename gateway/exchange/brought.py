"""What a reader of a foreign file has found: interactions, and what it had to leave out."""

from collections.abc import Iterable
from dataclasses import dataclass

from recorder.interaction import Interaction

__all__ = ["Brought"]


@dataclass(frozen=True, slots=True)
class Brought:
    """`left_out` has a reason for each thing that is not among the interactions.

    `seed` is that of the cassette file, if it is not what the first interaction gives.
    """

    interactions: tuple[Interaction, ...]
    left_out: tuple[str, ...] = ()
    seed: int | None = None

    @classmethod
    def of(cls, found: Iterable[Interaction | str]) -> "Brought":
        """From what was found, in order: interactions, and reasons for leaving something out."""
        found = list(found)
        interactions = tuple(each for each in found if isinstance(each, Interaction))
        return cls(interactions, tuple(each for each in found if isinstance(each, str)))
