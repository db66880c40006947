"""Numbers of streams, by definitions that docs/ttft.md gives: pure functions over timed events."""

from gateway.metrics.measurement import Measurement, Meter, Source, Status
from gateway.metrics.measurement_json import measurement_json, seconds

__all__ = ["Measurement", "Meter", "Source", "Status", "measurement_json", "seconds"]
