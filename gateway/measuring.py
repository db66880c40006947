"""A recorded interaction to its numbers."""

from gateway.endings import is_stream
from gateway.metrics import Measurement, measure
from gateway.reader import read
from recorder.interaction import Interaction

__all__ = ["measurement_of"]


def measurement_of(interaction: Interaction) -> Measurement:
    """The numbers of one interaction, from its bytes and times. Pure."""
    connection = interaction.facts.get("connection")
    return measure(
        read(interaction),
        streamed=is_stream(interaction.response),
        new_connection=None if connection is None else connection == "new",
    )
