"""The search for secrets in one interaction: all rules over one text, and what is to be written where one was found.

    text ──> known values, telling names, key shapes, own patterns, URLs ──> fillings ─┐
      └───> base64 that says a text ──> the same rules inside ──> base64 again ────────┴──> edits of the text

A `Finder` makes a body safe with it. The one here searches a body as it lies there. What a stream spreads over its
frames only shows to someone who knows the stream's form, which the recorder does not: such a finder is passed in.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

from recorder.edits import Edit, applied, fillings, merged
from recorder.encoded import hidden_texts
from recorder.forms import form_spans, url_spans
from recorder.json_walk import paths_at
from recorder.key_shapes import KEY_SHAPES, LongWords, Span, long_words, shape_spans
from recorder.paths import Paths
from recorder.secret_spans import member_spans, path_spans, value_spans

__all__ = ["Finder", "Search", "plain_finder"]

# Base64 in base64 is looked into as well; deeper is nobody's doing.
_DEEPEST = 2

Note = Callable[[str, str], None]
"""Told where a secret is and by which rule it was found."""


class Search:
    """Searches texts by the rules, for the `secrets` that came with one request and all that looks like one.

    `count` says how many places it has found, `note` is told of each. Nothing raises on any text; time is linear.
    """

    def __init__(
        self,
        patterns: Sequence[re.Pattern[bytes]],
        paths: Paths,
        secrets: tuple[bytes, ...],
    ) -> None:
        self.count = 0
        self.paths = paths
        self.secrets = secrets
        self.note: Note | None = None
        known = tuple(patterns[: len(KEY_SHAPES)]) == KEY_SHAPES
        self._shapes = KEY_SHAPES if known else ()
        self._patterns = patterns[len(KEY_SHAPES) :] if known else patterns

    def edits(self, text: bytes, where: str | None = None, content_type: str = "") -> list[Edit]:
        """What redacts a text. `where` names it, if it is not what its bytes say (a document, with paths)."""
        edits = self._edits(text, where, content_type, 0)
        self.count += len(edits)
        return edits

    def is_clean(self, text: bytes) -> bool:
        """Whether there is nothing to redact in a text. Neither counts nor tells."""
        note, self.note = self.note, None
        found = self._edits(text, None, "", 0)
        self.note = note
        return not found

    def document_edits(self, document: bytes) -> list[Edit]:
        """What redacts the strings at the configured paths of one JSON document."""
        spans = list(path_spans(document, self.paths))
        edits = fillings(document, spans)
        self.count += len(edits)
        self._tell(document, "path", edits, None)
        return edits

    def cleaned(self, text: bytes, where: str | None = None, content_type: str = "") -> bytes:
        """The text, redacted: as long as before."""
        edits = self.edits(text, where, content_type)
        return applied(text, edits) if edits else text

    def _edits(self, text: bytes, where: str | None, content_type: str, depth: int) -> list[Edit]:
        if not text:
            return []
        words = long_words(text)
        spans: list[Span] = []
        for rule, found in self._rules(text, words, content_type):
            places = list(found)
            if places:
                self._tell(text, rule, fillings(text, places), where)
                spans += places
        edits = fillings(text, spans)
        if depth < _DEEPEST:
            edits += self._in_hidden_texts(words, spans, where, depth)
        return edits

    def _rules(self, text: bytes, words: LongWords, content_type: str) -> Iterator[tuple[str, Iterator[Span]]]:
        if self.secrets:
            yield "known value", chain.from_iterable(value_spans(text, secret) for secret in self.secrets)
        yield "member name", member_spans(text)
        yield "key shape", shape_spans(text, self._shapes, words)
        if self._patterns:
            yield "pattern", shape_spans(text, self._patterns, words)
        yield "place in a URL", url_spans(text)
        if content_type:
            yield "form field", form_spans(text, content_type)

    def _in_hidden_texts(self, words: LongWords, spans: list[Span], where: str | None, depth: int) -> Iterator[Edit]:
        taken = merged(spans)
        for hidden in hidden_texts(words):
            after = bisect_left(taken, hidden.end, key=itemgetter(0))
            if after and taken[after - 1][1] > hidden.start:
                continue  # overwritten anyway
            inside = self._edits(hidden.text, where or "in base64", "", depth + 1)
            if inside:
                yield Edit(hidden.start, hidden.end, hidden.spelled(applied(hidden.text, inside)))

    def _tell(self, text: bytes, rule: str, edits: Sequence[Edit], where: str | None) -> None:
        if self.note is None or not edits:
            return
        places = paths_at(text, [edit.start for edit in edits]) if where is None else [where]
        for place in places:
            self.note(place, rule)


Finder = Callable[[bytes, str, Search], bytes]
"""Makes a body of this content type safe, of the same length. Raises Unredactable if that cannot be done."""


def plain_finder(body: bytes, content_type: str, search: Search) -> bytes:
    """Searches a body as it lies there, and its paths if it is one JSON document."""
    if search.paths:
        body = applied(body, search.document_edits(body))
    return search.cleaned(body, None, content_type)
