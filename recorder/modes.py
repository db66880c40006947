"""Modes: which upstreams answer a cassette's requests, put together once when the cassette is opened.

    mode           match found    no match
    replay         replay         miss; there is no live client
    once           replay         record if there was no cassette at the start, else miss
    new_episodes   replay         record
    all            record         record; the old file is replaced when the new one is whole
    live           relay          relay; nothing is recorded

From here on the mode is in the objects: whoever relays asks none of them which it is.
"""

from collections.abc import Callable
from typing import Literal

from recorder.cassette import Cassette
from recorder.clock import Clock
from recorder.pacing import Pacing
from recorder.replay import Replay
from recorder.staging import Stage
from recorder.upstream import Upstream

__all__ = ["Mode", "upstream_for"]

Mode = Literal["replay", "once", "new_episodes", "all", "live"]


def upstream_for(
    mode: Mode,
    cassette: Cassette,
    record: Callable[[], Upstream],
    pacing: Pacing,
    clock: Clock,
    *,
    stage: Stage | None = None,
) -> Upstream:
    """The upstream that answers for `cassette`; `record` makes the recording one, and is called only if needed.

    With `all`, `cassette` must have been opened for replacing. `live` has no cassette and is not asked here.
    """
    match mode:
        case "replay":
            return Replay(cassette, pacing, clock, stage=stage)
        case "once" if cassette.existed:
            return Replay(cassette, pacing, clock, stage=stage)
        case "new_episodes":
            return Replay(cassette, pacing, clock, otherwise=record(), stage=stage)
        case "once" | "all":
            return record()
        case "live":
            raise ValueError("live relays without a cassette")
