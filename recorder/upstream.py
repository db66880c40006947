"""The one seam: what answers a request with a reply whose chunks arrive over time.

    client <── Receiver.receive(head, at, data, end) ── Upstream        bytes are pushed as they are read
    client ──  Reply.pause() / resume() / close()   ──> Upstream        back-pressure and leaving early

Live, recording and replay are objects behind this seam; whoever relays never asks which. Chunks are pushed, not
awaited: an await per chunk costs a future, a task switch and a turn of the event loop (see benchmarks/README.md).

Rules: `sent` comes first, once. Then `receive` is called once per read from the upstream, in order, on the event loop's
thread, and never after an `end`: its first call carries the head, its last one the end, and perhaps the last bytes.
Times are monotonic nanoseconds, stamped before anything looked at the bytes; a replay gives the recorded ones, counted
from its `sent`, whenever it plays the bytes. Neither may block or raise.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from recorder.interaction import End, Request, Response

__all__ = ["Connection", "Receiver", "Reply", "Upload", "Upstream"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A request body that is still arriving. `length` in bytes if the client announced it."""

    pieces: AsyncIterator[bytes]
    length: int | None


@dataclass(frozen=True, slots=True)
class Connection:
    """What a request went out on: a connection that was kept (`reused`) or made for it, and `waited` for it (ns)."""

    reused: bool
    waited: int


class Reply(Protocol):
    """The live thing that an upstream gives: the handle on a reply under way. Harmless after the end."""

    @property
    def connection(self) -> Connection | None:
        """What the request went out on; None in a replay, which has none."""

    def pause(self) -> None:
        """Stop reading from the upstream until `resume`."""

    def resume(self) -> None:
        """Read on."""

    def close(self) -> None:
        """The client has left: nothing more will be received."""


class Receiver(Protocol):
    """Takes a reply as it comes."""

    def sent(self, reply: Reply, at: int) -> None:
        """The request had been sent in full at `at` (or its answer began before that)."""

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        """Take what one read brought: the head if it completed it, body bytes or b"", the end if it was the last."""


class Upstream(Protocol):
    """What answers requests."""

    @property
    def needs_body(self) -> bool:
        """Whether `send` must be given the whole body (to match it), rather than an upload still under way."""

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Send the request; return when the response head has been received, while the body may still flow.

        With an `upload`, that is the body, and `request.body` is empty. Cancelling is leaving early.
        Raises UpstreamFailed when there was no response head, Miss when nothing stored matches.
        """

    async def close(self) -> None:
        """Let go of connections and files; replies under way are abandoned."""
