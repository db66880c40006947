"""The server's life: listen, serve, drain, report.

    listening ── SIGTERM, SIGINT or stop ──> draining ── all ended, drain_timeout, or a second signal ──> closed

While draining no connection is accepted; running streams go on, and recordings are finished. What is left at the end of
the drain is aborted, and its recording kept as `gateway_closed`.
"""

import asyncio
import gc
import json
import logging
import resource
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from aiohttp import web

from gateway.app import App, compose
from gateway.health import Report, health, report
from gateway.schema import schema
from gateway.settings import Config
from recorder.clock import SystemClock

try:
    import uvloop
except ImportError:  # not for every platform and interpreter
    uvloop = None  # type: ignore[assignment]

__all__ = ["Report", "http_server", "new_loop", "run", "serve", "serve_app"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

# aiohttp's 8,190 bytes a header line are too few for some signed requests.
_MAX_HEADER = 64 << 10
# Longer than the keep-alive of the SDKs' connection pools, so that it is the client who lets go first.
_KEEP_ALIVE_S = 120.0
# As many as this many streams could use; programs that are started from here inherit the limit.
_DESCRIPTORS = 1 << 16
# One trouble of the event loop (no descriptor left, above all) repeats thousands of times a second.
_TROUBLE_EVERY_S = 1.0
_UNOBSERVED = (
    "nothing is observed here, so there is no page: `tokentape serve` has one, unless it is told --no-observe; "
    "/_/health and /_/schema are everywhere\n"
)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as what this process is for, on uvloop where it is to be had: it saves a third of the CPU."""
    # What is loaded stays. Else each full collection of garbage goes through all modules again, for 15 to 30 ms.
    gc.freeze()
    return uvloop.run(main) if uvloop else asyncio.run(main)


def new_loop() -> asyncio.AbstractEventLoop:
    """An event loop such as `run` uses, for a thread of its own."""
    return uvloop.new_event_loop() if uvloop else asyncio.new_event_loop()


async def serve(
    config: Config,
    *,
    ready: Callable[[str], None],
    stop: asyncio.Event | None = None,
    signals: bool = True,
    observed: bool = False,
) -> Report:
    """Serve until SIGTERM or SIGINT (with `signals`), or until `stop` is set; then drain.

    Calls `ready` with the URL once connections are accepted. With `observed`, a second process watches the streams and
    shows them at `/_/`. Raises OSError if the port cannot be had, CassetteError if
    the default cassette cannot be used, ConfigError if an upstream cannot.
    """
    asyncio.get_running_loop().set_exception_handler(_Troubles())
    _raise_descriptor_limit()
    app = compose(config, SystemClock(), observed=observed)
    with_default = partial(app.sessions.upstream, config.cassette)
    return await serve_app(app, config, ready=ready, opened=with_default, stop=stop, signals=signals)


async def serve_app(
    app: App,
    config: Config,
    *,
    ready: Callable[[str], None],
    opened: Callable[[], object] = lambda: None,
    stop: asyncio.Event | None = None,
    signals: bool = False,
) -> Report:
    """Serve an app that has been composed, as `serve` does; `opened` is called before connections are accepted.

    Leaves the process as it is: its limits, and (without `signals`) its signals.
    """
    stop, at_once = stop or asyncio.Event(), asyncio.Event()
    runner = web.ServerRunner(http_server(app))
    try:
        opened()
        await runner.setup()
        site = web.TCPSite(runner, config.host, config.port, backlog=1024)
        await site.start()
        _know_own_ports(app, runner)
        if signals:
            _listen_to_signals(stop, at_once)
        ready(_url(config.host, runner))
        if app.watch is not None:
            app.watch.link.health = partial(_health_text, app)
            await app.watch.start()
        await stop.wait()
        await site.stop()
        await _drain(app, config.drain_timeout, at_once)
        return report(app.proxy, app.sessions)
    finally:
        await app.sessions.close()
        for client in tuple(app.proxy.clients):
            client.give_up(flush=False)
        if app.watch is not None:
            await app.watch.close()
        await runner.cleanup()


def http_server(app: App) -> web.Server:
    """The server's requests: `/_/health` and `/_/schema` are answered here, the rest of `/_/` by the observer."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/_":  # as people type it
            return web.Response(
                status=308, headers={"Location": str(request.rel_url.with_path("/_/", keep_query=True))}
            )
        if not request.path.startswith("/_/"):
            return await app.proxy.handle(request)
        if request.path == "/_/health":
            return web.Response(text=_health_text(app), content_type="application/json")
        if request.path == "/_/schema":
            return web.Response(body=schema(), content_type="application/schema+json")
        if app.watch is not None:
            return await app.watch.door.answer(request)
        return web.Response(status=404, text=_UNOBSERVED)

    return web.Server(
        app.guard.before(handle),
        handler_cancellation=True,  # a client that leaves while the upstream is silent must end the paid call
        access_log=None,
        logger=_quiet_logger(),
        auto_decompress=False,
        keepalive_timeout=_KEEP_ALIVE_S,
        max_line_size=_MAX_HEADER,
        max_field_size=_MAX_HEADER,
    )


def _health_text(app: App) -> str:
    return json.dumps(health(app.proxy, app.sessions, None if app.watch is None else app.watch.link))


def _quiet_logger() -> logging.Logger:
    """For aiohttp's own words. Its report of a malformed request would quote the request, key and all."""
    quiet = logging.getLogger(f"{__name__}.http")
    quiet.addFilter(_without_traceback)
    return quiet


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def _url(host: str, runner: web.ServerRunner) -> str:
    port = runner.addresses[0][1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _know_own_ports(app: App, runner: web.ServerRunner) -> None:
    if app.live is not None:
        app.live.pool.own_ports = {address[1] for address in runner.addresses}


def _listen_to_signals(stop: asyncio.Event, at_once: asyncio.Event) -> None:
    """The first signal drains, the second ends at once."""

    def received() -> None:
        (at_once if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, received)


async def _drain(app: App, limit: float, at_once: asyncio.Event) -> None:
    """Wait until nothing is under way, `limit` seconds at most."""
    if app.proxy.clients:
        logger.warning("stopping: %d streams have %g s to end", len(app.proxy.clients), limit)
    quiet = asyncio.create_task(_until_quiet(app))
    hurry = asyncio.create_task(at_once.wait())
    await asyncio.wait({quiet, hurry}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    for waiting in (quiet, hurry):
        waiting.cancel()


async def _until_quiet(app: App) -> None:
    await app.proxy.idle()
    await app.sessions.settled()


def _raise_descriptor_limit() -> None:
    """Each stream needs two descriptors; the soft limit is often 1024 where the hard one is far higher."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft < wanted:
        with suppress(ValueError, OSError):  # the kernel may have a limit of its own: then the soft one stays
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Troubles:
    """The event loop's exception handler: one line a second at most, without a traceback for what is the machine's."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if loop.time() < self._next:
            return
        self._next = loop.time() + _TROUBLE_EVERY_S
        error = context.get("exception")
        bug = None if error is None or isinstance(error, OSError) else error
        logger.error("%s: %s", context.get("message"), error, exc_info=bug)
