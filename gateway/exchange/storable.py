"""What is imported must be what a cassette can hold: checked where its place in the text is still known."""

from gateway.exchange.cursor import Cursor, Refused
from recorder.entry import sections_of
from recorder.errors import CassetteError
from recorder.interaction import Interaction

__all__ = ["storable"]


def storable(interaction: Interaction, source: Cursor) -> Interaction:
    """`interaction`, which was read from `source`. Raises Refused if no cassette can hold it."""
    try:
        sections_of(interaction, "", 0)
    except CassetteError as error:
        raise Refused(f"{source.place}: {error}") from None
    return interaction
