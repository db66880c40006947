"""Sessions: each cassette in use, with the upstream that answers for it.

A session is opened by the first request that names its cassette and lasts as long as the gateway, so that one gateway
serves many tests at once and nothing global is switched.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recorder.cassette import Cassette, Repeat
from recorder.clock import Clock
from recorder.errors import CassetteError, CassetteForeign, CassetteLocked, CassetteTooNew
from recorder.interaction import Fact
from recorder.matching import Matcher
from recorder.modes import Mode, upstream_for
from recorder.pacing import Pacing
from recorder.recording import Recording, RecordingLimits
from recorder.redaction import Redactor
from recorder.store import DEFAULT_LIMITS, Limits, Store, cassette_path
from recorder.upstream import Upstream

__all__ = ["Session", "SessionRules", "Sessions"]


@dataclass(frozen=True, slots=True)
class SessionRules:
    """What is the same for every session."""

    folder: Path
    mode: Mode
    pacing: Pacing
    matcher: Matcher
    redactor: Redactor
    repeat: Repeat
    recording: RecordingLimits
    fsync: bool
    facts: tuple[tuple[str, Fact], ...]


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
        """What answers for the cassette `name`. Opens it if need be: raises CassetteError."""
        if self.rules.mode == "live":
            assert self._live is not None  # noqa: S101 - only replay has no way out
            return self._live
        session = self._open.get(name)
        if session is None:
            session = self._open[name] = self._new(name)
        return session.upstream

    def _new(self, name: str) -> Session:
        rules = self.rules
        limits = Limits(bodies=max(DEFAULT_LIMITS.bodies, rules.recording.max_interaction))
        store = Store(cassette_path(rules.folder, name), limits=limits, fsync=rules.fsync)
        cassette = Cassette(name, store, matcher=rules.matcher, redactor=rules.redactor, repeat=rules.repeat)
        if rules.mode != "replay":
            with suppress(CassetteError):  # whoever cannot repair will say so when it records
                store.repair()
        recordings: list[Recording] = []

        def record() -> Upstream:
            recordings.append(self._recording(cassette))
            return recordings[0]

        upstream = upstream_for(rules.mode, cassette, record, rules.pacing, self._clock)
        return Session(cassette, upstream, recordings[0] if recordings else None)

    def _recording(self, cassette: Cassette) -> Recording:
        """Take the cassette for writing. Raises CassetteLocked if another process has it.

        A disk that cannot be written to does not stop the streams: the recording is degraded from the start.
        """
        assert self._live is not None  # noqa: S101 - replay records nothing
        rules = self.rules
        facts = {**dict(rules.facts), "mode": rules.mode}
        recording = Recording(self._live, cassette, self._writer, self._clock, limits=rules.recording, facts=facts)
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
        for session in tuple(self):
            if session.recording is not None:
                await session.recording.close()
            degraded = session.recording is not None and session.recording.degraded is not None
            session.cassette.store.close(keep_draft=degraded)
        self._writer.shutdown()
        if self._live is not None:
            await self._live.close()
