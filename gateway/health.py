"""What the gateway says of itself: `/_/health` and the report at the end. Numbers and names, never content."""

from dataclasses import dataclass

import recorder
from gateway.proxy import Proxy
from gateway.sessions import Sessions
from gateway.tap import Link

__all__ = ["Report", "health", "report"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was done. `misses` are messages, a hundred a cassette at most; `degraded` says why recording has stopped.

    `refused` says why single interactions were not recorded.
    `faults` counts those that were applied, `fault_texts` say which, and which could not be; a hundred a session.
    """

    recorded: int
    replayed: int
    missed: int
    aborted: int
    misses: tuple[str, ...]
    degraded: str | None
    refused: tuple[str, ...] = ()
    faults: int = 0
    fault_texts: tuple[str, ...] = ()


def report(proxy: Proxy, sessions: Sessions) -> Report:
    """Add up what was done with every cassette so far."""
    tallies = [session.cassette.tally for session in sessions]
    recordings = [session.recording for session in sessions if session.recording is not None]
    return Report(
        recorded=sum(tally.recorded for tally in tallies),
        replayed=sum(tally.replayed for tally in tallies),
        missed=sum(tally.missed for tally in tallies),
        aborted=proxy.aborted,
        misses=tuple(text for tally in tallies for text in tally.misses),
        degraded=next((each.degraded for each in recordings if each.degraded is not None), None),
        refused=tuple(text for each in recordings for text in each.refused),
        faults=sum(session.faults.count for session in sessions),
        fault_texts=tuple(text for session in sessions for text in session.faults.texts),
    )


def health(proxy: Proxy, sessions: Sessions, link: Link | None = None) -> dict[str, object]:
    """The body of `/_/health`: `status` is `ok` or `degraded`, `streams` how many are under way.

    `observing` says of the link to the observer, if there is one, what its `trouble` is and how many streams went
    `unobserved`.
    """
    now = report(proxy, sessions)
    return {
        "status": "ok" if now.degraded is None else "degraded",
        "degraded": now.degraded,
        "version": recorder.__version__,
        "mode": sessions.rules.mode,
        "streams": len(proxy.clients),
        "aborted": now.aborted,
        "observing": _observing(link),
        "cassettes": {
            session.cassette.name: {
                "recorded": session.cassette.tally.recorded,
                "replayed": session.cassette.tally.replayed,
                "missed": session.cassette.tally.missed,
                "faults": session.faults.count,
                "refused": len(session.recording.refused) if session.recording is not None else 0,
            }
            for session in sessions
        },
    }


def _observing(link: Link | None) -> dict[str, object]:
    if link is None:
        return {"on": False}
    return {"on": True, "trouble": link.trouble, "unobserved": link.unobserved}
