"""The link to the observer: its process, and the batches that go to it.

    records ── every 20 to 100 ms, if anything came ──> one batch ──> a socket, the observer's stdin

At most `_MAX_UNSENT` bytes and a batch wait for an observer that does not keep up. Beyond that no reads are told:
streams that are under way are cut short, new ones are not told at all, until half of it has been taken. So what the
observer has time for goes into streams that are told whole, and the relay does nothing for those that are not. When the
observer is gone, nothing is told any more, and `trouble` says so.
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

from gateway.tap.messages import Lost, Setup, packed, record
from gateway.tap.tap import Tap
from recorder.clock import Clock

__all__ = ["Link"]

logger = logging.getLogger(__name__)

# Between two batches: what the page may be late by, and what handing over may cost. In between, so much is handed over
# (bytes) as a socket takes at once.
_LONGEST_S, _SHORTEST_S, _BATCH = 0.1, 0.02, 192 << 10
_MAX_UNSENT = 8 << 20
# What the observer is given to read what was sent, show it, and end.
_ENDING_S = 5.0
_BACKLOG = 128
# Bytes of a temporary folder's path: a Unix socket in a folder of our own there has 25 more, and macOS takes 103.
_LONGEST_PATH = 75
# Batches between two reports of the gateway's health; one more follows when all streams have ended.
_HEALTH_EVERY = 10


class Link:
    """Starts the observer and tells it what passes. `path` is where it listens; None before the start.

    `trouble` says why nothing is observed, None while all is well; `unobserved` counts streams that were not told, or
    not whole. `health` is asked now and then what the gateway says of itself.
    """

    def __init__(self, setup: Setup, clock: Clock) -> None:
        self.health: Callable[[], str] = str
        self.records = bytearray(record((0, "setup", tuple(setup))))
        self.path: Path | None = None
        self.trouble: str | None = None
        self.unobserved = 0
        self._clock = clock
        self._health_age = 0
        self._open: set[Tap] = set()
        self._full = False
        self._untold = 0  # of those that are unobserved, what the observer has not heard of yet
        self._timer: asyncio.TimerHandle | None = None
        self._every = _LONGEST_S
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
        self._fill()
        self.records.clear()
        self._remove_folder()
        logger.error("%s: streams go on, the page and its numbers do not; restart tokentape to have them back", trouble)

    def _remove_folder(self) -> None:
        if self.path is not None:
            shutil.rmtree(self.path.parent, ignore_errors=True)

    def opened(self, tap: Tap) -> bool:
        """A stream begins. Whether it may be told."""
        if self._full:
            self.unobserved += 1
            self._untold += 1
            return False
        self._open.add(tap)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._every, self._tick)
        return True

    def closed(self, tap: Tap) -> None:
        """It has been told to its end."""
        self._open.discard(tap)

    def _tick(self) -> None:
        self._timer = None
        size = len(self.records)
        self.flush()
        if self._open or size or (self._full and self.trouble is None):
            self._every = min(max(_SHORTEST_S, self._every * _BATCH / max(size, 1)), _LONGEST_S)
            self._timer = asyncio.get_running_loop().call_later(self._every, self._tick)

    def flush(self) -> None:
        """Tell what came."""
        transport = self._transport
        if self.trouble is not None or (transport is not None and transport.is_closing()):
            self.records.clear()
        elif transport is not None:
            unsent = transport.get_write_buffer_size()
            if unsent > _MAX_UNSENT:
                self._fill()
            elif unsent <= _MAX_UNSENT // 2:
                self._full = False
            if self.records or (self._untold and not self._full):
                self._write(transport)

    def _fill(self) -> None:
        """No more is told: streams under way are cut short."""
        if self._full:
            return
        self._full = True
        if self.trouble is None and not self.unobserved:
            logger.warning(
                "the observer does not keep up: it is not told of some streams, or not of all of one; `unobserved` in "
                "/_/health counts them. What is relayed and recorded is whole"
            )
        cut = tuple([tap.number for tap in self._open if tap.cut_short()])
        self.unobserved += len(cut)
        if cut:
            self.records += record((0, "lost", tuple(Lost(0, cut))))

    def _write(self, transport: asyncio.WriteTransport) -> None:
        self._health_age += 1
        if self._health_age >= _HEALTH_EVERY or not self._open:
            self._health_age = 0
            self.records += record((0, "health", (self.health(),)))
        if self._untold:
            self.records += record((0, "lost", tuple(Lost(self._untold, ()))))
            self._untold = 0
        transport.write(packed(self._clock.now(), self.records))
        self.records.clear()

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
    there = usual if len(usual.encode(errors="surrogateescape")) <= _LONGEST_PATH else "/tmp"  # noqa: S108 - a new folder in it
    return Path(tempfile.mkdtemp(prefix="tokentape-", dir=there))
