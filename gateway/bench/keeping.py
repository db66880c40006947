"""A run's answers on a cassette: redacted and checked as a recording is, once everything has been measured."""

from collections.abc import Iterable

from gateway.bench.result import Reading
from recorder.cassette import Cassette
from recorder.errors import CassetteFull, Unstorable

__all__ = ["keep"]


def keep(readings: Iterable[Reading], cassette: Cassette) -> list[str]:
    """Put every answer on the cassette, in the order of sending; says of those that cannot be stored why.

    Raises CassetteError if nothing can.
    """
    refused = []
    for reading in readings:
        if reading.interaction is None:
            continue
        try:
            cassette.record(reading.interaction)
        except (CassetteFull, Unstorable) as error:
            refused.append(str(error))
    return refused
