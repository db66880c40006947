"""A run's answers on a cassette: redacted and checked as a recording is, once everything has been measured."""

from collections.abc import Iterable

from gateway.bench.result import Reading
from recorder.cassette import Cassette
from recorder.errors import CassetteError, Unstorable

__all__ = ["keep"]


def keep(readings: Iterable[Reading], cassette: Cassette) -> list[str]:
    """Put every answer on the cassette, in the order of sending; says of those that cannot be stored why.

    A disk that is full raises nothing either: the run is over, and its numbers are still to be told.
    """
    refused = []
    for reading in readings:
        if reading.interaction is None:
            continue
        try:
            cassette.record(reading.interaction)
        except (CassetteError, Unstorable) as error:
            refused.append(str(error))
    return refused
