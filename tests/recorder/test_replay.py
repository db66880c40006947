"""What was recorded is what is replayed: the same reads, at the same offsets, to whoever waits for them."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.clock import ManualClock
from recorder.errors import Miss
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.pacing import Pacing
from recorder.replay import Replay
from recorder.scripted import Journal, Read, ScriptedUpstream
from recorder.staging import Act, Cue, cues_of

ASKED = Request("provider", "POST", "/v1/messages", body=b"{}")
HEAD = Response(200, (("content-type", "text/event-stream"),))
MS = 1_000_000


def interaction(*, head_at=300, chunks=((300, b"a"), (340, b"b"), (2340, b"c")), end_at=2341):
    """An interaction by its times in milliseconds."""
    played = tuple(Chunk(at * 1000, data) for at, data in chunks)
    return Interaction(ASKED, HEAD, head_at * 1000, played, COMPLETE, end_at * 1000)


class Shelf:
    """As much of a cassette as a replay needs: the answers left, in order."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def find(self, request):
        return self.answers.pop(0) if self.answers else None

    def miss(self, request):
        return Miss(f"nothing for {request.path}")


class Waiting(Journal):
    """A journal that can be waited for. It notes when it was given a read; `stamps` are the times that it was told."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.stamps = []
        self.ended = asyncio.Event()

    def receive(self, head, at, data, end):
        super().receive(head, self.clock.now(), data, end)
        self.stamps.append(at)
        if end is not None:
            self.ended.set()


async def played(answer, pacing="recorded", clock=None):
    clock = clock or ManualClock()
    journal = Waiting(clock)
    await Replay(Shelf(answer), Pacing.parse(pacing), clock).send(ASKED, journal)
    await asyncio.wait_for(journal.ended.wait(), 5)
    return journal


async def test_reads_come_as_they_were_recorded_each_at_its_time():
    journal = await played(interaction(), clock=ManualClock(now=7 * MS))
    assert journal.sent_at == 7 * MS
    assert journal.reads == [
        Read(307 * MS, HEAD, b"a"),
        Read(347 * MS, None, b"b"),
        Read(2347 * MS, None, b"c"),
        Read(2348 * MS, None, b"", COMPLETE),
    ]


@pytest.mark.parametrize(
    ("recorded", "reads"),
    [
        pytest.param({"chunks": (), "end_at": 300}, [(300, HEAD, b"", COMPLETE)], id="no body, one read"),
        pytest.param({"chunks": (), "end_at": 301}, [(300, HEAD, b"", None), (301, None, b"", COMPLETE)], id="no body"),
        pytest.param({"chunks": ((300, b"a"),), "end_at": 300}, [(300, HEAD, b"a", COMPLETE)], id="all in one read"),
        pytest.param(
            {"chunks": ((310, b"a"),), "end_at": 310},
            [(300, HEAD, b"", None), (310, None, b"a", COMPLETE)],
            id="the head alone",
        ),
        pytest.param(
            {"chunks": ((300, b""), (310, b"a"), (311, b"")), "end_at": 320},
            [(300, HEAD, b"", None), (310, None, b"a", None), (320, None, b"", COMPLETE)],
            id="chunks of no bytes are none",
        ),
    ],
)
async def test_what_came_in_one_read_is_given_in_one_call(recorded, reads):
    journal = await played(interaction(**recorded))
    assert journal.reads == [Read(at * MS, *rest) for at, *rest in reads]


@pytest.mark.parametrize(
    ("pacing", "offsets"),
    [("instant", [0, 0, 0, 0]), ("scaled=0.5", [150, 170, 1170, 1170.5]), ("capped=50", [50, 90, 140, 141])],
)
async def test_pacing_moves_the_times_and_nothing_else(pacing, offsets):
    journal = await played(interaction(), pacing)
    assert [read.at for read in journal.reads] == [offset * MS for offset in offsets]
    assert journal.body == b"abc"


@pytest.mark.parametrize("pacing", ["recorded", "instant", "scaled=2", "capped=50"])
async def test_a_read_is_given_with_the_time_that_it_was_recorded_at(pacing):
    journal = await played(interaction(), pacing, ManualClock(now=7 * MS))
    assert journal.stamps == [(7 + offset) * MS for offset in (300, 340, 2340, 2341)]


async def test_a_replay_on_a_manual_clock_never_sleeps():
    begun = time.monotonic()
    await played(interaction(head_at=3_600_000, chunks=((7_200_000, b"two hours"),), end_at=7_200_000))
    assert time.monotonic() - begun < 5


class LateClock(ManualClock):
    """Every sleep ends 20 ms late."""

    async def sleep_until(self, at):
        await super().sleep_until(at)
        self.time += 20 * MS


async def test_deadlines_are_absolute_so_that_lateness_never_adds_up():
    clock = LateClock()
    journal = await played(interaction(chunks=((300, b"a"), (310, b"b"), (400, b"c")), end_at=500), clock=clock)
    assert clock.slept == [300 * MS, 400 * MS, 500 * MS]
    assert [read.at // MS for read in journal.reads] == [320, 320, 420, 520]


async def turns(count=10):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_paused_reply_waits_and_then_catches_up():
    clock = ManualClock()
    journal = Waiting(clock)
    await Replay(Shelf(interaction()), Pacing("recorded"), clock).send(ASKED, journal)
    journal.reply.pause()
    await turns()
    assert journal.body == b"a"
    clock.time = 5000 * MS
    journal.reply.resume()
    await journal.ended.wait()
    assert [read.at // MS for read in journal.reads] == [300, 5000, 5000, 5000]


async def test_a_closed_reply_plays_no_further():
    journal = Waiting(ManualClock())
    await Replay(Shelf(interaction()), Pacing("instant"), ManualClock()).send(ASKED, journal)
    journal.reply.close()
    await turns()
    assert journal.body == b"a"
    assert journal.end is None


async def test_closing_after_the_end_is_harmless():
    journal = await played(interaction())
    journal.reply.close()
    assert journal.end == COMPLETE


async def test_a_client_that_leaves_before_the_head_gets_none():
    clock, journal = ManualClock(), Journal()
    sending = asyncio.create_task(Replay(Shelf(interaction()), Pacing("recorded"), clock).send(ASKED, journal))
    await asyncio.sleep(0)
    sending.cancel()
    await turns()
    assert journal.reads == []


async def test_an_instant_replay_of_many_reads_lets_others_have_their_turn():
    chunks = tuple((300, b"x") for _ in range(1000))
    journal = Waiting(ManualClock())
    await Replay(Shelf(interaction(chunks=chunks)), Pacing("instant"), ManualClock()).send(ASKED, journal)
    await asyncio.sleep(0)
    assert 1 < len(journal.body) < 1000
    await journal.ended.wait()
    assert len(journal.body) == 1000


async def test_what_is_not_stored_goes_to_the_other_upstream():
    other = ScriptedUpstream([Read(1, HEAD, b"fresh", COMPLETE)])
    journal = Journal()
    replay = Replay(Shelf(interaction(end_at=300, chunks=())), Pacing("instant"), ManualClock(), otherwise=other)
    await replay.send(ASKED, Journal())
    assert other.requests == []
    await replay.send(ASKED, journal)
    assert (other.requests, journal.body) == ([ASKED], b"fresh")


async def test_with_nobody_else_to_ask_it_is_a_miss_and_nothing_is_received():
    journal = Journal()
    with pytest.raises(Miss, match="nothing for /v1/messages"):
        await Replay(Shelf(), Pacing("recorded"), ManualClock()).send(ASKED, journal)
    assert (journal.sent_at, journal.reads) == (None, [])


async def test_closing_leaves_the_other_upstream_to_its_owner():
    other = ScriptedUpstream()
    await Replay(Shelf(), Pacing("recorded"), ManualClock(), otherwise=other).close()
    assert not other.closed


@given(
    gaps=st.lists(st.integers(0, 10**7), max_size=12),
    data=st.lists(st.binary(min_size=1, max_size=9), max_size=10),
    joined=st.booleans(),
)
def test_whatever_was_recorded_is_replayed_byte_for_byte_and_on_time(gaps, data, joined):
    gaps = [*gaps, *[1] * 13]
    times = [sum(gaps[: i + 1]) for i in range(len(data) + 2)]
    first = times[0] if joined else times[1]
    chunks = tuple(Chunk(at, piece) for at, piece in zip([first, *times[2:]], data, strict=False))
    recorded = Interaction(ASKED, HEAD, times[0], chunks, COMPLETE, max(times[-1], first))
    journal = asyncio.run(played(recorded))
    given_ = [Chunk(read.at // 1000, read.data) for read in journal.reads if read.data]
    assert tuple(given_) == chunks
    assert [(read.at // 1000, read.head) for read in journal.reads if read.head] == [(times[0], HEAD)]
    assert [(read.at // 1000, read.end) for read in journal.reads if read.end] == [(recorded.end_at, COMPLETE)]
    assert journal.reads[0].head
    assert journal.reads[-1].end


class Turns(Shelf):
    """A shelf whose answers have turns."""

    def __init__(self, *answers):
        super().__init__(*answers)
        self.played = []

    def peek(self, request):
        return ("a request", self.answers[0]) if self.answers else None

    def play(self, fingerprint, interaction, *, keeps_turn):
        self.played.append((fingerprint, interaction, keeps_turn))


class OwnWay:
    """A stage that does as the test says."""

    def __init__(self, act):
        self.act = act


async def staged(act, shelf, clock=None):
    journal = Waiting(clock or ManualClock())
    replay = Replay(shelf, Pacing("instant"), journal.clock).staged(OwnWay(act))
    await replay.send(ASKED, journal)
    await asyncio.wait_for(journal.ended.wait(), 5)
    return journal


@pytest.mark.parametrize("keeps_turn", [False, True])
async def test_a_stage_says_what_is_played_and_whether_it_was_its_turn(keeps_turn):
    stored, shelf = interaction(), Turns(interaction())

    def act(fingerprint, found, pacing):
        return Act(found, cues_of(found, pacing), keeps_turn)

    journal = await staged(act, shelf)
    assert journal.body == b"abc"
    assert shelf.played == [("a request", stored, keeps_turn)]


async def test_what_is_given_in_place_of_the_stored_answer_is_not_counted_as_that():
    shelf = Turns(interaction())
    journal = await staged(lambda *_: Act(None, iter([Cue(0, 0, Response(429), b"no", COMPLETE)]), True), shelf)
    assert (journal.reads[0].head.status, shelf.played) == (429, [])


async def test_a_stage_holds_back_at_any_pacing():
    cues = [Cue(0, 0, HEAD, b"a", None), Cue(30_000_000, 0, None, b"b", COMPLETE)]
    journal = await staged(lambda *_: Act(None, iter(cues)), Turns(interaction()))
    assert [read.at // MS for read in journal.reads] == [0, 30_000]


async def test_on_a_stage_each_cue_has_a_turn_of_its_own():
    clock, journal = ManualClock(), Waiting(ManualClock())
    cues = [Cue(0, 0, HEAD if not number else None, b"x", None) for number in range(8)]
    replay = Replay(Turns(interaction()), Pacing("instant"), clock).staged(OwnWay(lambda *_: Act(None, iter(cues))))
    await replay.send(ASKED, journal)
    sizes = []
    for _ in range(4):
        await asyncio.sleep(0)
        sizes.append(len(journal.body))
    assert sizes == sorted(set(sizes))


async def test_what_is_not_stored_is_nothing_for_a_stage():
    with pytest.raises(Miss):
        await Replay(Turns(), Pacing("instant"), ManualClock()).staged(OwnWay(None)).send(ASKED, Journal())
