"""One answer, planned."""

import pytest

from gateway.simulator.answer import Asked, answer, plain, refusal, understood
from gateway.simulator.faults import Fault
from gateway.simulator.openai_chat import OPENAI_CHAT
from gateway.simulator.simulation import Simulation

BODY = {"model": "m", "messages": [{"role": "user", "content": "A story about rain"}], "stream": True}
PRINT = "0" * 64


def planned(fault=None, **more):
    return answer(Asked(OPENAI_CHAT, {**BODY, **more}, "m", Simulation(), fault, PRINT))


def test_a_stream_has_no_length_and_a_whole_answer_has():
    stream, whole = planned(), planned(stream=False)

    assert stream.head.header("content-type") == "text/event-stream; charset=utf-8"
    assert stream.head.header("content-length") is None
    assert whole.head.header("content-type") == "application/json"
    assert whole.head.header("content-length") == str(len(whole.frames[0]))
    assert stream.head.header("date") == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert stream.head.header("server") == "tokentape-simulator"


@pytest.mark.parametrize(
    ("kind", "streamed", "ending"),
    [
        ("cut", True, "reset"),
        ("cut", False, "reset"),
        ("stall", True, "silence"),
        ("eof", True, "end"),
        ("eof", False, "close"),
        ("error-mid-stream", True, "end"),
    ],
)
def test_how_a_fault_ends(kind, streamed, ending):
    assert planned(Fault(kind), stream=streamed).ending == ending


def test_an_error_in_the_stream_takes_the_next_frames_time():
    whole, broken = planned(), planned(Fault("error-mid-stream", after=3))

    assert broken.frames[:3] == whole.frames[:3]
    assert broken.frames[3].startswith(b'data: {"error":')
    assert broken.offsets == whole.offsets[:4]


def test_a_passing_error_says_when_to_come_back():
    head = planned(Fault("error", 429, retry_ms=1500)).head

    assert (head.status, head.header("retry-after"), head.header("retry-after-ms")) == (429, "2", "1500")
    assert head.header("x-should-retry") == "true"
    assert planned(Fault("error", 400)).head.header("retry-after") is None


def test_plain_answers_and_refusals_leave_at_once():
    assert plain(OPENAI_CHAT, {"a": 1}, 0, PRINT).frames == (b'{"a":1}',)
    refused = refusal(OPENAI_CHAT, 404, 0, PRINT, message="Not here")
    assert refused.offsets == (0,)
    assert b"Not here" in refused.frames[0]


def test_a_body_is_understood_or_the_reason_said():
    assert understood(b'{"a": 1}', ("a",)) == {"a": 1}
    for raw, says in (
        (b"", "not valid JSON"),
        (b"[" * 99_999, "not valid JSON"),
        (b"1", "got int"),
        (b"{}", "a: Field"),
    ):
        with pytest.raises(ValueError, match=says):
            understood(raw, ("a",))
