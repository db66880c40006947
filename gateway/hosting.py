"""Servers beside other work in one process: the simulated provider, or a gateway, while a block runs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from gateway.server import Report, serve
from gateway.settings import Config

__all__ = ["gateway_beside", "hosted", "hosted_until_signal"]

# Hundreds of clients may connect at once (a load test): a connection that finds no place is tried again after a second.
_BACKLOG = 1024


@asynccontextmanager
async def hosted(runner: web.AppRunner, *, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on 127.0.0.1 while the block runs; gives the URL. Port 0 is any free one. Raises OSError."""
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=_BACKLOG).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def hosted_until_signal(runner: web.AppRunner, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is given the URL once connections are taken. Raises OSError."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with hosted(runner, port=port) as url:
        ready(url)
        await stop.wait()


@asynccontextmanager
async def gateway_beside(config: Config) -> AsyncIterator[tuple[str, asyncio.Task[Report]]]:
    """Serve a gateway while the block runs, signals left alone; gives its URL and, done after the block, its report.

    The block's end lets it finish its recordings. Raises what `serve` raises.
    """
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(config, ready=listening.set_result, stop=stop, signals=False))
    either: set[asyncio.Future[Any]] = {listening, serving}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not listening.done():
        serving.result()  # raises why it does not listen
    try:
        yield listening.result(), serving
    finally:
        stop.set()
        await serving
