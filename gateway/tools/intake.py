"""Interactions from elsewhere onto a cassette: redacted and fingerprinted as a recording is, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.cassette import Cassette
from recorder.interaction import Interaction
from recorder.redaction import Redactor
from recorder.store import Store

__all__ = ["Taken", "take_in"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What has been put on a cassette, and how much of it redaction changed (headers by their names)."""

    interactions: int
    redacted: int = 0
    withheld: tuple[str, ...] = ()


def take_in(
    name: str, store: Store, interactions: Sequence[Interaction], redactor: Redactor, *, replace: bool
) -> Taken:
    """Put `interactions` at the end of the cassette, or with `replace` in place of what it holds.

    Raises CassetteError; then the cassette is as it was.
    """
    stored: list[Interaction] = []
    try:
        if replace:
            store.replace()
        cassette = Cassette(name, store, redactor=redactor, used=stored.append)
        for interaction in interactions:
            cassette.record(interaction)
    finally:
        store.close(keep_draft=len(stored) < len(interactions))
    redacted = sum(_redacted(after) - _redacted(before) for before, after in zip(interactions, stored, strict=True))
    withheld = {name for after in stored for name in _withheld(after)}
    withheld -= {name for before in interactions for name in _withheld(before)}
    return Taken(len(stored), redacted, tuple(sorted(withheld)))


def _redacted(interaction: Interaction) -> int:
    count = interaction.facts.get("redacted", 0)
    return count if isinstance(count, int) else 0


def _withheld(interaction: Interaction) -> list[str]:
    return [name for name in str(interaction.facts.get("withheld", "")).split(",") if name]
