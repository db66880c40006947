"""What is imported, put on a cassette.

interactions ── redacted and fingerprinted as a recording is ──> at the end of the file, in one step, or not at all
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.tools.redacted import newly_redacted
from recorder.errors import Unredactable
from recorder.interaction import Interaction
from recorder.matching import stored_fingerprint
from recorder.redaction import Redactor
from recorder.rewriting import extended
from recorder.store import Store

__all__ = ["Taken", "take_in"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What has been put on a cassette, how much redaction changed (headers by name), and what it refused, and why."""

    interactions: int
    redacted: int = 0
    withheld: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def take_in(
    store: Store, interactions: Sequence[Interaction], redactor: Redactor, *, replace: bool, seed: int | None = None
) -> Taken:
    """Put `interactions` at the end of the cassette, or with `replace` in place of what it holds.

    `seed` is that of a new file, if it is not what its first interaction gives. Nothing is written where nothing is
    left. Raises CassetteError; then the file is as it was.
    """
    stored: list[tuple[Interaction, Interaction]] = []
    refused: list[str] = []
    for interaction in interactions:
        try:
            stored.append((interaction, redactor.interaction(interaction)))
        except Unredactable as error:
            refused.append(str(error))
    records = [(after, *stored_fingerprint(after.request)) for _, after in stored]
    if records:
        store.renew(lambda raw: extended(b"" if replace else raw, str(store.path), records, seed=seed))
    changes = [newly_redacted(before, after) for before, after in stored]
    withheld = set[str]().union(*(lost for _, lost in changes))
    return Taken(len(records), sum(places for places, _ in changes), tuple(sorted(withheld)), tuple(refused))
