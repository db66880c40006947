"""A gateway in a thread of its own: opened, closed, and asked for sessions from any other thread."""

import asyncio
import os
from collections.abc import Awaitable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar

from gateway.app import App, compose, upstreams
from gateway.config import Config, ConfigError, load_config
from gateway.embedded.context import Context
from gateway.embedded.open_cassette import OpenCassette
from gateway.server import Report, new_loop, serve_app
from gateway.sessions import Session
from recorder.clock import SystemClock
from recorder.modes import Mode
from recorder.pacing import Pacing

__all__ = ["Gateway"]

T = TypeVar("T")

# What a client that has been left open may still send or take when the gateway is stopped, in seconds.
_DRAIN_S = 5.0


class Gateway(Context):
    """A gateway on a free port of this machine, from `open` (or `with`) to `close`.

    Settings are those of docs/configuration.md, by keyword; the environment and tokentape.toml count as for the
    commands. Raises ConfigError for a setting that cannot be used, and OSError if it cannot listen.
    """

    def __init__(self, **settings: object) -> None:
        named = {"port": 0, "drain_timeout": _DRAIN_S, **settings}
        typed = {key: str(value) if isinstance(value, Path | Pacing) else value for key, value in named.items()}
        self.config: Config = load_config(typed, environ=os.environ, folder=Path.cwd(), config_file=None)
        self.url = ""
        self.report: Report | None = None
        self._providers = {provider.name: provider for provider in upstreams(self.config)}
        self._app: App | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: Thread | None = None
        self._keys = count(1)

    def open(self) -> Self:
        """Listen. On return `url` is where."""
        listening: Future[str] = Future()
        self._thread = Thread(target=self._run, args=(listening,), name="tokentape-gateway", daemon=True)
        self._thread.start()
        self.url = listening.result()
        return self

    def close(self) -> None:
        """Finish what is under way, within limits, put it on file, and let go of port and files."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def _run(self, listening: "Future[str]") -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            try:
                self.report = runner.run(self._serve(listening))
            except BaseException as error:
                if listening.done():
                    raise
                listening.set_exception(error)

    async def _serve(self, listening: "Future[str]") -> Report:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._app = compose(self.config, SystemClock())
        return await serve_app(self._app, self.config, ready=listening.set_result, stop=self._stop)

    def run(self, work: Awaitable[T]) -> T:
        """Have the gateway's thread await `work`; from any other thread."""
        assert self._loop is not None  # noqa: S101 - the gateway has been started

        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result()

    def cassette(
        self,
        name: str,
        *,
        folder: Path | None = None,
        mode: Mode | None = None,
        pacing: str | None = None,
        match: Mapping[str, Any] | None = None,
        faults: str = "",
        remedy: str | None = None,
    ) -> OpenCassette:
        """A session on the cassette `name` below `folder`, to be opened; what is not given is as the gateway has it.

        `match` adds rules of matching, `faults` are simulated in the replay, and `remedy` is the command that a miss
        names. Raises ConfigError for what cannot be used.
        """
        app = self._app
        if app is None:
            raise ConfigError("the gateway has not been started: use `with Gateway(...) as gateway:`")
        rules = app.sessions.rules
        mode = mode or rules.mode
        if app.live is None and mode != "replay":
            raise ConfigError(f"cassette {name}: expected the mode replay, since this gateway only replays; got {mode}")
        if faults:
            raise ConfigError("faults are not known yet")
        rules = replace(
            rules,
            folder=folder or rules.folder,
            mode=mode,
            pacing=Pacing.parse(pacing) if pacing else rules.pacing,
            matcher=rules.matcher.extended(match or {}),
            remedy=remedy,
        )
        return OpenCassette(self, name, rules)

    def begin(self, cassette: OpenCassette) -> tuple[str, Session]:
        """A session for `cassette`, and the key that selects it. Raises CassetteError."""
        # No name of a cassette has a tilde, so no request opens by chance what is a session of somebody else.
        key = f"{cassette.name}~{next(self._keys)}"
        assert self._app is not None  # noqa: S101 - `cassette` has seen it
        sessions = self._app.sessions

        async def opened() -> Session:
            return sessions.open(key, cassette.name, cassette.rules, cassette.took)

        return key, self.run(opened())

    def end(self, key: str, session: Session) -> None:
        """End a session: what is being recorded may go on for the drain's time, then it is on file."""
        assert self._app is not None  # noqa: S101 - the session is its
        sessions, limit = self._app.sessions, self.config.drain_timeout

        async def closed() -> None:
            if session.recording is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(session.recording.settled(), limit)
            await sessions.end(key)

        self.run(closed())

    def base_url(self, provider: str, below: str | None = None) -> str:
        """What an SDK is given to reach `provider`; by default on the gateway's default cassette. Raises ValueError."""
        found = self._providers.get(provider)
        if found is None:
            raise ValueError(f"expected an upstream of {', '.join(self._providers)}; got {provider!r}")
        return found.base_url(below or self.url)
