"""Wire formats: bytes to frames. Pure, standard library only."""

from gateway.wire.formats import Document, decoder_for, inflater, is_telling
from gateway.wire.frame import MAX_FRAME, Decoder, Frame, FrameKind

__all__ = ["MAX_FRAME", "Decoder", "Document", "Frame", "FrameKind", "decoder_for", "inflater", "is_telling"]
