"""Numbers of streams, by definitions that docs/ttft.md gives: pure functions over timed events."""

from gateway.metrics.measurement import Measurement, Meter, Status, measure
from gateway.metrics.measurement_json import measurement_json

__all__ = ["Measurement", "Meter", "Status", "measure", "measurement_json"]
