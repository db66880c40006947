"""Finding secrets that the form of a body hides: spread over a stream's frames, in base64, under checksums. Pure."""

from gateway.unfolding.finder import Unfolding

__all__ = ["Unfolding"]
