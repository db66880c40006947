"""Whole cassettes from and to other files: what an export must know of a file, and what is imported put on one.

interactions ── redacted and fingerprinted as a recording is ──> at the end of the file, in one step, or not at all
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.tools.redacted import newly_redacted
from recorder.errors import Unredactable
from recorder.format import HEADER_SIZE, PREFIX_SIZE, decode_header, decode_prefix, seed_for
from recorder.interaction import Interaction
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.redaction import Redactor
from recorder.rewriting import extended
from recorder.store import Store

__all__ = ["Taken", "own_seed", "take_in"]


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
    records = [(after, Matcher().fingerprint(after.request), FINGERPRINT_VERSION) for _, after in stored]
    if records:
        store.renew(lambda raw: extended(b"" if replace else raw, str(store.path), records, seed=seed))
    changes = [newly_redacted(before, after) for before, after in stored]
    withheld = set[str]().union(*(lost for _, lost in changes))
    return Taken(len(records), sum(places for places, _ in changes), tuple(sorted(withheld)), tuple(refused))


def own_seed(store: Store) -> int | None:
    """The seed of a file whose first interaction would give another, since the one that gave it has been changed."""
    raw = store.raw()
    header = decode_header(raw[:HEADER_SIZE])
    prefix = decode_prefix(raw[HEADER_SIZE : HEADER_SIZE + PREFIX_SIZE], header.seed) if header else None
    if header is None or prefix is None:
        return None
    meta_at = HEADER_SIZE + PREFIX_SIZE
    data_at = meta_at + prefix.meta_size
    expected = seed_for(raw[meta_at:data_at], raw[data_at : data_at + prefix.data_size])
    return None if header.seed == expected else header.seed
