"""The trace is what the Trace Event Format says, in order, and says nothing that was redacted or said."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.cli.program import outcome
from gateway.tools.trace import trace, trace_events
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.store import Store
from tests.gateway.exchange.interactions import BROKEN, CASSETTES, STREAM

# https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: members of each phase that we use.
MEMBERS = {
    "M": {"ph", "name", "pid", "tid", "args"},
    "X": {"ph", "name", "cat", "ts", "dur", "pid", "tid"},
    "i": {"ph", "name", "cat", "ts", "s", "pid", "tid", "args"},
}
SSE = (("content-type", "text/event-stream"),)


def chat(*, recorded=None, token_at=(), end=None, head=1000, kind=COMPLETE):
    """A stream of one token at each time, its parts as long as is said."""
    token = b'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n'
    request = Request("openai", "POST", "/v1/chat/completions", (), b'{"model":"m"}')
    facts = {"recorded_at": recorded} if recorded else {}
    chunks = tuple(Chunk(at, token) for at in token_at)
    return Interaction(request, Response(200, SSE), head, chunks, kind, end or max(token_at, default=head), facts)


def check(text):
    value = json.loads(text)
    assert set(value) == {"displayTimeUnit", "otherData", "traceEvents"}
    assert value["displayTimeUnit"] in ("ms", "ns")
    tracks = {}
    for event in value["traceEvents"]:
        assert MEMBERS[event["ph"]] <= set(event) <= MEMBERS[event["ph"]] | {"args"}
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
        if event["ph"] == "M":
            assert event["name"] in ("process_name", "thread_name", "thread_sort_index")
        else:
            assert isinstance(event["ts"], int)
            assert event["ts"] >= 0
            assert event.get("dur", 0) >= 0
            assert event.get("s", "t") == "t"
            tracks.setdefault(event["tid"], []).append(event)
    for events in tracks.values():
        check_track(events)
    return value["traceEvents"]


def check_track(events):
    assert all(one["ts"] <= other["ts"] for one, other in pairwise(events))
    open_ends = []
    for event in events:
        while open_ends and open_ends[-1] <= event["ts"]:
            open_ends.pop()
        if event["ph"] == "X":
            until = event["ts"] + event["dur"]
            assert not open_ends or until <= open_ends[-1], "slices of one track overlap without one holding the other"
            open_ends.append(until)


def slices(events):
    return [(event["name"], event["ts"], event["dur"]) for event in events if event["ph"] == "X"]


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_what_was_recorded_in_earnest_is_a_valid_trace(path):
    store = Store(path)
    interactions = [store.load(entry) for entry in store.read()]
    events = check("".join(trace(path.stem, interactions)))
    assert sum(event["ph"] == "i" for event in events) == sum(len(each.chunks) for each in interactions)


@pytest.mark.parametrize(
    "interactions",
    [(), (STREAM, BROKEN), (chat(head=9000, token_at=(2000, 3000), end=2500),), (chat(end=5, head=9000),)],
    ids=["none", "odd bytes and times", "tokens before the head", "an end before the head"],
)
def test_whatever_is_on_a_cassette_gives_a_valid_trace(interactions):
    check("".join(trace("odd\n\x1b[31m", interactions)))


def test_phases_and_stalls_of_a_stream_by_hand():
    interaction = chat(head=1000, token_at=(5000, 6000, 7000, 2_007_000, 2_008_000), end=2_010_000)
    assert slices(trace_events("c", [interaction])) == [
        ("POST /v1/chat/completions", 0, 2_010_000),
        ("wait to head", 0, 1000),
        ("head to first token", 1000, 4000),
        ("tokens", 5000, 2_003_000),
        ("stall", 7000, 2_000_000),
        ("last token to end", 2_008_000, 2000),
    ]


def test_without_a_token_there_is_a_wait_and_a_body():
    assert slices(trace_events("c", [chat(end=3000, kind=End("upstream_error", "reset"))]))[1:] == [
        ("wait to head", 0, 1000),
        ("head to end", 1000, 2000),
    ]


def test_streams_stand_where_they_began_each_on_its_own_track():
    events = list(
        trace_events(
            "c",
            [
                chat(recorded="2026-11-21T10:00:02.500+00:00"),
                chat(recorded="2026-11-21T10:00:02.000+00:00"),
                chat(recorded="yesterday"),
                chat(recorded="2026-11-21T10:00:03.000"),
            ],
        )
    )
    starts = [(event["tid"], event["ts"]) for event in events if event.get("cat") == "stream"]
    assert starts == [(1, 500_000), (2, 0), (3, 0), (4, 0)]
    names = [event["args"]["name"] for event in events if event["name"] == "thread_name"]
    assert names == [f"#{number} POST /v1/chat/completions" for number in range(4)]


def test_nothing_that_was_said_is_in_it():
    text = "".join(trace("c", [chat(token_at=(2000,)), STREAM]))
    assert "content" not in text
    assert "beta=true" not in text


def test_the_command_writes_it(monkeypatch, tmp_path):
    monkeypatch.chdir(CASSETTES[0].parent.parent)
    target = tmp_path / "trace.json"
    assert outcome(["cassette", "export", "anthropic-text", "--format", "trace", "-o", str(target)]) == 0
    assert len(check(target.read_text())) > 50
    assert Path(target).read_text().endswith("\n]}\n")
