"""Bytes and statuses in words, as the formats of other tools have them."""

from http import HTTPStatus

__all__ = ["phrase_of", "text_of"]


def text_of(data: bytes) -> str | None:
    """The text that these bytes are in UTF-8; None if they are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def phrase_of(status: int) -> str:
    """What HTTP calls a status; empty if it has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
