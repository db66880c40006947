"""A body that is no stream: one frame, which is complete when the body has ended."""

from gateway.wire.frame import Frame
from gateway.wire.framing import BOM, Framing

__all__ = ["MAX_DOCUMENT", "Document"]

# Embeddings and images come in one piece.
MAX_DOCUMENT = 64 << 20


class Document(Framing):
    """Decodes a body as a whole."""

    def __init__(self, limit: int = MAX_DOCUMENT) -> None:
        super().__init__(limit)

    def _whole(self) -> None:
        return None

    def _rest(self) -> Frame:
        data = bytes(self._held).removeprefix(BOM)
        return self._frame(len(self._held), "data" if data.strip() else "idle", data)
