"""A recorded interaction to its numbers."""

from gateway.metrics import Measurement, Meter
from gateway.reader import read
from recorder.interaction import Fact, Interaction

__all__ = ["measurement_of", "meter_of"]


# The fact that a recording has of its connection; what was imported may say nothing, or anything.
_IS_NEW: dict[Fact | None, bool] = {"new": True, "reused": False}


def measurement_of(interaction: Interaction) -> Measurement:
    """The numbers of one interaction, from its bytes and times. Pure."""
    meter = meter_of(interaction)
    for event in read(interaction):
        meter.feed(event)
    return meter.measurement()


def meter_of(interaction: Interaction) -> Meter:
    """A meter for the events of one interaction, for whoever reads them for more than its numbers.

    The fact `source` is `replay` where it was itself recorded from a replay, as `tokentape bench` may.
    """
    facts = interaction.facts
    return Meter(replayed=facts.get("source") == "replay", new_connection=_IS_NEW.get(facts.get("connection")))
