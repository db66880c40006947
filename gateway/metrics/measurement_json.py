"""The numbers of one stream as a JSON value: the field names of every machine-readable output."""

from gateway.metrics.measurement import Measurement

__all__ = ["measurement_json", "seconds"]


def measurement_json(measured: Measurement) -> dict[str, object]:
    """Times in seconds since the request had been sent; null for what was not measured. `state` is how it ended."""
    return {
        "source": measured.source,
        "state": measured.status,
        "provider": measured.provider,
        "api": measured.api,
        "model": measured.model,
        "status": measured.http_status,
        "error": measured.error,
        "streamed": measured.streamed,
        "new_connection": measured.new_connection,
        "ttfb": seconds(measured.ttfb),
        "ttfc": seconds(measured.ttfc),
        "ttft": seconds(measured.ttft),
        "ttfo": seconds(measured.ttfo),
        "itl": seconds(measured.itl),
        "tps": _rounded(measured.tps_user),
        "e2e": seconds(measured.e2e),
        "duration": seconds(measured.duration),
        "stall_max": seconds(measured.stall_max),
        "stalls": measured.stalls,
        "tokens_in": measured.tokens_in,
        "tokens_out": measured.tokens_out,
        "tokens_reasoning": measured.tokens_reasoning,
        "tokens_cached": measured.tokens_cached,
        "choices": measured.choices,
        "token_frames": len(measured.token_at),
        "frames": measured.frames,
        "bytes": measured.size,
    }


def seconds(micros: float | None) -> float | None:
    """Microseconds as every machine-readable output has them: in seconds, to a billionth; None for none."""
    return None if micros is None else _rounded(micros / 1_000_000)


def _rounded(number: float | None) -> float | None:
    """To a billionth: what is beyond is the machine's arithmetic."""
    return None if number is None else round(number, 9)
