"""One session on a cassette: where SDKs reach it, and what has passed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self

from gateway.config import ConfigError
from gateway.embedded.context import Context
from gateway.environment import child_environment
from gateway.events import StreamEnd
from gateway.reader import read
from gateway.sessions import Session, SessionRules
from gateway.transcript import Transcript
from recorder.cassette import Cassette
from recorder.clock import SystemClock
from recorder.interaction import Interaction
from recorder.modes import Mode
from recorder.naming import SUFFIX, cassette_path
from recorder.store import Store
from recorder.upkeep import remove, rename

__all__ = ["OpenCassette"]

_DAY_S = 86_400


class _Gateway(Protocol):
    """What a session needs of the gateway that it is one of."""

    url: str

    def begin(self, cassette: "OpenCassette") -> tuple[str, Session]: ...

    def settle(self, session: Session) -> None: ...

    def end(self, key: str, session: Session, *, failed: bool) -> None: ...

    def base_url(self, provider: str, below: str | None = None) -> str: ...


class OpenCassette(Context):
    """One session on a cassette: `url` while it is open, and what has passed, then and afterwards."""

    def __init__(self, gateway: _Gateway, name: str, rules: SessionRules) -> None:
        self.name = name
        self.rules = rules
        self.url = ""
        self._gateway = gateway
        self._key = ""
        self._session: Session | None = None
        self.aside: Path | None = None
        self._closed = True
        self._took: list[Interaction] = []

    def open(self) -> Self:
        """Begin the session. Raises CassetteError if the cassette cannot be used, ConfigError if it is open already."""
        if not self._closed:
            raise ConfigError(f"cassette {self.name}: it is open already; gateway.cassette() makes one more")
        self._took.clear()
        self.aside = None
        self._key, self._session = self._gateway.begin(self)
        self._closed = False
        self.url = f"{self._gateway.url}/@{self._key}"
        return self

    def close(self, *, failed: bool = False) -> None:
        """End the session; what was recorded is on file. Harmless when repeated.

        What was recorded while something `failed` is no cassette to replay: a first recording, and one that was to
        replace another (mode `all`), is put `aside`. What new_episodes has added stays.
        """
        if not self._closed and self._session is not None:
            self._closed = True
            self._gateway.end(self._key, self._session, failed=failed)
            if self.recorded:
                self._put_aside(self._session.cassette, failed)

    def _put_aside(self, cassette: Cassette, failed: bool) -> None:
        """What was recorded while something failed becomes NAME.failed.cassette; a good recording ends such a file."""
        first = None if cassette.existed else self.path
        recorded = (cassette.store.aside or first) if failed else None
        aside = Store(self.path.with_name(f"{self.path.name.removesuffix(SUFFIX)}.failed{SUFFIX}"))
        if aside.path.exists() and (recorded is not None or not failed):
            remove(aside)
        if recorded is not None and recorded.exists():
            rename(Store(recorded), aside)
            self.aside = aside.path

    def took(self, interaction: Interaction) -> None:
        """An interaction has been played or recorded. Called by the gateway, from its threads."""
        self._took.append(interaction)

    @property
    def mode(self) -> Mode:
        """The mode of this session."""
        return self.rules.mode

    @property
    def path(self) -> Path:
        """The file."""
        return cassette_path(self.rules.folder, self.name)

    @property
    def offline(self) -> bool:
        """Whether nothing is asked of a provider, so that no key is needed."""
        existed = self._session is not None and self._session.cassette.existed
        return self.mode == "replay" or (self.mode == "once" and existed)

    def base_url(self, provider: str) -> str:
        """What the SDK of `provider` ("anthropic", "openai", ...) is given as its base URL.

        Raises ValueError for another provider, ConfigError before the cassette is opened.
        """
        return self._gateway.base_url(provider, self._opened())

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """`environ` with the SDKs pointed here; if no provider is asked, with dummy keys where there are none."""
        return child_environment(environ, self._opened(), dummy_keys=self.offline)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """What has been played and recorded, in that order.

        While recording, waits a moment for what is still under way: an SDK goes on after a stream's last event, and
        its end comes later.
        """
        self._settle()
        return tuple(self._took)

    @property
    def misses(self) -> tuple[str, ...]:
        """Of each request that found no answer, why."""
        return () if self._session is None else tuple(self._session.cassette.tally.misses)

    @property
    def missed(self) -> int:
        """How many requests found no answer; `misses` explains the first hundred."""
        return 0 if self._session is None else self._session.cassette.tally.missed

    @property
    def degraded(self) -> str | None:
        """Why something was not recorded, if anything was: its stream went on."""
        self._settle()
        recording = None if self._session is None else self._session.recording
        return None if recording is None else recording.degraded or next(iter(recording.refused), None)

    @property
    def faults(self) -> tuple[str, ...]:
        """What was done to answers on purpose, in words: `cut at frame 4`; what could not be: `not applied: ...`."""
        return () if self._session is None else tuple(self._session.faults.texts)

    @property
    def unplayed(self) -> tuple[int, ...]:
        """Which interactions were on file and have not been asked for."""
        return () if self._session is None else tuple(entry.index for entry in self._session.cassette.unplayed())

    @property
    def recorded(self) -> int:
        """How many of the `interactions` have been recorded."""
        return 0 if not self.interactions or self._session is None else self._session.cassette.tally.recorded

    @property
    def replayed(self) -> int:
        """How many answers have been replayed."""
        return 0 if self._session is None else self._session.cassette.tally.replayed

    @property
    def transcript(self) -> Transcript:
        """What was said in the last interaction. Raises LookupError if there was none."""
        __tracebackhide__ = True  # pytest shows the line that asked
        return Transcript.of(read(self._latest()))

    @property
    def ttft(self) -> float | None:
        """Time to first token of the last interaction as it was recorded, in seconds.

        From the request's last byte to the read that held the first text, thinking or tool arguments; None if none
        came, or if the answer was no stream. Raises LookupError if there was no interaction.
        """
        __tracebackhide__ = True
        return _ttft(self._latest())

    @property
    def ttfts(self) -> tuple[float | None, ...]:
        """The same of every interaction, in order."""
        return tuple(map(_ttft, self.interactions))

    @property
    def age(self) -> float | None:
        """Days since the oldest of the interactions had been recorded; None where none says when that was."""
        recorded = [at for interaction in self._took if (at := _recorded_at(interaction)) is not None]
        return (SystemClock().wall() - min(recorded)).total_seconds() / _DAY_S if recorded else None

    def _settle(self) -> None:
        if self._session is not None and not self._closed:
            self._gateway.settle(self._session)

    def _opened(self) -> str:
        """The session's URL; without one, requests would go to the gateway's default cassette."""
        if not self.url:
            raise ConfigError(f"cassette {self.name}: it is not open: use `with gateway.cassette(...) as cassette:`")
        return self.url

    def _latest(self) -> Interaction:
        __tracebackhide__ = True
        if not (passed := self.interactions):
            raise LookupError(f"cassette {self.name}: nothing has been played or recorded yet")
        return passed[-1]


def _ttft(interaction: Interaction) -> float | None:
    *_, end = read(interaction)
    return end.ttft / 1000 if isinstance(end, StreamEnd) and end.ttft is not None else None


def _recorded_at(interaction: Interaction) -> datetime | None:
    """When it was recorded. What was imported may say nothing, or anything."""
    try:
        at = datetime.fromisoformat(str(interaction.facts.get("recorded_at")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
