"""Sessions: each cassette in use, with the upstream that answers for it.

A session is selected by its key, which stands in the path of a request (`/@<key>/...`): nothing global is switched, and
one gateway serves many tests at once. Mostly the key is a cassette's name: the first request that has it opens the
session by the gateway's own rules, and it lasts as long as the gateway. Who embeds a gateway opens sessions with rules
and a key of their own, and closes them.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import BadRequest
from gateway.faults import NO_FAULTS, Faults, FaultStage, FaultTally, parse_faults
from gateway.headers import FAULTS_HEADER
from recorder.cassette import Cassette, Repeat
from recorder.clock import Clock
from recorder.errors import CassetteError, CassetteForeign, CassetteLocked, CassetteName, CassetteTooNew
from recorder.interaction import Fact, Interaction
from recorder.matching import Matcher
from recorder.modes import Mode, upstream_for
from recorder.pacing import Pacing
from recorder.recording import Recording, RecordingLimits
from recorder.redaction import Redactor
from recorder.replay import Replay
from recorder.store import DEFAULT_LIMITS, Limits, Store, cassette_path
from recorder.upstream import Upstream

__all__ = ["KEY_MARK", "Session", "SessionRules", "Sessions"]

# Texts of faults in headers whose counts a session keeps; beyond these the oldest is forgotten.
_STAGES = 64


KEY_MARK = "~"
"""In the key of each session that somebody opens for himself; no name of a cassette has it."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How a session goes about its cassette.

    `remedy` is the command that records what was missed; `faults` are done to what is replayed.
    """

    folder: Path
    mode: Mode
    pacing: Pacing
    matcher: Matcher
    redactor: Redactor
    repeat: Repeat
    recording: RecordingLimits
    fsync: bool
    facts: tuple[tuple[str, Fact], ...]
    remedy: str | None = None
    faults: Faults = NO_FAULTS


@dataclass(slots=True)
class Session:
    """One cassette in use. `recording` is None where nothing is recorded; `faults` are those of its replays."""

    cassette: Cassette
    mode: Mode
    upstream: Upstream
    recording: Recording | None
    faults: FaultTally = field(default_factory=FaultTally)
    _staged: dict[str, Upstream] = field(default_factory=dict)

    def staged(self, text: str) -> Upstream:
        """What answers a request whose header asks for these faults, in place of the session's own.

        The same text has the same stage, so that its counts go on when a client tries again. Raises BadRequest.
        """
        if text not in self._staged:
            try:
                faults = parse_faults(text)
            except ValueError as error:
                raise BadRequest(f"{FAULTS_HEADER}: {error}") from None
            if not isinstance(self.upstream, Replay):
                return self.upstream
            if len(self._staged) >= _STAGES:
                del self._staged[next(iter(self._staged))]
            self._staged[text] = self.upstream.staged(FaultStage(faults, self.faults))
        return self._staged[text]


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

    def upstream(self, name: str, faults: str | None = None) -> Upstream:
        """What answers for the session `name`. Opens it, by that name, if need be: raises CassetteError.

        `faults` are those that a request's header asks for: raises BadRequest.
        """
        session = self._open.get(name)
        mode = self.rules.mode if session is None else session.mode
        if faults is not None and mode in ("live", "all"):
            raise BadRequest(
                f"{FAULTS_HEADER}: expected a mode that replays (replay, once or new_episodes); this is {mode}, in "
                "which nothing is replayed: leave the header out, or use another mode"
            )
        if session is None and mode == "live":
            return self._way_out()
        if session is None:
            if KEY_MARK in name:
                raise CassetteName(
                    f"the session {name!r} has ended: its base URL was good only while its cassette was open, so a "
                    "client that is used for longer needs a new one"
                )
            session = self.open(name, name, self.rules)
        return session.upstream if faults is None else session.staged(faults)

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
            return Session(cassette, rules.mode, self._way_out(), None)
        faults = FaultTally()
        stage = FaultStage(rules.faults, faults) if rules.faults else None
        upstream = upstream_for(rules.mode, cassette, record, rules.pacing, self._clock, stage=stage)
        return Session(cassette, rules.mode, upstream, recordings[0] if recordings else None, faults)

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
