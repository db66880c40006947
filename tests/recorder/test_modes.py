"""The table of modes: who answers when there is a match, and when there is none."""

from typing import get_args

import pytest

from recorder.clock import ManualClock
from recorder.errors import Miss
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.modes import Mode, upstream_for
from recorder.pacing import Pacing
from recorder.scripted import Journal, Read, ScriptedUpstream

ASKED = Request("provider", "POST", "/")
STORED = Interaction(ASKED, Response(200), 0, (Chunk(0, b"replayed"),), COMPLETE, 0)


class Shelf:
    """As much of a cassette as the modes need."""

    def __init__(self, *, existed, holds):
        self.existed = existed
        self.holds = holds

    def find(self, request):
        return STORED if self.holds else None

    def miss(self, request):
        return Miss("nothing matches")


async def answer(mode, *, existed, holds):
    """What the client is given in this mode: `replayed`, `recorded`, or `miss`; and whether recording was prepared."""
    made = []

    def record():
        made.append(ScriptedUpstream([Read(0, Response(200), b"recorded", COMPLETE)]))
        return made[0]

    shelf, client = Shelf(existed=existed, holds=holds), Journal()
    upstream = upstream_for(mode, shelf, record, Pacing("instant"), ManualClock())
    try:
        await upstream.send(ASKED, client)
    except Miss:
        return "miss", bool(made)
    return client.body.decode(), bool(made)


@pytest.mark.parametrize(
    ("mode", "existed", "holds", "expected"),
    [
        ("replay", True, True, ("replayed", False)),
        ("replay", True, False, ("miss", False)),
        ("replay", False, False, ("miss", False)),
        ("once", True, True, ("replayed", False)),
        ("once", True, False, ("miss", False)),
        ("once", False, False, ("recorded", True)),
        ("new_episodes", True, True, ("replayed", True)),
        ("new_episodes", True, False, ("recorded", True)),
        ("new_episodes", False, False, ("recorded", True)),
        ("all", True, True, ("recorded", True)),
        ("all", False, False, ("recorded", True)),
    ],
)
async def test_who_answers(mode, existed, holds, expected):
    assert await answer(mode, existed=existed, holds=holds) == expected


def test_live_has_no_cassette_to_ask_for():
    with pytest.raises(ValueError, match="live relays without a cassette"):
        upstream_for("live", None, None, Pacing("instant"), ManualClock())


def test_there_are_five():
    assert get_args(Mode) == ("replay", "once", "new_episodes", "all", "live")
