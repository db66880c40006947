"""A cassette in use: what it held when it was opened, in order, and what is added to it.

Only what was there at the start is replayed: a request that is recorded twice in one session is recorded twice, so
that a 429 and the 200 after it are both kept. Answers to one fingerprint come back in the order in which they were
recorded; after the last one, the last again (`repeat="last"`) or a miss (`"never"`). What ended incomplete is never
served.
"""

import heapq
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from recorder.errors import MatchFailed, Miss
from recorder.explanation import Asked, explain
from recorder.interaction import Interaction, Request
from recorder.key_token import carries, token_in, with_token
from recorder.matching import FINGERPRINT_VERSION, Matcher, stored_fingerprint
from recorder.mismatch import Mismatch, mismatch_of
from recorder.nearest import Stored
from recorder.redaction import Redactor
from recorder.self_check import check_kept
from recorder.store import Entry, Store

__all__ = ["Cassette", "Repeat", "Tally"]

logger = logging.getLogger(__name__)

Repeat = Literal["last", "never"]

# Misses are kept in full for the report; an endless loop of them is only counted.
_MISSES_KEPT = 100
# To explain a miss, bodies are read on the event loop: of large cassettes only so many.
_LIKELY = 100
# An answer with one of these says that the key was not good.
_REFUSALS = (401, 403)


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
        self._redactor = replace(redactor or Redactor(), key_token=self._matcher.key)
        self._repeat = repeat
        self._remedy = remedy or f"tokentape run --mode new_episodes --cassette {name} -- COMMAND"
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
        try:
            fingerprint, entries = self._playable(self.compared(request))
        except MatchFailed as error:  # counted, so that a test fails even if the application swallowed it
            self._missed(str(error))
            raise
        if not entries:
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

    def compared(self, request: Request) -> Request:
        """`request` as it is compared: redacted, and with the cassette's own key where a stand-in came for it."""
        asked = self._redactor.request(request)
        if self._matcher.key and self._matcher.stand_in and carries(request, self._matcher.stand_in):
            return replace(asked, headers=with_token(asked.headers, self._own_token()))
        return asked

    def _own_token(self) -> str | None:
        """Of the key that the cassette was recorded with: that of the first interaction in which it was accepted."""
        accepted = (entry for entry in self._entries if entry.response.status not in _REFUSALS)
        return next((token_in(entry.request.headers) for entry in accepted), None)

    def _playable(self, asked: Request) -> tuple[str, Sequence[Entry]]:
        fingerprint = self._matcher.fingerprint(asked)
        return fingerprint, self._by_fingerprint.get(fingerprint, ())

    def playable(self, request: Request) -> Sequence[Entry]:
        """The interactions that answer `request`, in the order of their turns. Takes none of them."""
        return self._playable(self.compared(request))[1]

    def explain(self, request: Request) -> tuple[Mismatch | None, str]:
        """How the stored request that is most like `request` differs from it (None of an empty cassette), in words."""
        compared = self.compared(request)
        mismatch = mismatch_of(compared, self._candidates(compared), self._matcher)
        missing = "" if self._entries or self.store.path.exists() else str(self.store.path)
        asked = Asked(compared, self._matcher, self.name, len(self._entries), self._remedy, missing)
        return mismatch, explain(asked, mismatch)

    def _candidates(self, asked: Request) -> list[Stored]:
        unplayed = {entry.index for entry in self.unplayed()}
        return [
            Stored(
                entry.index,
                self.store.load(entry).request,
                entry.end,
                played=entry.end.kind == "complete" and entry.index not in unplayed,
            )
            for entry in self._likely(asked)
        ]

    def miss(self, request: Request) -> Miss:
        """Count a miss and explain it: the nearest interaction, where it differs, what decided, the remedy."""
        _, text = self.explain(request)
        self._missed(text)
        return Miss(text)

    def _missed(self, text: str) -> None:
        self.tally.missed += 1
        if len(self.tally.misses) < _MISSES_KEPT:
            self.tally.misses.append(text)

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

        On return it is on file, whole, and has passed the check of recorder/self_check. Raises CassetteError; then no
        part of it is on file.
        """
        stored = self._redactor.interaction(interaction)
        fingerprint, version = stored_fingerprint(stored.request)
        check = partial(check_kept, interaction, stored, fingerprint=fingerprint, redactor=self._redactor)
        self.store.append(stored, fingerprint, version, check)
        self.tally.recorded += 1
        if self._used is not None:
            self._used(stored)
