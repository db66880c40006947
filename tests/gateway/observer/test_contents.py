"""What a page is given of a stream's content: all of it, or as much as can be looked at."""

import json
from dataclasses import replace

from gateway.observer import contents as module
from gateway.observer.contents import contents
from gateway.reader import read
from recorder.interaction import Chunk
from tests.gateway.page.test_recorded import STREAM


def content_of(interaction):
    return contents(interaction, read(interaction, raw=True))


def test_everything_has_its_time():
    content = content_of(STREAM)
    assert not content["truncated"]
    assert content["chunks"][:2] == [[0.1, 75], [0.2, 61]]
    assert [frame["at"] for frame in content["frames"]] == [0.1, 0.2, 0.35, 0.35, 0.4, 0.4]
    assert content["events"][-1]["type"] == "stream.end"
    assert all("raw" not in event for event in content["events"])


def test_a_frame_is_told_with_its_name():
    body = b'event: message_start\ndata: {"type":"message_start"}\n\n'
    named = replace(STREAM, request=replace(STREAM.request, target="/v1/messages"), chunks=(Chunk(95_000, body),))
    assert content_of(named)["frames"] == [{"at": 0.095, "text": 'event: message_start\n{"type":"message_start"}'}]


def test_what_nobody_could_look_at_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(module, "_EVENTS", 4)
    content = content_of(STREAM)
    assert (len(content["events"]), content["truncated"]) == (4, True)
    assert "outcome" not in content["transcript"]


def test_many_chunks_are_cut(monkeypatch):
    monkeypatch.setattr(module, "_CHUNKS", 2)
    assert (len(content_of(STREAM)["chunks"]), content_of(STREAM)["truncated"]) == (2, True)


def test_long_frames_are_cut(monkeypatch):
    monkeypatch.setattr(module, "_TEXT", 100)
    assert (len(content_of(STREAM)["frames"]), content_of(STREAM)["truncated"]) == (1, True)


def test_a_body_that_is_very_large_is_cut():
    content = content_of(replace(STREAM, request=replace(STREAM.request, body=b"x" * (2 << 20))))
    assert (len(content["request"]["body"]), content["truncated"]) == (1 << 20, True)


def test_half_a_character_is_still_json():
    frame = b'data: {"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]}\n\n'
    assert "\\ud83d" in json.dumps(content_of(replace(STREAM, chunks=(Chunk(1, frame),)))["events"])
