"""Sessions: each cassette in use, with the upstream that answers for it.

A session is selected by its key, which stands in the path of a request (`/@<key>/...`): nothing global is switched, and
one gateway serves many tests at once. Mostly the key is a cassette's name: the first request that has it opens the
session by the gateway's own rules, and it lasts as long as the gateway. Who embeds a gateway opens sessions with rules
and a key of their own, and closes them.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recorder.cassette import Cassette, Repeat
from recorder.clock import Clock
from recorder.errors import CassetteError, CassetteForeign, CassetteLocked, CassetteTooNew
from recorder.interaction import Fact, Interaction
from recorder.matching import Matcher
from recorder.modes import Mode, upstream_for
from recorder.pacing import Pacing
from recorder.recording import Recording, RecordingLimits
from recorder.redaction import Redactor
from recorder.staging import Stage
from recorder.store import DEFAULT_LIMITS, Limits, Store, cassette_path
from recorder.upstream import Upstream

__all__ = ["Session", "SessionRules", "Sessions"]


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How a session goes about its cassette. `remedy` is the command that records what was missed."""

    folder: Path
    mode: Mode
    pacing: Pacing
    matcher: Matcher
    redactor: Redactor
    repeat: Repeat
    recording: RecordingLimits
    fsync: bool
    facts: tuple[tuple[str, Fact], ...]
    stage: Stage | None = None
    remedy: str | None = None


@dataclass(slots=True)
class Session:
    """One cassette in use. `recording` is None where nothing is recorded."""

    cassette: Cassette
    upstream: Upstream
    recording: Recording | None


class Sessions:
    """Opens sessions by cassette name. In replay `live` is None: there is nothing that could reach a provider."""

    def __init__(self, rules: SessionRules, live: Upstream | None, clock: Clock) -> None:
        self.rules = rules
        self._live = live
        self._clock = clock
        self._open: dict[str, Session] = {}
        # One thread writes for all cassettes: a recording is one short write, and files are written in order of ends.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="cassette-writer")

    def __iter__(self) -> Iterator[Session]:
        return iter(self._open.values())

    def upstream(self, name: str) -> Upstream:
        """What answers for the session `name`. Opens it, by that name, if need be: raises CassetteError."""
        session = self._open.get(name)
        if session is None and self.rules.mode == "live":
            return self._way_out()
        if session is None:
            session = self.open(name, name, self.rules)
        return session.upstream

    def open(
        self, key: str, name: str, rules: SessionRules, used: Callable[[Interaction], None] | None = None
    ) -> Session:
        """Open a session on the cassette `name`, selected by `key`. Raises CassetteError if it cannot be used.

        `used`: see `Cassette`. A mode that records needs a gateway that does not only replay.
        """
        session = self._open[key] = self._new(name, rules, used)
        return session

    async def end(self, key: str, *, whole: bool = True) -> None:
        """Close one session: what is still being recorded ends, and is on file on return.

        A recording that is not `whole` does not take the place of an older one; it is kept beside it.
        """
        await self._close(self._open.pop(key), whole=whole)

    def _new(self, name: str, rules: SessionRules, used: Callable[[Interaction], None] | None) -> Session:
        limits = Limits(bodies=max(DEFAULT_LIMITS.bodies, rules.recording.max_interaction))
        store = Store(cassette_path(rules.folder, name), limits=limits, fsync=rules.fsync)
        cassette = Cassette(
            name,
            store,
            matcher=rules.matcher,
            redactor=rules.redactor,
            repeat=rules.repeat,
            remedy=rules.remedy,
            used=used,
        )
        if rules.mode != "replay":
            with suppress(CassetteError):  # whoever cannot repair will say so when it records
                store.repair()
        recordings: list[Recording] = []

        def record() -> Upstream:
            recordings.append(self._recording(cassette, rules))
            return recordings[0]

        if rules.mode == "live":
            return Session(cassette, self._way_out(), None)
        upstream = upstream_for(rules.mode, cassette, record, rules.pacing, self._clock, stage=rules.stage)
        return Session(cassette, upstream, recordings[0] if recordings else None)

    def _way_out(self) -> Upstream:
        assert self._live is not None  # noqa: S101 - a gateway that only replays opens no session of another mode
        return self._live

    def _recording(self, cassette: Cassette, rules: SessionRules) -> Recording:
        """Take the cassette for writing. Raises CassetteLocked if another process has it.

        A disk that cannot be written to does not stop the streams: the recording is degraded from the start.
        """
        facts = {**dict(rules.facts), "mode": rules.mode}
        recording = Recording(self._way_out(), cassette, self._writer, self._clock, limits=rules.recording, facts=facts)
        try:
            cassette.store.lock()
            if rules.mode == "all":
                cassette.store.replace()
        except (CassetteLocked, CassetteForeign, CassetteTooNew):
            raise
        except CassetteError as error:
            recording.failed(error)
        return recording

    async def settled(self) -> None:
        """Wait until every recording under way has ended and is on file."""
        for session in tuple(self):
            if session.recording is not None:
                await session.recording.settled()

    async def close(self) -> None:
        """End what is still being recorded, put it on file, let go of the files."""
        for key in tuple(self._open):
            await self._close(self._open[key])
        self._writer.shutdown()
        if self._live is not None:
            await self._live.close()

    async def _close(self, session: Session, *, whole: bool = True) -> None:
        if session.recording is not None:
            await session.recording.close()
        degraded = session.recording is not None and session.recording.degraded is not None
        session.cassette.store.close(keep_draft=degraded or not whole)
