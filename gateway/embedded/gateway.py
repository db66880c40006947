"""A gateway in a thread of its own: opened, closed, and asked for sessions from any other thread."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar

from gateway.app import App, compose, faults_of, upstreams
from gateway.config import Config, ConfigError, load_config
from gateway.embedded.context import Context
from gateway.embedded.open_cassette import OpenCassette
from gateway.server import Report, new_loop, serve_app
from gateway.sessions import KEY_MARK, Session
from recorder.clock import SystemClock
from recorder.modes import Mode
from recorder.pacing import Pacing

__all__ = ["Gateway"]

T = TypeVar("T")

# What a client that has been left open may still send or take when the gateway is stopped, in seconds.
_DRAIN_S = 5.0

# From a stream's last event, after which an SDK goes on, to its end, after which it is on file: far less, mostly.
_MOMENT_S = 1.0


class Gateway(Context):
    """A gateway on a free port of this machine, from `open` (or `with`) to `close`.

    Settings are those of docs/configuration.md, by keyword; the environment and a file in `folder` (by default the
    working directory) count as for the commands, or else the `config_file`. Raises ConfigError for a setting that
    cannot be used, and OSError if it cannot listen.
    """

    def __init__(self, *, folder: Path | None = None, config_file: Path | None = None, **settings: object) -> None:
        named = {"port": 0, "drain_timeout": _DRAIN_S, **settings}
        self.config: Config = load_config(
            {key: _as_in_a_file(value) for key, value in named.items()},
            environ=os.environ,
            folder=folder or Path.cwd(),
            config_file=config_file,
            spelled=lambda key: f"Gateway({key}=...)",
        )
        self.url = ""
        self.report: Report | None = None
        self._providers = {provider.name: provider for provider in upstreams(self.config)}
        self._app: App | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: Callable[[], object] | None = None
        self._thread: Thread | None = None
        self._keys = count(1)

    def open(self) -> Self:
        """Listen. On return `url` is where."""
        if self._thread is not None:
            raise ConfigError("the gateway has been started already")
        listening: Future[str] = Future()
        self._thread = Thread(target=self._serve, args=(listening,), name="tokentape-gateway", daemon=True)
        self._thread.start()
        try:
            self.url = listening.result()
        except BaseException:
            self.close()
            raise
        return self

    def close(self, *, failed: bool = False) -> None:  # noqa: ARG002 - a gateway ends in one way
        """Finish what is under way, within limits, put it on file, and let go of port and files."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._stop is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._stop()
        thread.join()
        self._app = None

    def _serve(self, listening: "Future[str]") -> None:
        """What the thread does."""
        with asyncio.Runner(loop_factory=new_loop) as runner:
            try:
                self.report = runner.run(self._until_stopped(listening))
            except BaseException as error:
                if listening.done():
                    raise
                listening.set_exception(error)

    async def _until_stopped(self, listening: "Future[str]") -> Report:
        self._loop, stop = asyncio.get_running_loop(), asyncio.Event()
        self._stop = partial(self._loop.call_soon_threadsafe, stop.set)
        self._app = compose(self.config, SystemClock())
        return await serve_app(self._app, self.config, ready=listening.set_result, stop=stop)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the gateway's thread do `work`, from any other one."""
        return asyncio.run_coroutine_threadsafe(work, self._started()[1]).result()

    def _started(self) -> tuple[App, asyncio.AbstractEventLoop]:
        if self._thread is None or self._app is None or self._loop is None:
            raise ConfigError("the gateway is not running: use `with Gateway(...) as gateway:`")
        return self._app, self._loop

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
        app, _ = self._started()
        rules = app.sessions.rules
        mode = mode or rules.mode
        if app.live is None and mode != "replay":
            raise ConfigError(f"cassette {name}: expected the mode replay, since this gateway only replays; got {mode}")
        rules = replace(
            rules,
            folder=folder or rules.folder,
            mode=mode,
            pacing=Pacing.parse(pacing) if pacing else rules.pacing,
            matcher=rules.matcher.extended(match or {}),
            remedy=remedy,
            faults=faults_of(faults, mode) if faults else rules.faults,
        )
        return OpenCassette(self, name, rules)

    def begin(self, cassette: OpenCassette) -> tuple[str, Session]:
        """A session for `cassette`, and the key that selects it. Raises CassetteError."""
        # Without the folders in the name it is one part of a path, however a client quotes.
        key = f"{cassette.name.rpartition('/')[2]}{KEY_MARK}{next(self._keys)}"
        sessions = self._started()[0].sessions

        async def opened() -> Session:
            return sessions.open(key, cassette.name, cassette.rules, cassette.took)

        return key, self._run(opened())

    def settle(self, session: Session) -> None:
        """Wait until what is being recorded is on file; not for a stream that goes on for longer than a moment."""
        recording = session.recording
        if self._thread is None or recording is None or not recording.under_way:
            return

        async def settled() -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(recording.settled(), _MOMENT_S)

        self._run(settled())

    def end(self, key: str, session: Session, *, failed: bool) -> None:
        """End a session: what is being recorded may go on for the drain's time, then it is on file.

        With `failed`, a recording that was to replace the cassette does not. A gateway that has been closed has ended
        its sessions.
        """
        if self._thread is None or self._app is None:
            return
        sessions, limit = self._app.sessions, self.config.drain_timeout

        async def closed() -> None:
            if session.recording is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(session.recording.settled(), limit)
            await sessions.end(key, whole=not failed)

        self._run(closed())

    def base_url(self, provider: str, below: str | None = None) -> str:
        """What an SDK is given to reach `provider`; by default on the gateway's default cassette. Raises ValueError."""
        found = self._providers.get(provider)
        if found is None:
            raise ValueError(f"expected an upstream of {', '.join(self._providers)}; got {provider!r}")
        return found.base_url(below or self.url)


def _as_in_a_file(value: object) -> object:
    """A setting as TOML would have it."""
    return str(value) if isinstance(value, Path | Pacing) else value
