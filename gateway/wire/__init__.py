"""Wire formats: bytes to frames. Pure, standard library only."""

from gateway.wire.formats import Document, decoder_for, inflater, is_telling
from gateway.wire.frame import MAX_FRAME, Decoder, Frame, FrameKind
from gateway.wire.inflation import Undecodable

__all__ = [
    "MAX_FRAME",
    "Decoder",
    "Document",
    "Frame",
    "FrameKind",
    "Undecodable",
    "decoder_for",
    "inflater",
    "is_telling",
]
