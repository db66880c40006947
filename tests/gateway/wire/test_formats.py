"""Which format a body has, by its type and its beginning; and all real streams, decoded."""

import json

import pytest

from gateway.wire import Document, decoder_for, is_telling
from gateway.wire.eventstream import EventStream
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse
from tests.corpus import CORPUS, REASON, samples
from tests.gateway.wire.feeding import check_bytes, cut, fed, timeless

EVENT_STREAM, AMAZON = "text/event-stream", "application/vnd.amazon.eventstream"


@pytest.mark.parametrize(
    ("content_type", "beginning", "decoder"),
    [
        (EVENT_STREAM, b"data: {}", Sse),
        ("Text/Event-Stream; charset=utf-8", b"event: x", Sse),
        (EVENT_STREAM, b"\xef\xbb\xbf\n\n: comment", Sse),
        (EVENT_STREAM, b"unknown: x", Sse),
        (EVENT_STREAM, b'{"error": {}}', Document),
        (EVENT_STREAM, b"\n  {", Document),
        (EVENT_STREAM, b"[{", JsonArray),
        ("application/x-ndjson", b"{", Ndjson),
        ("application/ndjson", b"[", Ndjson),
        ("application/jsonl; charset=utf-8", b"{", Ndjson),
        ("application/x-jsonl", b"{", Ndjson),
        ("application/json-lines", b"{", Ndjson),
        ("application/stream+json", b"{", Ndjson),
        ("application/x-ndjson", b"data: {}", Sse),
        (AMAZON, b"\0\0\0", EventStream),
        (AMAZON, b"<html>", EventStream),
        (AMAZON, b'{"message":', Document),
        ("application/json", b"[{", JsonArray),
        ("application/json; charset=UTF-8", b"\xef\xbb\xbf {", Document),
        ("application/json", b'"text"', Document),
        ("application/json", b"data: {", Sse),
        ("application/json", b"event: x", Sse),
        ("application/json", b": ping", Sse),
        ("application/json", b"id: 1", Sse),
        ("application/json", b"retry: 1", Sse),
        ("application/json", b"error code: 502", Document),
        ("text/plain", b"data: {}", Sse),
        ("text/html", b"<html>", Document),
        ("audio/mpeg", b"ID3", Document),
        ("", b"\0\0\0\x90", EventStream),
        ("", b"{", Document),
        ("", b"[", JsonArray),
        ("", b"data: {", Sse),
        ("", b"x: y", Sse),
        ("application/json", b" " * 5000, Document),
        (EVENT_STREAM, b"", Sse),
    ],
)
def test_the_type_says_which_format_and_the_beginning_corrects_it(content_type, beginning, decoder):
    assert type(decoder_for(content_type, beginning)) is decoder


@pytest.mark.parametrize("beginning", [b"{", b"\n\r [", b"\xef\xbb\xbf:", b"data:", b"datum", b"x", b"\0", b" " * 4096])
def test_what_tells(beginning):
    assert is_telling(beginning)


@pytest.mark.parametrize(
    "beginning", [b"", b"\r\n\t ", b"\xef", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"d", b"retry", b"i"]
)
def test_what_does_not_tell_yet(beginning):
    assert not is_telling(beginning)


@pytest.mark.parametrize("content_type", ["application/json", EVENT_STREAM, ""])
@pytest.mark.parametrize(
    "body", [b"data: 1\n\n", b"\xef\xbb\xbf\nretry: 1\n\n", b"error\n", b"\n{}", b"idea", b"\0\0\0\x10"]
)
def test_the_format_does_not_depend_on_the_reads(content_type, body):
    until_telling = next(body[:size] for size in range(len(body)) if is_telling(body[:size]))
    assert type(decoder_for(content_type, until_telling)) is type(decoder_for(content_type, body))


# Frames of real streams that hold no JSON.
NOT_JSON = {
    "openai.chat--agentgateway--39e2b00b77": "made to have one, by a test of agentgateway",
    "replicate.predictions--openllmetry--5a2cc2a7d5": "Replicate sends plain text",
}
KINDS = {
    "sse": Sse,
    "ndjson": Ndjson,
    "json-array": JsonArray,
    "aws-eventstream": EventStream,
    "sse-json-body": Document,
    "none": Document,
}


@pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
@pytest.mark.parametrize("sample", [one for one in samples() if one.body], ids=lambda one: one.id)
def test_real_streams(sample):
    content_type = sample.response.header("content-type") or ""
    assert type(decoder_for(content_type, sample.body)) is KINDS[sample.stream_kind]

    frames = fed(decoder_for(content_type, sample.body), [sample.body])
    check_bytes(frames, sample.body)
    assert not [frame.problem for frame in frames if frame.problem]

    sizes = [1] * len(sample.body) if len(sample.body) < 20_000 else [97] * (len(sample.body) // 97)
    assert timeless(fed(decoder_for(content_type, sample.body), cut(sample.body, sizes))) == timeless(frames)

    data = [frame.data for frame in frames if frame.kind == "data" and not frame.data.startswith(b"[DONE]")]
    assert all(map(is_json, data)) is (sample.id not in NOT_JSON)


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
