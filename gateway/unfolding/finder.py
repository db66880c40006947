"""The finder that recordings are redacted with: which form a body has, and so how it is searched.

    stream ──> pieces, a frame each ──> strands over the frames ──> paths in each frame ──> plain search
    eventstream ──> the same on what its messages say ──> into the messages again, checksums made anew
    document ──> plain search

No provider is known here: what is shown to hold together is what stands at one place of frames of one shape.
"""

import re

from gateway.unfolding.documents import as_document
from gateway.unfolding.messages import Messages
from gateway.unfolding.pieces import cut, cut_again
from gateway.unfolding.shapes import Shapes
from gateway.unfolding.strands import without_spread_secrets
from gateway.wire import decoder_for
from gateway.wire.eventstream import EventStream
from recorder.edits import applied
from recorder.secret_search import Search

__all__ = ["Unfolding"]

# What tells the formats apart comes early.
_BEGINNING = 8192
# One after the other, so that a long stream takes no more memory than a short one. A secret may be spread over as many
# frames as two windows share: a private key of 4096 bits has some 1,300 tokens.
_WINDOW = 16_384
_SHARED = 2_048
# The one thing that documents spread: the tokens of an answer, each with its probability.
_TOKENS = re.compile(rb'"logprobs"\s*:\s*[{\[]')


class Unfolding:
    """A finder (see recorder/secret_search) for bodies of every form. It remembers how the frames it has met look."""

    def __init__(self) -> None:
        self._shapes = Shapes()

    def __call__(self, body: bytes, content_type: str, search: Search) -> bytes:
        """`body`, of this content type, with its secrets overwritten; as long as before.

        Raises Unredactable where a secret cannot be overwritten without breaking the form.
        """
        decoder = decoder_for(content_type, body[:_BEGINNING])
        if isinstance(decoder, EventStream):
            return self._clean_messages(Messages.of(body), search)
        pieces = cut(body, decoder)
        if len(pieces) > 1 or _TOKENS.search(body):
            body = b"".join(self._clean_frames(pieces, search))
        elif search.paths:
            body = applied(body, search.document_edits(body))
        return search.cleaned(body, None, content_type)

    def _clean_messages(self, messages: Messages, search: Search) -> bytes:
        texts = self._clean_frames(messages.texts(), search)
        text = b"\n".join(texts)
        clean = search.cleaned(text)
        return messages.with_texts(texts if clean is text else cut_again(clean, texts), search)

    def _clean_frames(self, frames: list[bytes], search: Search) -> list[bytes]:
        """The frames without secrets that they share, and without what stands at the configured paths.

        Before each is searched for itself: what is found of a secret in one frame hides the rest of it in the next.
        """
        for start in range(0, max(1, len(frames) - _SHARED), _WINDOW - _SHARED):
            window = slice(start, start + _WINDOW)
            frames[window] = without_spread_secrets(frames[window], search, self._shapes)
        if search.paths:
            frames = [applied(frame, search.document_edits(as_document(frame))) for frame in frames]
        return frames
