"""The tap: passes everything on unchanged, and tells the moments of it."""

import pytest

from gateway.errors import Answer
from gateway.tap import UNTAPPED, Taps
from gateway.tap.messages import messages_of
from recorder.clock import ManualClock
from recorder.interaction import COMPLETE, Request, Response
from recorder.scripted import Journal, ScriptedReply
from recorder.upstream import Connection

ASKED = Request("own", "POST", "/v1/messages", (("x-api-key", "key"),), b"{}")
HEAD = Response(
    200, (("Content-Type", "text/event-stream"), ("Server-Timing", "db;dur=1"), ("X-Tokentape-Stream", "z"))
)


class Outlet:
    """Keeps what is told."""

    def __init__(self):
        self.records = bytearray()
        self.open = set()
        self.full = False

    def opened(self, tap):
        if not self.full:
            self.open.add(tap)
        return not self.full

    def closed(self, tap):
        self.open.remove(tap)

    @property
    def pending(self):
        return messages_of(self.records)

    def kinds(self):
        return [message[1] if len(message) == 3 else "chunk" for message in self.pending]

    def told(self, kind):
        return next(message[2] for message in self.pending if len(message) == 3 and message[1] == kind)


class Stage:
    def __init__(self, mode="all", *, exact=True):
        self.outlet, self.clock, self.journal = Outlet(), ManualClock(1_000_000_000), Journal()
        self.taps = Taps(self.outlet, self.clock, mode=mode, exact=exact)
        self.tap = self.taps.tap()

    def asks(self, *, whole=True, faults=False, cassette="a/ü"):
        self.clock.time += 1_000_000
        self.tap.asks(ASKED, cassette, whole=whole, faults=faults)
        return self.tap.around(self.journal)

    def sends(self, connection=None):
        reply = ScriptedReply(self.journal)
        reply.connection = connection
        self.clock.time += 5_000_000
        self.tap.sent(reply, self.clock.time)


async def test_what_passes_is_passed_on_and_then_told():
    stage = Stage()
    receiver = stage.asks()
    stage.sends(Connection(reused=False, waited=3_000_000))
    stage.clock.time += 10_000_000
    at = stage.clock.time
    receiver.receive(HEAD, at, b"one", None)
    receiver.receive(None, at + 1, b"two", None)
    receiver.receive(None, at + 2, b"", COMPLETE)
    assert [(read.at, read.data, read.end) for read in stage.journal.reads] == [
        (at, b"one", None),
        (at + 1, b"two", None),
        (at + 2, b"", COMPLETE),
    ]
    assert stage.outlet.kinds() == ["began", "sent", "head", "chunk", "chunk", "ended"]
    assert [message for message in stage.outlet.pending if len(message) == 4] == [
        (1, at, at, b"one"),
        (1, at + 1, at, b"two"),
    ]
    assert stage.outlet.told("sent") == (stage.journal.sent_at, False, 2_000_000)  # 5 ms, of which 3 for a connection
    assert stage.outlet.told("head") == (at, 200, HEAD.headers)  # as the provider sent it
    assert stage.outlet.told("ended") == (at + 2, "complete", "")
    assert stage.outlet.open == set()


async def test_the_response_head_says_which_stream_it_is_and_where_the_time_went():
    stage = Stage()
    receiver = stage.asks()
    stage.sends(Connection(reused=True, waited=0))
    receiver.receive(HEAD, stage.clock.time + 12_345_000, b"", None)
    assert stage.journal.reads[0].head.headers == (
        *HEAD.headers[:2],  # the provider's own Server-Timing stays; who else names streams is not repeated
        ("x-tokentape-stream", "1-1"),
        ("x-tokentape-cassette", "a/%C3%BC"),
        ("x-tokentape-source", "live"),
        ("Server-Timing", "upstream;dur=12.345, gateway;dur=5.000"),
    )


async def test_a_replay_is_told_as_one():
    stage = Stage("replay")
    receiver = stage.asks()
    stage.sends()
    receiver.receive(HEAD, stage.clock.time, b"", COMPLETE)
    assert stage.outlet.told("sent")[1] is None
    assert ("x-tokentape-source", "replay") in stage.journal.reads[0].head.headers
    assert stage.outlet.told("began")[-1] is True


@pytest.mark.parametrize(("exact", "faults"), [(True, True), (False, False)], ids=["faults", "other pacing"])
async def test_a_replay_that_is_not_to_keep_the_times_says_so(exact, faults):
    stage = Stage("replay", exact=exact)
    stage.asks(faults=faults)
    assert stage.outlet.told("began")[-1] is False


async def test_an_upload_has_no_time_of_the_gateways_own():
    stage = Stage("live")
    receiver = stage.asks(whole=False)
    stage.sends(Connection(reused=True, waited=0))
    assert stage.outlet.told("sent")[2] is None
    receiver.receive(HEAD, stage.clock.time, b"", None)
    headers = dict(stage.journal.reads[0].head.headers)
    assert headers["Server-Timing"] == "upstream;dur=0.000"
    assert "x-tokentape-cassette" not in headers  # nothing is used in mode live


async def test_a_failure_is_told_with_what_was_answered():
    stage = Stage("replay")
    stage.asks(cassette="tape")
    headers = stage.tap.failed(Answer(404, "cassette_miss", "nothing matches"))
    stage.tap.left()
    assert headers == (
        ("x-tokentape-stream", "1-1"),
        ("x-tokentape-cassette", "tape"),
        ("x-tokentape-source", "replay"),
    )
    assert stage.outlet.kinds() == ["began", "failed"]
    assert stage.outlet.told("failed")[1:] == (404, "gateway", "cassette_miss", "nothing matches")


async def test_a_client_that_leaves_ends_its_stream_once():
    stage = Stage()
    receiver = stage.asks()
    stage.sends(Connection(reused=True, waited=0))
    receiver.receive(HEAD, stage.clock.time, b"", None)
    stage.tap.left()
    stage.tap.left()
    assert stage.outlet.kinds() == ["began", "sent", "head", "ended"]
    assert stage.outlet.told("ended")[1] == "client_closed"
    assert stage.outlet.open == set()


async def test_a_stream_that_is_cut_short_is_told_to_have_ended():
    stage = Stage()
    receiver = stage.asks()
    stage.sends(Connection(reused=True, waited=0))
    receiver.receive(HEAD, stage.clock.time, b"one", None)
    assert [stage.tap.cut_short(), stage.tap.cut_short()] == [True, False]
    receiver.receive(None, stage.clock.time, b"two", None)
    receiver.receive(None, stage.clock.time, b"three", COMPLETE)
    assert [read.data for read in stage.journal.reads] == [b"one", b"two", b"three"]
    assert stage.outlet.kinds() == ["began", "sent", "head", "chunk", "ended"]
    assert stage.outlet.open == set()


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "failed"])
async def test_a_stream_that_may_not_be_told_is_passed_on(answered):
    stage = Stage()
    stage.outlet.full = True
    receiver = stage.asks()
    if answered:
        stage.sends(Connection(reused=True, waited=0))
        receiver.receive(HEAD, stage.clock.time, b"one", None)
        receiver.receive(None, stage.clock.time, b"two", COMPLETE)
        headers = stage.journal.reads[0].head.headers
        assert [read.data for read in stage.journal.reads] == [b"one", b"two"]
    else:
        headers = stage.tap.failed(Answer(502, "connection_lost", "gone"))
    stage.tap.left()
    assert ("x-tokentape-stream", "1-1") in headers
    assert stage.outlet.pending == []


async def test_what_asks_for_no_upstream_is_no_stream():
    stage = Stage()
    assert stage.tap.failed(Answer(404, "not_found_error", "no route")) == ()
    stage.tap.left()
    assert stage.outlet.pending == []


async def test_streams_are_numbered_below_the_start_of_the_gateway():
    stage = Stage()
    for _ in range(2):
        tap = stage.taps.tap()
        tap.asks(ASKED, "tape", whole=True, faults=False)
    assert [message[2][0] for message in stage.outlet.pending] == ["1-1", "1-2"]  # one second after the epoch


async def test_of_a_large_body_only_the_beginning_is_told():
    stage = Stage()
    stage.tap.asks(Request("own", "POST", "/", (), b"x" * (1 << 21)), "tape", whole=True, faults=False)
    began = stage.outlet.told("began")
    assert (len(began[7]), began[8]) == (1 << 20, False)


def test_untapped_nothing_is_in_the_way():
    journal = Journal()
    UNTAPPED.asks(ASKED, "tape", whole=True, faults=False)
    assert UNTAPPED.around(journal) is journal
    assert UNTAPPED.failed(Answer(404, "", "")) == ()
    UNTAPPED.left()
