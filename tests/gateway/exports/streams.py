"""Streams that have ended, as the observer gives them to whoever counts."""

from dataclasses import replace

from gateway.metrics import Measurement
from gateway.observer import FinishedStream

__all__ = ["COMMON", "ended", "failed", "replayed"]

_MEASURED = Measurement(
    provider="openai",
    api="openai.chat",
    model="gpt-9-2026-11-01",
    status="ok",
    http_status=200,
    new_connection=True,
    ttfb=200_000,
    ttfc=300_000,
    ttfo=2_000_000,
    token_at=(500_000, 2_000_000, 4_000_000),
    duration=4_100_000,
    tokens_in=12,
    tokens_out=100,
    tokens_reasoning=40,
    tokens_cached=8,
    thinking=True,
    choices=1,
)

_STREAM = FinishedStream(
    id="t0-1",
    measurement=_MEASURED,
    source="live",
    cassette=None,
    mode="live",
    method="POST",
    target="/v1/chat/completions",
    operation="chat",
    server_address="api.openai.com",
    server_port=443,
    started=1_700_000_000.25,
    failed=False,
    asked_model="gpt-9",
    trace=(),
    overhead_request=400,
    overhead_chunks=(20, 30, 50),
)

COMMON = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-9",
    "gen_ai.response.model": "gpt-9-2026-11-01",
    "server.address": "api.openai.com",
    "server.port": 443,
    "tokentape.source": "live",
}
"""What the numbers of `ended()` are told apart by."""


def ended(measured: dict[str, object] | None = None, **fields: object) -> FinishedStream:
    """A stream of two chunks after the first: thinking at 0.5 s, text at 2 s and 4 s. Changed as said."""
    stream = replace(_STREAM, measurement=replace(_MEASURED, **(measured or {})))  # type: ignore[arg-type]
    return replace(stream, **fields)  # type: ignore[arg-type]


def replayed(**fields: object) -> FinishedStream:
    """The same from a cassette, each chunk late by as much."""
    measured = {"replayed": True, "new_connection": None}
    return ended(measured, source="replay", cassette="greeting", mode="replay", **fields)


def failed(kind: str, status: int, **fields: object) -> FinishedStream:
    """A request that the gateway has answered in the place of its upstream."""
    nothing = {"ttfc": None, "ttfo": None, "token_at": (), "tokens_in": None, "tokens_out": None, "model": None}
    measured = {**nothing, "status": "error", "http_status": status, "error": kind, "duration": 1000}
    return ended(measured, failed=True, overhead_request=None, overhead_chunks=(), **fields)
