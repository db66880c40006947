"""Interactions that add nothing to a cassette: their answer is the one that would be given again without them.

Answers to one request are given in their order, and after the last one that one again. So of the equal answers at the
end of the order, all but the first can go. Equal answers further to the front have a meaning: a 429, again, then a 200.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from recorder.cassette import Cassette
from recorder.interaction import Interaction
from recorder.store import Entry

__all__ = ["duplicates", "needless"]

# What makes two answers differ to a client; dates and request ids differ each time and decide nothing.
_TELLING = ("content-type", "content-encoding", "retry-after")


def duplicates(cassette: Cassette, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Each needless one of `entries`, with the one that answers in its place."""
    seen: set[int] = set()
    for entry in entries:
        if entry.index not in seen:
            group = cassette.playable(cassette.store.load(entry).request)
            seen.update(each.index for each in group)
            yield from needless(cassette, group)


def needless(cassette: Cassette, group: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """The same, of the answers to one request in their order (see `Cassette.playable`)."""
    if len(group) < 2:
        return
    answers = [_given(cassette.store.load(entry)) for entry in group]
    first = len(group) - 1
    while first and answers[first - 1] == answers[-1]:
        first -= 1
    for entry in group[first + 1 :]:
        yield entry, group[first]


def _given(interaction: Interaction) -> tuple[int, tuple[str | None, ...], bytes]:
    """What a client gets, without its times: equal for equal answers."""
    headers = tuple(interaction.response.header(name) for name in _TELLING)
    return interaction.response.status, headers, sha256(interaction.body).digest()
