"""A cassette checked before it is committed, or in CI: is it whole, free of secrets, and can all of it be played?

    file ── whole? ── each interaction ── secrets, end, age, does it match itself? ── duplicates ──> findings

Nothing is changed. A file that cannot be read to its end is one finding; nothing else is said of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.endings import ending_of
from gateway.tools.duplicates import needless
from gateway.tools.finding import Finding
from gateway.tools.random_text import random_spans
from recorder.cassette import Cassette, Repeat
from recorder.content_coding import decoded
from recorder.errors import CassetteError
from recorder.interaction import Interaction
from recorder.json_walk import paths_at
from recorder.matching import Matcher
from recorder.redaction import Redactor
from recorder.store import Entry, Store

__all__ = ["Check", "CheckRules"]


@dataclass(frozen=True, slots=True)
class CheckRules:
    """By what is checked. `now` and `max_age` go together; with `entropy`, long random texts are told too."""

    matcher: Matcher
    redactor: Redactor
    now: datetime
    repeat: Repeat = "last"
    max_age: timedelta | None = None
    entropy: bool = False


class Check:
    """Checks one cassette after the other, and counts what it has checked."""

    def __init__(self, rules: CheckRules) -> None:
        self.cassettes = 0
        self.interactions = 0
        self._rules = rules

    def run(self, name: str, store: Store) -> list[Finding]:
        """What is wrong with the cassette, in the order of its interactions. Never raises, whatever the file is."""
        self.cassettes += 1
        try:
            entries = store.read()
            if store.damage is not None:
                remedy = f"tokentape cassette prune {name} --incomplete" if store.damage.torn else ""
                return [Finding(name, "damaged", store.damage.message, remedy=remedy)]
            if not entries:
                return [Finding(name, "empty", "nothing was recorded", remedy=f"delete {store.path}")]
            self.interactions += len(entries)
            return list(_One(name, store, self._rules).findings(entries))
        except CassetteError as error:
            return [Finding(name, "damaged", str(error))]


class _One:
    """One cassette being checked."""

    def __init__(self, name: str, store: Store, rules: CheckRules) -> None:
        self._name = name
        self._rules = rules
        self._cassette = Cassette(name, store, matcher=rules.matcher, redactor=rules.redactor)
        self._duplicates: dict[int, int] = {}
        self._seen: set[int] = set()

    def findings(self, entries: Sequence[Entry]) -> Iterator[Finding]:
        for entry in entries:
            interaction = self._cassette.store.load(entry)
            for kind, message, *place in self._of(entry, interaction):
                yield Finding(self._name, kind, message, entry.index, *place)
        for kind, message in self._ages(entries):
            yield Finding(self._name, kind, message)

    def _of(self, entry: Entry, interaction: Interaction) -> Iterator[tuple[str, ...]]:
        secrets = list(self._secrets(interaction))
        yield from secrets or (_random(interaction) if self._rules.entropy else ())
        yield from _bad_end(interaction)
        if entry.end.kind == "complete" and not secrets:  # a request with a secret does not match for that reason
            yield from self._matching(entry, interaction)

    def _secrets(self, interaction: Interaction) -> Iterator[tuple[str, ...]]:
        found = self._rules.redactor.findings(interaction)
        for each in dict.fromkeys(found):
            yield "secret", f"a secret by its {each.rule}", each.part, each.where

    def _ages(self, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
        limit = self._rules.max_age
        if limit is None:
            return
        ages = [(self._age(entry), entry.index) for entry in entries]
        old = [(age, index) for age, index in ages if age is not None and age > limit]
        undated = sum(age is None for age, _ in ages)
        if old:
            age, index = max(old)
            yield (
                "old",
                f"{len(old)} of {len(ages)} are older than {_span(limit)}, the oldest is #{index} with {_span(age)}",
            )
        if undated:
            yield "undated", f"{undated} of {len(ages)} do not say when they were recorded"

    def _age(self, entry: Entry) -> timedelta | None:
        try:
            return self._rules.now - datetime.fromisoformat(str(entry.facts.get("recorded_at", "")))
        except (TypeError, ValueError):
            return None

    def _matching(self, entry: Entry, interaction: Interaction) -> Iterator[tuple[str, ...]]:
        group = self._cassette.playable(interaction.request)
        if entry.index not in [each.index for each in group]:
            yield "unmatched", "by today's rules its own request would not get this answer"
        elif self._rules.repeat == "last" and group[0].index not in self._seen:
            self._seen.add(group[0].index)
            pairs = needless(self._cassette, group)
            self._duplicates.update({needless.index: first.index for needless, first in pairs})
        if entry.index in self._duplicates:
            yield "duplicate", f"the same request and answer as #{self._duplicates[entry.index]}, which is given again"


def _span(age: timedelta) -> str:
    return f"{age.days} days" if age.days > 1 else f"{age // timedelta(hours=1)} hours"


def _bad_end(interaction: Interaction) -> Iterator[tuple[str, ...]]:
    verdict, problem = ending_of(interaction)
    if verdict == "not complete":
        yield "incomplete", f"the answer ended as {problem}, so it is never played"
    elif verdict in ("no terminal event", "cut off"):
        yield "no-end", f"the answer looks whole and is not: {problem}"
    elif verdict == "unreadable":
        yield "unreadable", f"the answer cannot be read: {problem}"


def _random(interaction: Interaction) -> Iterator[tuple[str, ...]]:
    request, response = interaction.request, interaction.response
    for part, body, headers in (
        ("request body", request.body, request.headers),
        ("response body", interaction.body, response.headers),
    ):
        coded = decoded(body, headers)
        text = body if coded is None else coded.data
        starts = [start for start, _ in random_spans(text)]
        for where in dict.fromkeys(paths_at(text, starts)):
            yield "random", "a long random text, perhaps a key", part, where
