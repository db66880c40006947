"""Streams as measurements, made by hand for tests that do not care how they were read."""

from gateway.metrics import Measurement
from gateway.metrics.summary import Sample

__all__ = ["measurement", "sample"]


def measurement(ttft=300_000, gaps=(50_000, 50_000), **values):
    """A stream of three tokens in three frames, by default; `values` replace what a Measurement has."""
    times = [ttft]
    for gap in gaps:
        times.append(times[-1] + gap)
    given = {
        "provider": "acme",
        "api": "acme.chat",
        "model": "m-1",
        "status": "ok",
        "http_status": 200,
        "ttfb": ttft - 20_000,
        "ttfc": ttft - 10_000,
        "ttfo": ttft,
        "token_at": tuple(times),
        "duration": times[-1] + 1000,
        "tokens_in": 8,
        "tokens_out": len(times),
    }
    return Measurement(**{**given, **values})


def sample(ttft=300_000, *, cassette="a", index=0, **values):
    """The same as a sample."""
    return Sample(measurement(ttft, **values), cassette, index)
