"""What `cassette ls` and `cassette show` print, read as a person reads it."""

import json

import pytest

from gateway.listing import (
    Row,
    cassette_lines,
    duration,
    interaction_json,
    interaction_lines,
    row_json,
    row_of,
    size,
)
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.store import Store


def interaction(**changes):
    values = {
        "request": Request("anthropic", "POST", "/v1/messages?beta=1", (("accept", "*/*"),), b'{"model": "m-1"}'),
        "response": Response(200, (("content-type", "text/event-stream"),)),
        "head_at": 302_000,
        "chunks": (
            Chunk(302_400, b"event: a\ndata: 1\n\n"),
            Chunk(1_350_000, "é".encode() * 40),
            Chunk(1_350_050, b'\n\nevent: message_stop\ndata: {"type": "message_stop"}\n\n'),
        ),
        "end": COMPLETE,
        "end_at": 1_350_100,
        "facts": {"recorded_at": "2026-11-21T10:00:00.000+00:00"},
    }
    return Interaction(**{**values, **changes})


def test_the_list_is_in_columns():
    rows = [Row("default", 3, 4_321, "2026-11-21T10:00:00"), Row("a/b", 0, 12, "", ("no interactions", "torn tail"))]
    assert list(cassette_lines(rows)) == [
        "NAME     INTERACTIONS  SIZE     LAST RECORDED        PROBLEMS",
        "default  3             4.2 KiB  2026-11-21T10:00:00  -",
        "a/b      0             12 B     -                    no interactions; torn tail",
    ]


def stored(path, *interactions):
    store = Store(path)
    for each in interactions:
        store.append(each, "fingerprint", 1)
    store.close()
    return Store(path)


def test_a_row_sums_a_cassette_up(tmp_path):
    store = stored(tmp_path / "a.cassette", interaction(), interaction(end=End("client_closed")))
    assert row_of("a", store) == Row(
        "a", 2, store.path.stat().st_size, "2026-11-21T10:00:00.000+00:00", ("1 not complete",)
    )


def test_a_torn_tail_is_a_problem(tmp_path):
    store = stored(tmp_path / "a.cassette", interaction(), interaction())
    store.path.write_bytes(store.path.read_bytes()[:-3])
    row = row_of("a", store)
    assert row.interactions == 1
    assert len(row.problems) == 1


def test_a_file_that_is_no_cassette_is_a_problem(tmp_path):
    (tmp_path / "a.cassette").write_bytes(b"#!/bin/sh\n" * 100)
    row = row_of("a", Store(tmp_path / "a.cassette"))
    assert (row.interactions, row.size, len(row.problems)) == (0, 1000, 1)


def test_an_interaction_is_shown_with_its_chunks():
    assert list(interaction_lines(1, interaction())) == [
        "#1  POST /v1/messages?beta=1  (anthropic)",
        "    status 200  model m-1  3 chunks  152 B  head after 302.0 ms  end after 1350.1 ms  complete",
        "    recorded_at: 2026-11-21T10:00:00.000+00:00",
        "       302.4 ms       18 B  event: a\\ndata: 1\\n\\n",
        f"      1350.0 ms       80 B  {'é' * 30}...",
        '      1350.0 ms       54 B  \\n\\nevent: message_stop\\ndata: {"type": "message_stop"}\\n\\n',
    ]


def test_a_stream_that_ended_cleanly_but_too_early_says_so(tmp_path):
    early = interaction(chunks=(Chunk(1, b"event: content_block_delta\n\n"),))
    failed = interaction(chunks=(Chunk(1, b"event: error\ndata: {}\n\n"),))
    assert list(interaction_lines(1, early))[1].endswith("complete, but no terminal event")
    assert list(interaction_lines(1, failed))[1].endswith("complete, but error event")
    row = row_of("a", stored(tmp_path / "a.cassette", early, failed, failed, interaction()))
    assert row.problems == ("1 no terminal event", "2 error event")


def test_an_interaction_that_is_not_whole_says_so():
    lines = list(interaction_lines(1, interaction(end=End("upstream_error", "reset"))))
    assert lines[1].endswith("NOT COMPLETE: upstream_error (reset)")
    assert list(interaction_lines(1, interaction(end=End("client_closed"))))[1].endswith("NOT COMPLETE: client_closed")


@pytest.mark.parametrize("body", [b"", b"\xff", b"[1]", b'{"model": 3}', b"{}", b"[" * 100_000])
def test_a_body_without_a_model_has_none(body):
    request = Request("local", "GET", "/", (), body)
    assert "model" not in list(interaction_lines(1, interaction(request=request)))[1]


def test_a_long_stream_is_cut_for_people():
    lines = list(interaction_lines(1, interaction(chunks=(Chunk(1, b"x"),) * 1000)))
    assert len(lines) < 300
    assert lines[-1] == "    ... and 800 more chunks (--json has all)"


def test_everything_outside_is_escaped():
    evil = "\x1b[2J\u202e\n"
    hostile = interaction(
        request=Request(evil, evil, evil, (), json.dumps({"model": evil}).encode()),
        chunks=(Chunk(0, evil.encode()),),
        end=End("upstream_error", evil),
        facts={evil: evil},
    )
    lines = [*interaction_lines(1, hostile), *cassette_lines([Row(evil, 1, 1, evil, (evil,))])]
    assert not any(character in line for line in lines for character in evil if character not in "[2J")


def test_json_keeps_everything():
    body = b"\x00\xff"
    shown = interaction_json(2, interaction(chunks=(Chunk(5, body), Chunk(6, b"text"))))
    assert json.loads(json.dumps(shown)) == {
        "index": 2,
        "request": {
            "upstream": "anthropic",
            "method": "POST",
            "target": "/v1/messages?beta=1",
            "headers": [["accept", "*/*"]],
            "body": '{"model": "m-1"}',
        },
        "response": {"status": 200, "headers": [["content-type", "text/event-stream"]]},
        "head_at": 302_000,
        "chunks": [{"at": 5, "data": {"base64": "AP8="}}, {"at": 6, "data": "text"}],
        "outcome": "no terminal event",
        "end": {"kind": "complete", "reason": "", "at": 1_350_100},
        "facts": {"recorded_at": "2026-11-21T10:00:00.000+00:00"},
    }
    assert row_json(Row("a", 1, 2)) == {"name": "a", "interactions": 1, "size": 2, "recorded": None, "problems": []}


def test_sizes_and_durations():
    assert [size(0), size(1023), size(1024), size(5 << 20)] == ["0 B", "1023 B", "1.0 KiB", "5.0 MiB"]
    assert [duration(400), duration(312_000), duration(12_310_000)] == ["0.4 ms", "312.0 ms", "12.31 s"]
