"""What sends a run's requests: the gateway's own HTTP path to providers. An SDK can stand in its place."""

from collections.abc import Iterable
from typing import Protocol

from gateway.bench.shot import Shot
from gateway.live import Live
from recorder.errors import UpstreamFailed
from recorder.interaction import Request

__all__ = ["Client", "OwnClient"]


class Client(Protocol):
    """Sends requests, and never one twice."""

    def check(self, questions: Iterable[Request]) -> None:
        """Raise ConfigError if it cannot ask one of these."""

    async def ask(self, shot: Shot) -> None:
        """Send the shot's request; return when its answer has ended, or failed: the shot tells which. Never raises."""

    async def close(self) -> None:
        """Let go of the connections."""


class OwnClient:
    """The shortest way: a chunk is stamped on the read, before anything looked at it, and read after the run.

    With `fresh` every request has a connection of its own.
    """

    def __init__(self, live: Live, *, fresh: bool = False) -> None:
        self._live = live
        self._fresh = fresh

    def check(self, questions: Iterable[Request]) -> None:
        """It can ask anything."""

    async def ask(self, shot: Shot) -> None:
        """Send it; the live upstream pushes the answer into the shot."""
        if self._fresh:
            self._live.pool.close()
        try:
            await self._live.send(shot.request, shot)
        except UpstreamFailed as failed:
            shot.fail(failed.reason, str(failed))
        await shot.ended.wait()

    async def close(self) -> None:
        """Close the connections that are idle."""
        await self._live.close()
