"""The observer process: reads what the relay tells, and answers for the page.

    stdin (a socket): batches ──> Intake ──> Board ──> page, on the Unix socket whose descriptor is the first argument

Started by `gateway.tap.link`, for as long as the relay lives: the end of stdin is its end, whatever that was. It gives
way to the relay wherever both want the processor. Ctrl-C is not for it: the relay may still have something to tell.
"""

import asyncio
import gc
import os
import shutil
import signal
import socket
import sys
from asyncio import IncompleteReadError, StreamReader
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from gateway.exports.prometheus import Prometheus
from gateway.observer import Board, Feed, Intake
from gateway.page.app import page_app
from gateway.page.metrics import add_metrics
from gateway.tap.messages import PREFIX, Setup, unpacked
from gateway.unfolding import Unfolding
from recorder.clock import SystemClock
from recorder.redaction import Redactor

__all__ = ["main"]

_NICENESS = 10
_BUFFER = 1 << 20
# For pages that are still open at the end; a feed would go on for ever.
_LEAVE_S = 0.1
_DESCRIPTORS = 1 << 16


def main() -> None:
    """What the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _give_way()
    listening = int(sys.argv[1])
    _let_go(listening)
    gc.freeze()
    asyncio.run(_observe(socket.socket(fileno=0), socket.socket(fileno=listening)))


def _give_way() -> None:
    """Run where nobody else wants to, and never in place of somebody who runs."""
    os.nice(_NICENESS)
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _let_go(listening: int) -> None:
    """Close what else was inherited: uvloop leaves its copies of the relay's output, whose readers wait for its end."""
    os.closerange(3, listening)
    os.closerange(listening + 1, _DESCRIPTORS)


async def _observe(told: socket.socket, listening: socket.socket) -> None:
    folder = Path(listening.getsockname()).parent
    try:
        reader, writer = await asyncio.open_connection(sock=told, limit=_BUFFER)
        first = await _batch(reader)
        if first is None:
            return
        _, messages = unpacked(first)
        setup = Setup(*messages[0][2])
        board = Board(setup, Redactor.with_patterns(setup.redact, setup.redact_paths, Unfolding()))
        clock = SystemClock()
        intake, feed = Intake(board, clock), Feed(board, clock)
        app = page_app(board, feed, intake)
        close_exports = _export(board, app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LEAVE_S)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        try:
            intake.tell(messages[1:])
            while (data := await _batch(reader)) is not None:
                await intake.take(data)
                feed.noticed()
        finally:
            await runner.cleanup()
            await asyncio.to_thread(close_exports)
            writer.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _export(board: Board, app: web.Application) -> Callable[[], None]:
    """Have numbers collected; gives what sends the last of them."""
    prometheus = Prometheus(lambda: board.active, lambda: board.unobserved)
    board.listeners.append(prometheus)
    add_metrics(app, prometheus.exposition)
    if not board.setup.otel:
        return lambda: None
    from gateway.exports.otel import OpenTelemetry  # noqa: PLC0415 - needs an extra

    otel = OpenTelemetry(board.setup.version, os.environ, lambda: board.active, lambda: board.unobserved)
    board.listeners.append(otel)
    return otel.close


async def _batch(reader: StreamReader) -> bytes | None:
    """The next batch; None at the end."""
    try:
        (size,) = PREFIX.unpack(await reader.readexactly(PREFIX.size))
        return await reader.readexactly(size)
    except (IncompleteReadError, ConnectionError):
        return None


if __name__ == "__main__":
    main()
