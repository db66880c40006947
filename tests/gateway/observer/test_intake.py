"""The intake: batches told to the board in order; what breaks one stream breaks no other."""

import pytest

from gateway.observer import Intake
from gateway.tap.messages import PREFIX, READ, Ended, Head, Sent, packed, record
from recorder.clock import ManualClock
from tests.gateway.observer.streams import MS, SSE, START, STOP, began, board, text_frame


def stream(number):
    return [
        (number, "began", tuple(began(number))),
        (number, "sent", tuple(Sent(10 * MS, True, 0))),
        (number, "head", tuple(Head(100 * MS, 200, SSE))),
        (number, 100 * MS, 101 * MS, START),
        (number, 200 * MS, 201 * MS, text_frame("a")),
        (number, 300 * MS, 301 * MS, STOP),
        (number, "ended", tuple(Ended(310 * MS, "complete", ""))),
    ]


def records(message):
    if len(message) == 3:
        return record(message)
    number, at, out, data = message
    return READ.pack(number, at, out, len(data)) + data


async def test_a_batch_is_told_in_order():
    told, clock = board(), ManualClock(500 * MS)
    intake = Intake(told, clock)
    messages = [message for number in range(1, 101) for message in stream(number)]
    messages += [(0, "lost", (7, ())), (0, "health", ('{"status":"ok"}',))]
    await intake.take(packed(450 * MS, b"".join(map(records, messages)))[PREFIX.size :])
    assert {each.state for each in told} == {"ok"}
    assert (len(told), told.unobserved, told.health, intake.behind) == (100, 7, '{"status":"ok"}', 50 * MS)


async def test_a_bug_in_one_stream_is_not_the_next_ones(monkeypatch, caplog):
    told = board()
    intake = Intake(told, ManualClock())
    intake.tell(stream(1)[:4])
    monkeypatch.setattr(told.find("s-1")._reader, "feed", lambda *_: 1 / 0)
    intake.tell(stream(1)[4:] + stream(2))
    assert "this is a bug" in caplog.text
    assert (told.find("s-1").state, told.find("s-2").state) == ("incomplete", "ok")


@pytest.mark.parametrize("message", [(9, "ended", (1, "complete", "")), (9, 1, 2, b"x")], ids=["end", "chunk"])
def test_what_is_of_a_stream_that_nobody_knows_is_nothing(message):
    told = board()
    Intake(told, ManualClock()).tell([message])
    assert len(told) == 0
