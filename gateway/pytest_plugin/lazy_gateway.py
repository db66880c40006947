"""The one gateway of a process that runs tests: it starts with the first cassette, and imports what it needs then."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.use import Use, User, refusal
from gateway.pytest_plugin.wanted import Wanted
from gateway.settings import ConfigError, Mode
from recorder.errors import CassetteError, CassetteLocked
from recorder.naming import SUFFIX

if TYPE_CHECKING:
    from gateway.embedded import Gateway, OpenCassette

__all__ = ["LazyGateway", "file_of"]

_SHARED = (
    "Two workers of xdist record it at once: give each test a cassette of its own, or mark the tests with "
    "@pytest.mark.xdist_group and run with --dist loadgroup"
)

_BLOCKED = "With pytest-socket: --disable-socket --allow-hosts=127.0.0.1"


def file_of(folder: Path, name: str) -> Path:
    """Where the cassette `name` lies."""
    return folder / f"{name}{SUFFIX}"


class LazyGateway:
    """Opens cassettes by a run's options, and keeps what became of them in `outcomes` until somebody takes it."""

    def __init__(self, options: Options, root: Path) -> None:
        """`root` is where tokentape.toml is looked for."""
        self.outcomes: list[Outcome] = []
        self._options = options
        self._root = root
        self._running: Gateway | None = None
        self._begun: set[Path] = set()

    def running(self) -> "Gateway":
        """The gateway, started if need be. In a run that can only replay, it has nothing that could call a provider."""
        if self._running is None:
            from gateway.embedded import Gateway  # noqa: PLC0415 - a cost that only runs with a cassette should have

            mode = "replay" if self._options.only_replays else "once"
            try:
                self._running = Gateway(folder=self._root, mode=mode, pacing="instant").open()
            except RuntimeError as error:  # pytest-socket's, which is not one of the system's
                raise OSError(f"the gateway cannot listen on this machine ({error}). {_BLOCKED}") from None
        return self._running

    def close(self) -> None:
        """Stop it, if it was started."""
        if self._running is not None:
            self._running.close()

    @contextmanager
    def use(self, name: str, folder: Path, wanted: Wanted, user: User) -> Iterator[Use]:
        """A cassette in use while the block runs. What cannot be done fails the test, in words."""
        try:
            cassette = self._opened(name, folder, wanted, f"{user.command} --cassette-mode new_episodes")
        except CassetteLocked as error:
            raise refusal(f"tokentape: {error}. {_SHARED}") from None
        except (CassetteError, ConfigError, OSError, ValueError) as error:
            raise refusal(f"tokentape: {error}") from None
        use = Use(cassette, wanted, user, self._options.unplayed)
        try:
            yield use
        finally:
            outcome = use.close()
            self.outcomes.append(outcome)
            if outcome.recorded and not use.failed:
                self._begun.add(cassette.path)

    def _opened(self, name: str, folder: Path, wanted: Wanted, remedy: str) -> "OpenCassette":
        mode = self._mode(file_of(folder, name), wanted)
        return (
            self.running()
            .cassette(
                name,
                folder=folder,
                mode=mode,
                pacing=self._options.pacing_for(wanted.pacing),
                match=wanted.match,
                faults="" if mode in ("all", "live") else wanted.faults,  # there, nothing is replayed
                remedy=remedy,
            )
            .open()
        )

    def _mode(self, path: Path, wanted: Wanted) -> Mode:
        """Tests that share a cassette share its first recording: what this run has begun, it goes on with.

        Who expects misses only replays: recorded, they would be none.
        """
        if wanted.misses:
            return "replay"
        mode = self._options.mode_for(wanted.mode)
        return "new_episodes" if path in self._begun and mode in ("once", "all") else mode
