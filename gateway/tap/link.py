"""The link to the observer: its process, and the batches that go to it.

    pending ── every 50 ms, if anything came ──> packed ──> a socket, the observer's stdin

While the observer does not keep up, at most `_MAX_UNSENT` bytes wait for it. Then batches are dropped: they are
counted, their streams are told to be incomplete, and only the ends of streams are kept for the next batch. When the
observer is gone, everything is dropped, and `trouble` says so.
"""

import asyncio
import logging
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gateway.tap.messages import Lost, Message, Setup, packed
from recorder.clock import Clock

__all__ = ["Link"]

logger = logging.getLogger(__name__)

_EVERY_S = 0.05
# With much to tell, more often: what waits to be told is memory that the processor's caches have to spare.
_MUCH, _OFTEN_S = 256, 0.01
_MAX_UNSENT = 8 << 20
# Streams that are remembered as incomplete, and ends that are kept, while nothing can be told.
_MAX_LOST = 10_000
# What the observer is given to read what was sent, show it, and end.
_ENDING_S = 5.0
_BACKLOG = 128
# Bytes of a temporary folder's path: a Unix socket in a folder of our own there has 25 more, and macOS takes 103.
_LONGEST = 75
# Batches between two reports of the gateway's health; one more follows when all streams have ended.
_HEALTH_EVERY = 20

_ENDS = ("ended", "failed")


class Link:
    """Starts the observer and tells it what passes. `path` is where it listens; None before the start.

    `trouble` says why nothing is observed, None while all is well; `dropped` counts messages. `health` is asked now and
    then what the gateway says of itself.
    """

    def __init__(self, setup: Setup, clock: Clock) -> None:
        self.health: Callable[[], str] = str
        self.pending: list[Message] = [(0, "setup", tuple(setup))]
        self.path: Path | None = None
        self.trouble: str | None = None
        self.dropped = 0
        self._clock = clock
        self._health_age = 0
        self._open = 0
        self._lost: set[int] = set()
        self._untold = 0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Start the observer. Never raises: `trouble` says why there is none."""
        try:
            await self._start()
        except OSError as error:
            self._give_up(f"the observer could not be started: {error.strerror or error}")

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self.path = _private_folder() / "page"
        with socket.socket(socket.AF_UNIX) as listening:
            # It listens from now on: who asks for the page before the observer is up waits for it.
            listening.bind(str(self.path))
            listening.listen(_BACKLOG)
            ours, theirs = socket.socketpair()
            with theirs:
                self._transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
                self._process = await asyncio.create_subprocess_exec(
                    # -P: a folder of the user's called `gateway` is not taken for ours
                    *(sys.executable, "-P", "-m", "gateway.observing", str(listening.fileno())),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    pass_fds=(listening.fileno(),),
                    start_new_session=True,  # Ctrl-C is for us; the observer ends when all has been told
                )
        self._watching = asyncio.create_task(self._watch(self._process))
        self.flush()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        self._remove_folder()
        if not self._closing:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._give_up(f"the observer has ended ({how})")

    def _give_up(self, trouble: str) -> None:
        self.trouble = trouble
        self.pending.clear()
        self._remove_folder()
        logger.error("%s: streams go on, the page and its numbers do not; restart tokentape to have them back", trouble)

    def _remove_folder(self) -> None:
        if self.path is not None:
            shutil.rmtree(self.path.parent, ignore_errors=True)

    def opened(self) -> None:
        """A stream begins to be told."""
        self._open += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY_S, self._tick)

    def closed(self) -> None:
        """It has been told to its end."""
        self._open -= 1

    def _tick(self) -> None:
        self._timer = None
        count = len(self.pending)
        self.flush()
        if self._open or count:
            after = _OFTEN_S if count >= _MUCH else _EVERY_S
            self._timer = asyncio.get_running_loop().call_later(after, self._tick)

    def flush(self) -> None:
        """Tell what came, or drop it."""
        if not self.pending or (self._transport is None and self.trouble is None):
            return
        messages, self.pending[:] = self.pending[:], ()
        if self.trouble is not None or self._transport is None or self._transport.is_closing():
            self.dropped += len(messages)
        elif self._transport.get_write_buffer_size() > _MAX_UNSENT:
            self._drop(messages)
        else:
            self._write(messages, self._transport)

    def _write(self, messages: list[Message], transport: asyncio.WriteTransport) -> None:
        self._health_age += 1
        if self._health_age >= _HEALTH_EVERY or not self._open:
            self._health_age = 0
            messages.append((0, "health", (self.health(),)))
        if self._untold:
            messages.insert(0, (0, "lost", tuple(Lost(self._untold, tuple(self._lost)))))
            self._untold = 0
            self._lost.clear()
        transport.write(packed(self._clock.now(), messages))

    def _drop(self, messages: list[Message]) -> None:
        ends = [message for message in messages if message[1] in _ENDS][:_MAX_LOST]
        if not self._untold:
            logger.warning("the observer does not keep up: what it shows of some streams is incomplete")
        count = len(messages) - len(ends)
        self.dropped += count
        self._untold += count
        room = _MAX_LOST - len(self._lost)
        self._lost.update(list({message[0] for message in messages if message[1] not in _ENDS} - {0})[:room])
        self.pending[:0] = ends

    async def close(self) -> None:
        """Tell what is left and let the observer end."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        self.flush()
        if self._transport is not None:
            self._transport.close()
        if self._process is None or self._watching is None:
            self._remove_folder()
            return
        try:
            async with asyncio.timeout(_ENDING_S):
                await asyncio.shield(self._watching)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._watching


def _private_folder() -> Path:
    """A new folder for a Unix socket, whose path must be short, whatever TMPDIR is."""
    usual = tempfile.gettempdir()
    there = usual if len(usual.encode(errors="surrogateescape")) <= _LONGEST else "/tmp"  # noqa: S108 - a new folder in it
    return Path(tempfile.mkdtemp(prefix="tokentape-", dir=there))
