"""A stream that has ended, as whoever counts streams is given it."""

from dataclasses import dataclass
from typing import Protocol

from gateway.metrics import Measurement, Source

__all__ = ["FinishedStream", "Listener"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedStream:
    """One stream's final numbers. `measurement` holds those of the provider, the overheads are the gateway's (µs).

    `started` is when the request had been sent (seconds since 1970), `target` is without secrets. `failed` says that
    there was no response: the gateway answered in its place, with the measurement's `http_status` and `error`.
    `asked_model` is the one that the request names; `trace` are its `traceparent` and `tracestate` headers, if any.
    `overhead_request`: from the request's body to the request sent, without the wait for a connection; None if unknown.
    `overhead_chunks`: of each read, until its write to the client returned; for a replay, how late it was by its
    schedule, and empty if the replay was not meant to keep the recorded times.
    """

    id: str
    measurement: Measurement
    source: Source
    cassette: str | None
    mode: str
    method: str
    target: str
    operation: str
    server_address: str
    server_port: int
    started: float
    failed: bool
    asked_model: str | None
    trace: tuple[tuple[str, str], ...]
    overhead_request: int | None
    overhead_chunks: tuple[int, ...]


class Listener(Protocol):
    """Is told of streams as they come and go, in the observer's event loop."""

    def began(self, source: Source) -> None:
        """A request has been sent: one more stream is active."""

    def finished(self, stream: FinishedStream) -> None:
        """A stream has ended. It had begun, unless it failed."""
