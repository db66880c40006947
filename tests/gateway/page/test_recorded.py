"""A recorded interaction as the page is given it."""

from dataclasses import replace

import pytest

from gateway.measuring import measurement_of
from gateway.page.recorded import detail_of, summary_of
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response

SSE = Response(200, (("content-type", "text/event-stream"), ("x-request-id", "r1")))
STREAM = Interaction(
    request=Request("openai", "POST", "/v1/chat/completions", (("accept", "*/*"),), b'{"model": "m"}'),
    response=SSE,
    head_at=90_000,
    chunks=(
        Chunk(100_000, b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n'),
        Chunk(200_000, b'data: {"choices":[{"index":0,"delta":{"reasoning":"Hm."}}]}\n\n'),
        Chunk(300_000, b'data: {"choices":[{"index":0,"delta":{"content":"Hel'),
        Chunk(350_000, b'lo"}}]}\n\n: ping\n\n'),
        Chunk(400_000, b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
    ),
    end=COMPLETE,
    end_at=410_000,
    facts={"recorded_at": "2026-11-21T12:00:00.000+00:00", "mode": "once"},
)


def test_a_summary_is_the_measurement_with_its_place():
    summary = summary_of("team/a", 3, STREAM)
    assert {name: summary[name] for name in ("id", "cassette", "index", "mode", "method", "chunks", "ticks")} == {
        "id": "team/a#3",
        "cassette": "team/a",
        "index": 3,
        "mode": "once",
        "method": "POST",
        "chunks": 5,
        "ticks": [],
    }
    assert summary["started"] == 1_795_262_400
    assert summary["ttft"] * 1e6 == measurement_of(STREAM).ttft == 200_000


def test_a_detail_shows_everything_with_its_time():
    detail = detail_of("a", 0, STREAM)
    assert detail["chunks"] == [[0.1, 75], [0.2, 61], [0.3, 52], [0.35, 17], [0.4, 81]]
    assert list(map(list, detail["ticks"])) == [
        [0.09, "head"],
        [0.1, "meta"],
        [0.2, "meta"],
        [0.2, "thinking"],
        [0.35, "meta"],
        [0.35, "text"],
        [0.35, "ping"],
        [0.4, "meta"],
        [0.41, "end"],
    ]
    assert detail["frames"][1] == {"at": 0.2, "text": '{"choices":[{"index":0,"delta":{"reasoning":"Hm."}}]}'}
    assert [event["type"] for event in detail["events"]][:2] == ["stream.start", "message.start"]
    assert [block["text"] for block in detail["transcript"]["choices"][0]["blocks"]] == ["Hm.", "Hello"]
    assert detail["request"]["body"] == '{"model": "m"}'
    assert not detail["truncated"]


@pytest.mark.parametrize("when", ["", "yesterday", "9999-99-99", 5])
def test_a_time_that_is_none_is_unknown(when):
    assert summary_of("a", 0, replace(STREAM, facts={"recorded_at": when}))["started"] is None
