"""Streams as JSON: numbers in seconds, and nothing secret."""

import json

import pytest

from gateway.observer.showing import detail, summary, with_ticks
from gateway.tap.messages import Ended
from recorder.redaction import Redactor
from tests.gateway.observer.streams import KEY, MS, board, failed, tell, text_frame


def only(told):
    (stream,) = told
    return stream


def test_the_summary_of_a_stream():
    told = board()
    tell(told, 1, "a", "b", "c")
    shown = summary(only(told))
    assert {
        "id": "s-1",
        "source": "live",
        "state": "ok",
        "provider": "anthropic",
        "api": "anthropic.messages",
        "model": "answering",
        "cassette": "tape",
        "mode": "all",
        "method": "POST",
        "target": "/v1/messages?key=REDACTED",
        "status": 200,
        "error": None,
        "streamed": True,
        "started": 1000.01,
        "new_connection": True,
        "ttfb": 0.1,
        "ttfc": 0.1,
        "ttft": 0.2,
        "ttfo": 0.2,
        "itl": 0.025,
        "tps": 40.0,
        "e2e": 0.3,
        "duration": 0.36,
        "stall_max": 0.05,
        "stalls": 0,
        "overhead_request": 0.002,
        "overhead_chunk_p50": 0.0005,
        "overhead_chunk_max": 0.0005,
        "tokens_in": 3,
        "tokens_out": 5,
        "chunks": 5,
    }.items() <= shown.items()
    assert json.loads(json.dumps(shown)) == shown
    assert summary(only(told)) is shown  # an ended stream does not change


def test_a_running_stream_has_numbers_so_far():
    told = board()
    tell(told, 1, "a", "b", end=None)
    shown = summary(only(told))
    assert (shown["state"], shown["ttft"], shown["duration"], shown["itl"]) == ("running", 0.2, None, None)


def test_of_a_failed_request_no_time_is_measured():
    told = board()
    failed(told, 1)
    shown = summary(only(told))
    assert (shown["state"], shown["status"], shown["error"], shown["ttfb"]) == ("error", 404, "cassette_miss", None)
    shown = detail(only(told), Redactor())
    assert [event["type"] for event in shown["events"]] == ["stream.start", "stream.error", "stream.end"]
    assert shown["response"] == {"status": 404, "headers": []}


def test_what_was_not_all_observed_says_so():
    told = board()
    tell(told, 1, "a", end=None)
    told.lost(2, (1,))
    told.ended(1, Ended(900 * MS, "complete", ""))
    shown = summary(only(told))
    assert (shown["state"], shown["error"], shown["ttft"]) == ("incomplete", "not all of it was observed", None)
    assert (shown["chunks"], shown["bytes"], shown["duration"]) == (None, None, 0.89)


def test_ticks_stand_beside_the_numbers():
    assert with_ticks({"id": "a"}, [(0.1, "head")]) == {"id": "a", "ticks": [(0.1, "head")]}


@pytest.mark.parametrize("end", ["complete", None], ids=["ended", "running"])
def test_a_detail_has_what_was_said_and_no_secret(end):
    told = board()
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"my key is {KEY}"}]}).encode()
    tell(told, 1, "Your key is ", KEY[:20], KEY[20:], end=end, body=body)
    shown = detail(only(told), told.redactor)
    text = json.dumps(shown)
    assert KEY not in text
    assert KEY[20:] not in text
    assert ["User-Agent", "test"] in shown["request"]["headers"]
    assert "x-api-key" not in text
    assert shown["transcript"]["choices"][0]["blocks"][0]["text"].startswith("Your key is ")
    assert len(shown["chunks"]) == (5 if end else 4)
    assert shown["chunks"][1] == [0.2, len(text_frame("Your key is "))]
    assert shown["frames"][0]["text"].startswith("event: message_start\n{")
    assert ("stream.end" in [event["type"] for event in shown["events"]]) == (end is not None)
    assert shown["truncated"] is False


def test_what_cannot_be_searched_is_not_shown():
    told = board()
    tell(told, 1, "a", body=b'{"api_key": "' + KEY.encode() + b'"' + b"[" * 200_000)

    class Refusing(Redactor):
        def interaction(self, interaction):
            from recorder.errors import Unredactable

            raise Unredactable("too deep")

    shown = detail(only(told), Refusing())
    assert "too deep" in shown["problem"]
    assert (shown["request"]["body"], shown["chunks"]) == ("", [])
