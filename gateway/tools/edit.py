"""Cassettes changed as a whole: redacted again, pruned, merged, split.

Rules: the new file is whole before anything old goes; what a change leaves as it was keeps its bytes; whatever a later
version has added is kept. With `dry`, everything is computed and nothing is written.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256

from gateway.tools.duplicates import duplicates
from gateway.tools.redacted import newly_redacted
from recorder.cassette import Cassette
from recorder.entry import sections_of
from recorder.errors import CassetteError, Unredactable
from recorder.files import check_free
from recorder.interaction import Interaction
from recorder.matching import stored_fingerprint
from recorder.redaction import Redactor
from recorder.rewriting import Pick, divided
from recorder.store import Entry, Store
from recorder.upkeep import remove

__all__ = ["Merged", "Pruned", "Redacted", "Unwanted", "check_indices", "merge", "prune", "redact", "split"]


@dataclass(frozen=True, slots=True)
class Redacted:
    """What redacting again has done: places overwritten, headers withheld, interactions changed by either."""

    places: int = 0
    withheld: tuple[str, ...] = ()
    interactions: int = 0
    changed: bool = False


def redact(store: Store, redactor: Redactor, *, dry: bool = False) -> Redacted:
    """Redact a cassette by today's rules and make its fingerprints anew. Raises CassetteError; then nothing changed."""
    places, touched, withheld = 0, 0, set[str]()

    def change(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
        nonlocal places, touched
        try:
            clean = redactor.interaction(interaction)
        except Unredactable as error:
            raise CassetteError(f"{store.path}: interaction {entry.index}: {error}; nothing was changed") from error
        overwritten, lost = newly_redacted(interaction, clean)
        places += overwritten
        withheld.update(lost)
        touched += clean != interaction
        return clean, *stored_fingerprint(clean.request)

    changed = store.rewrite(change, dry=dry)
    return Redacted(places, tuple(sorted(withheld)), touched, changed)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """What is to be taken out of a cassette: interactions by index, those never played, those that add nothing."""

    indices: Collection[int] = ()
    incomplete: bool = False
    duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken out: interactions by index, each with the reason, and the bytes of a torn tail."""

    interactions: Mapping[int, str]
    torn: int = 0


def prune(cassette: Cassette, unwanted: Unwanted, *, dry: bool = False) -> Pruned:
    """Take interactions out of the file that `cassette` has just read.

    With `incomplete` a torn tail goes too. Raises CassetteError, also if an index is not there or none would be left;
    then the cassette is as it was.
    """
    store = cassette.store
    with closing(store):
        store.lock()
        entries = store.read()
        check_indices(cassette.name, len(entries), unwanted.indices)
        found = dict(sorted(_unwanted(cassette, entries, unwanted)))
        torn = store.damage.lost_bytes if store.damage and store.damage.torn and unwanted.incomplete else 0
        if torn and not dry:
            store.repair()
        if not (torn and dry):
            store.rewrite(lambda entry, kept: None if entry.index in found else _as_it_is(entry, kept), dry=dry)
    return Pruned(found, torn)


def check_indices(name: str, count: int, indices: Iterable[int]) -> None:
    """Raise CassetteError if an interaction that was asked for is not there."""
    beyond = [index for index in indices if index >= count]
    if beyond:
        raise CassetteError(
            f"no interaction #{min(beyond)} on the cassette {name!r}, which has {count}, counted from 0"
        )


def _unwanted(cassette: Cassette, entries: Sequence[Entry], unwanted: Unwanted) -> Iterator[tuple[int, str]]:
    if unwanted.duplicates:
        yield from ((double.index, f"the same as #{first.index}") for double, first in duplicates(cassette, entries))
    if unwanted.incomplete:
        yield from ((entry.index, f"ended as {entry.end.kind}") for entry in entries if entry.end.kind != "complete")
    yield from ((index, "asked for") for index in unwanted.indices)


def _as_it_is(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
    return interaction, entry.fingerprint, entry.fingerprint_version


@dataclass(frozen=True, slots=True)
class Merged:
    """How many interactions a cassette has after merging, and how many were left out: the same recording twice."""

    interactions: int
    left_out: int


def merge(target: Store, sources: Sequence[Store], *, dry: bool = False) -> Merged:
    """Put the interactions of `sources` on `target`, in order; one that is on several of them, once.

    `target` must not exist, or be one of the sources. Only what is the same to the last byte and microsecond is one
    recording: the same answer given twice is a fact worth keeping. Raises CassetteError; then nothing has changed.
    """
    wanted: list[tuple[Store, frozenset[int]]] = []
    seen: set[bytes] = set()
    total = 0
    for store in sources:
        entries = store.read()
        total += len(entries)
        wanted.append((store, frozenset(entry.index for entry in entries if _is_new(store.load(entry), seen))))
    if not seen:
        names = ", ".join(str(store.path) for store in sources)
        raise CassetteError(f"nothing was recorded on {names}, so there is nothing to merge")
    target.gather([(store, _picking(indices)) for store, indices in wanted], dry=dry)
    return Merged(len(seen), total - len(seen))


def _is_new(interaction: Interaction, seen: set[bytes]) -> bool:
    sections = sections_of(interaction, "", 0)
    digest = sha256(sections.meta + sections.data).digest()
    is_new = digest not in seen
    seen.add(digest)
    return is_new


def _picking(indices: Collection[int]) -> Pick:
    return lambda entry: entry.index in indices


def split(store: Store, parts: Sequence[tuple[Store, Collection[int]]], *, keep: bool, dry: bool = False) -> None:
    """Move interactions of a cassette to new ones, or copy them with `keep`. A cassette that is left empty is deleted.

    Every new one is whole before anything is taken out of the old one. Raises CassetteError; also if there is nothing
    to split: a file that nothing can be read of is not deleted.
    """
    with closing(store):
        store.lock()
        for part, _ in parts:
            check_free(part.path)
        raws = divided(store.raw(), str(store.path), [indices for _, indices in parts])
        entries = store.read()
        if not entries:
            raise CassetteError(f"{store.path}: nothing was recorded on it, so there is nothing to split")
        for (part, _), raw in zip(parts, raws, strict=True):
            _make(part, raw, dry=dry)
        gone = {index for _, indices in parts for index in indices}
        everything = gone >= {entry.index for entry in entries}
        if not keep and not everything:
            store.rewrite(lambda entry, kept: None if entry.index in gone else _as_it_is(entry, kept), dry=dry)
    if not keep and everything and not dry:
        remove(store)


def _make(store: Store, raw: bytes, *, dry: bool) -> None:
    """Write a new cassette, unless somebody else has meanwhile."""

    def once_only(_: bytes) -> bytes:
        check_free(store.path)
        return raw

    store.renew(once_only, dry=dry)
