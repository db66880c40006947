"""The fakes that ship with the seam: an upstream that follows a script, and a receiver that writes down what it gets.

    ScriptedUpstream([Read(head=Response(200)), Read(data=b"hel"), ...])        what each `receive` will be given
    Journal().reads == [...]                                                   what each `receive` was given

For tests of whatever stands on either side of the seam: no time passes and no socket is opened. A script that stops
before its end leaves the reply open; `reply.push(...)` plays on by hand.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from recorder.errors import UpstreamFailed
from recorder.interaction import End, Request, Response
from recorder.upstream import Connection, Receiver, Reply, Upload

__all__ = ["Journal", "Read", "ScriptedReply", "ScriptedUpstream"]


class Read(NamedTuple):
    """What one call of `receive` is given; `at` in nanoseconds."""

    at: int = 0
    head: Response | None = None
    data: bytes = b""
    end: End | None = None


Script = Sequence[Read] | UpstreamFailed


class Journal:
    """A receiver that keeps the reply's handle, when the request was sent, and every read."""

    def __init__(self) -> None:
        self.reply: Reply | None = None
        self.sent_at: int | None = None
        self.reads: list[Read] = []

    def sent(self, reply: Reply, at: int) -> None:
        """Note it."""
        self.reply = reply
        self.sent_at = at

    def receive(self, head: Response | None, at: int, data: bytes, end: End | None) -> None:
        """Note it."""
        self.reads.append(Read(at, head, data, end))

    @property
    def body(self) -> bytes:
        """All body bytes so far."""
        return b"".join([read.data for read in self.reads])

    @property
    def end(self) -> End | None:
        """How the reply ended, or None while it has not."""
        return self.reads[-1].end if self.reads else None


class ScriptedReply:
    """A reply whose reads are pushed by hand or by a script. Once closed it gives nothing more."""

    connection: Connection | None = None

    def __init__(self, receiver: Receiver) -> None:
        self.paused = False
        self.closed = False
        self.headed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._receiver = receiver

    def push(self, *reads: Read) -> None:
        """Give the receiver these reads, one after the other."""
        for read in reads:
            if not self.closed:
                self._receiver.receive(read.head, read.at, read.data, read.end)
            if not self.headed.done():
                self.headed.set_result(None)

    def pause(self) -> None:
        """Note it; the script does not wait."""
        self.paused = True

    def resume(self) -> None:
        """Note it."""
        self.paused = False

    def close(self) -> None:
        """Give nothing more."""
        self.closed = True


class ScriptedUpstream:
    """Answers the first request by the first script, and so on; a script is reads, or the failure to raise.

    `requests` holds what it was asked, with the uploads as bodies; `replies` what it gave.
    """

    needs_body = False

    def __init__(self, *scripts: Script) -> None:
        self.requests: list[Request] = []
        self.replies: list[ScriptedReply] = []
        self.closed = False
        self._scripts = iter(scripts)

    async def send(self, request: Request, receiver: Receiver, upload: Upload | None = None) -> None:
        """Play the next script; return when the head has been pushed, by it or by hand. Sent at time 0."""
        script = next(self._scripts)
        if upload is not None:
            body = b"".join([piece async for piece in upload.pieces])
            request = Request(request.upstream, request.method, request.target, request.headers, body)
        self.requests.append(request)
        if isinstance(script, UpstreamFailed):
            raise script
        reply = ScriptedReply(receiver)
        self.replies.append(reply)
        receiver.sent(reply, 0)
        reply.push(*script)
        await reply.headed

    async def close(self) -> None:
        """Note it."""
        self.closed = True
