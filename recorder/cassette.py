"""A cassette in use: what it held when it was opened, in order, and what is added to it.

Only what was there at the start is replayed: a request that is recorded twice in one session is recorded twice, so
that a 429 and the 200 after it are both kept. Answers to one fingerprint come back in the order in which they were
recorded; after the last one, the last again (`repeat="last"`) or a miss (`"never"`). What ended incomplete is never
served.
"""

import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from recorder.errors import Miss
from recorder.interaction import Interaction, Request
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.mismatch import explain, nearest
from recorder.redaction import Redactor
from recorder.store import Entry, Store

__all__ = ["Cassette", "Repeat", "Tally"]

logger = logging.getLogger(__name__)

Repeat = Literal["last", "never"]

# Misses are kept in full for the report; an endless loop of them is only counted.
_MISSES_KEPT = 100
# To explain a miss, bodies are read on the event loop: of large cassettes only so many.
_LIKELY = 100


@dataclass(slots=True)
class Tally:
    """What was done with a cassette since it was opened."""

    recorded: int = 0
    replayed: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)


class Cassette:
    """An ordered list of interactions on file, with the rules for finding and for adding.

    Opening reads the file: raises CassetteError if it is foreign, too new or unreadable; a torn tail is left out, and
    said so in the log.
    """

    def __init__(
        self,
        name: str,
        store: Store,
        *,
        matcher: Matcher | None = None,
        redactor: Redactor | None = None,
        repeat: Repeat = "last",
        remedy: str | None = None,
        used: Callable[[Interaction], None] | None = None,
    ) -> None:
        """`remedy` is the command that a miss gives to record the request; `used` is told what is played or recorded.

        `used` is called from the thread that does it, and may not raise.
        """
        self.name = name
        self.tally = Tally()
        self.store = store
        self._matcher = matcher or Matcher()
        self._redactor = redactor or Redactor()
        self._repeat = repeat
        self._remedy = remedy or f"tokentape run --mode new_episodes --cassette {name} -- COMMAND (or serve)"
        self._used = used
        self._entries = store.read()
        if store.damage is not None:
            logger.warning("%s", store.damage.message)
        self._served: dict[str, int] = {}
        self._asked: dict[str, int] = {}
        self._last: tuple[Entry, Interaction] | None = None
        self._by_fingerprint: dict[str, list[Entry]] = {}
        for entry in self._entries:
            if entry.end.kind == "complete":
                self._by_fingerprint.setdefault(self._fingerprint(entry), []).append(entry)

    @property
    def existed(self) -> bool:
        """Whether there was a file when the cassette was opened."""
        return self.store.existed

    def _fingerprint(self, entry: Entry) -> str:
        """The stored fingerprint, made anew if it was made by other rules than today's."""
        if entry.fingerprint_version == FINGERPRINT_VERSION and self._matcher == Matcher():
            return entry.fingerprint
        return self._matcher.fingerprint(self.store.load(entry).request)

    def find(self, request: Request) -> Interaction | None:
        """The next stored answer to `request`, or None; it has had its turn then."""
        found = self.peek(request)
        if found is None:
            return None
        self.play(*found)
        return found[1]

    def peek(self, request: Request) -> tuple[str, Interaction] | None:
        """The request's fingerprint and the stored answer whose turn it is, which it stays until `play`; or None.

        Requests are compared as they would be stored: redacted.
        """
        fingerprint = self._matcher.fingerprint(self._redactor.request(request))
        entries = self._by_fingerprint.get(fingerprint)
        if entries is None:
            return None
        turn = self._served.get(fingerprint, 0)
        if turn >= len(entries) and self._repeat == "never":
            return None
        self._asked[fingerprint] = turn + 1
        return fingerprint, self._load(entries[min(turn, len(entries) - 1)])

    def play(self, fingerprint: str, interaction: Interaction, *, keeps_turn: bool = False) -> None:
        """Count what `peek` has given as played. Then it is the next one's turn, unless this one `keeps_turn`."""
        if not keeps_turn:
            self._served[fingerprint] = self._served.get(fingerprint, 0) + 1
        self.tally.replayed += 1
        if self._used is not None:
            self._used(interaction)

    def unplayed(self) -> list[Entry]:
        """The complete interactions that were there at the start and have not been asked for, in their order."""
        left = [entries[self._asked.get(fingerprint, 0) :] for fingerprint, entries in self._by_fingerprint.items()]
        return sorted((entry for entries in left for entry in entries), key=lambda entry: entry.index)

    def _load(self, entry: Entry) -> Interaction:
        """The last interaction is kept at hand: a load test asks for the same one all the time."""
        if self._last is None or self._last[0] is not entry:
            self._last = (entry, self.store.load(entry))
        return self._last[1]

    def miss(self, request: Request) -> Miss:
        """Count a miss and explain it: the nearest interaction, the first path that differs, the remedy."""
        asked = self._redactor.request(request)
        stored = [(entry.index, self.store.load(entry).request) for entry in self._likely(asked)]
        mismatch = nearest(asked, stored, self._matcher)
        text = explain(asked, mismatch, cassette=self.name, count=len(self._entries), hint=self._remedy)
        self.tally.missed += 1
        if len(self.tally.misses) < _MISSES_KEPT:
            self.tally.misses.append(text)
        return Miss(text)

    def _likely(self, asked: Request) -> list[Entry]:
        """The entries worth reading to explain a miss, in their order: those whose heads are most like the request."""

        def unlikeness(entry: Entry) -> tuple[int, int]:
            stored = entry.request
            heads = (stored.upstream != asked.upstream) + (stored.method != asked.method) + (stored.path != asked.path)
            return heads, abs(entry.request_size - len(asked.body))

        likely = heapq.nsmallest(_LIKELY, self._entries, key=unlikeness)
        return sorted(likely, key=lambda entry: entry.index)

    def record(self, interaction: Interaction) -> None:
        """Redact, fingerprint and store an interaction. Blocks on the disk; safe from any thread.

        On return it is on file, whole. Raises CassetteError; then no part of it is on file.
        """
        stored = self._redactor.interaction(interaction)
        self.store.append(stored, Matcher().fingerprint(stored.request), FINGERPRINT_VERSION)
        self.tally.recorded += 1
        if self._used is not None:
            self._used(stored)
