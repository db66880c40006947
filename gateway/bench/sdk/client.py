"""A run's client that is an SDK: what both SDKs share, since one generator makes them.

    Shot ── ask ──> SDK.post(stream=True) ──> Wire (stamps below)
                          └── event, event, ... each noted with the time at which the caller had it

The SDK's own retries are off: a run never sends twice. Events are only kept here; they are paired with their frames
when the run is over.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gateway.bench.sdk.wire import SHOT
from gateway.bench.shot import Shot
from gateway.headers import CREDENTIALS
from gateway.settings import ConfigError
from recorder.clock import Clock
from recorder.interaction import COMPLETE, Headers, Request

__all__ = ["Call", "SdkClient", "extra_headers"]

# The SDK's own business.
_OWN = CREDENTIALS | {"content-type", "user-agent"}


class Call(NamedTuple):
    """The classes by which an SDK reads one API: of a whole answer, and of a stream of events."""

    whole: Any
    stream: Any


def extra_headers(headers: Headers) -> dict[str, str]:
    """Those of a question's headers that an SDK does not set itself. Codings are off, as on the own path."""
    return {name: value for name, value in headers if name.lower() not in _OWN} | {"accept-encoding": "identity"}


class SdkClient:
    """Asks through an SDK's asynchronous client. `calls` by the end of a path; `failures` is the SDK's error class."""

    def __init__(self, sdk: Any, calls: Mapping[str, Call], failures: type[Exception], clock: Clock) -> None:
        self._sdk = sdk
        self._calls = calls
        self._failures = failures
        self._clock = clock

    def check(self, questions: Iterable[Request]) -> None:
        """Raise ConfigError if the SDK has no API at one of these paths."""
        for path in {question.path for question in questions}:
            self._call_for(path)

    def _call_for(self, path: str) -> Call:
        for end, call in self._calls.items():
            if path.endswith(end):
                return call
        raise ConfigError(f"--client: this SDK is driven at {' or '.join(self._calls)}; got requests to {path}")

    async def ask(self, shot: Shot) -> None:
        """Ask and note when each event is there. The shot tells what went wrong below, not what the SDK made of it."""
        SHOT.set(shot)
        try:
            await self._ask(shot)
        except (self._failures, ValueError) as error:
            if shot.head is None and shot.failure is None:
                shot.fail("sdk", f"{type(error).__name__}: {error}")
        if not shot.ended.is_set():  # it reads to the end of its API, which may be before the body's
            shot.receive(None, self._clock.now(), b"", COMPLETE)

    async def _ask(self, shot: Shot) -> None:
        body = json.loads(shot.request.body)
        call = self._call_for(shot.request.path)
        streamed = body.get("stream") is True
        options = {"headers": extra_headers(shot.request.headers)}
        answer = await self._sdk.post(
            shot.request.target, cast_to=call.whole, body=body, options=options, stream=streamed, stream_cls=call.stream
        )
        if streamed:
            now = self._clock.now
            async for event in answer:
                shot.yielded.append((now(), event))

    async def close(self) -> None:
        """Close the SDK's connections."""
        await self._sdk.close()
