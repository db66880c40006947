"""How stored answers ended: one judge for ls, show and check."""

import gzip

import pytest

from gateway.endings import ending_of, is_stream, looks_whole
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response

START = b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","role":"assistant"}}\n\n'
STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
ERROR = b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
SSE = "text/event-stream; charset=utf-8"


def answer(
    body, content_type=SSE, *, status=200, end=COMPLETE, method="POST", path="/v1/messages", upstream="anthropic"
):
    chunks = tuple(Chunk(at, body[at : at + 10]) for at in range(0, len(body), 10))
    headers = (("content-type", content_type),) if content_type else ()
    return Interaction(Request(upstream, method, path), Response(status, headers), 1, chunks, end, 5)


@pytest.mark.parametrize(
    ("interaction", "verdict"),
    [
        (answer(START + STOP), "ok"),
        (answer(START), "no terminal event"),
        (answer(START + STOP[:-20]), "no terminal event"),
        (answer(START + ERROR), "error event"),
        (answer(START + b"data: \xff{\n\n" + STOP), "ok"),
        (
            answer(b'{"type":"error","error":{"type":"x","message":"m"}}', "application/json", status=529),
            "not a stream",
        ),
        (answer(b'{"type":"message","content":', "application/json"), "cut off"),
        (answer(b"<html>", "text/html", status=502), "not a stream"),
        (answer(b"ID3", "audio/mpeg", path="/v1/audio/speech", upstream="openai"), "not a stream"),
        (answer(b"%PDF", "application/pdf"), "not a stream"),
        (answer(b"", "application/json", method="HEAD"), "not a stream"),
        (answer(b"", "", status=204, method="DELETE"), "not a stream"),
        (answer(b'{"data":[]}', "application/json", path="/v1/models"), "not a stream"),
        (answer(b"data: anything\n\n", path="/events", upstream="acme"), "ok"),
        (answer(START + STOP, end=End("upstream_error", "reset")), "not complete"),
    ],
    ids=range(15),
)
def test_the_verdict(interaction, verdict):
    assert ending_of(interaction).verdict == verdict


def test_what_is_wrong_is_said():
    assert ending_of(answer(START + ERROR)).problem == "Overloaded"
    assert ending_of(answer(START)).problem == "the body ended without what ends a stream of this API"
    assert ending_of(answer(b"", end=End("upstream_error", "reset"))).problem == "upstream_error (reset)"
    assert ending_of(answer(b"", end=End("client_closed"))).problem == "client_closed"


def test_a_body_that_is_not_in_its_coding_is_unreadable():
    whole = answer(gzip.compress(START + STOP))
    coded = Response(200, (("content-type", SSE), ("content-encoding", "gzip")))
    assert ending_of(Interaction(whole.request, coded, 1, whole.chunks, COMPLETE, 5)).verdict == "ok"
    plain = answer(START + STOP)
    assert ending_of(Interaction(plain.request, coded, 1, plain.chunks, COMPLETE, 5)).verdict == "unreadable"


def test_a_quick_look_says_yes_only_to_what_is_whole():
    assert looks_whole(answer(START + STOP))
    assert not looks_whole(answer(START))
    assert not looks_whole(answer(START + ERROR))
    assert not looks_whole(answer(START + STOP, end=End("client_closed")))


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (SSE, True),
        ("application/x-ndjson", True),
        ("application/vnd.amazon.eventstream", True),
        ("application/json", False),
        ("application/octet-stream", False),
        ("", False),
    ],
    ids=range(6),
)
def test_what_says_that_it_comes_in_events(content_type, expected):
    assert is_stream(answer(b"", content_type).response) == expected
