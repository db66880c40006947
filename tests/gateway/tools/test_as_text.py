"""The text of a cassette: the same for what says the same, whole for what is damaged, harmless for what is hostile."""

import os
from pathlib import Path

import pytest

from gateway.tools.as_text import file_text, interaction_text, roughly
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway.tools.samples import interaction, record

WEATHER = ("weather", {"city": "Paris"})


def test_a_recording_of_the_same_changes_only_what_is_said_of_the_recording():
    one = list(interaction_text(interaction("hi", "hello", WEATHER)))
    two = list(interaction_text(interaction("hi", "hello", WEATHER, tempo=5, tag="2", recorded="2027-01-01")))
    assert one[:-1] == two[:-1]
    assert (one[-1], two[-1]) == (
        "  recording: 2026-11-02, first token after 0.3 s, end after 0.9 s, chunks: about 9, test/1",
        "  recording: 2027-01-01, first token after 2 s, end after 5 s, chunks: about 9, test/1",
    )


def test_only_the_title_is_not_indented():
    lines = list(interaction_text(interaction("a\nb", "c\nd", WEATHER)))
    assert lines[0] == "POST /v1/messages (anthropic)"
    assert all(line.startswith("  ") for line in lines[1:])


def test_what_is_no_conversation():
    request = Request("own", "GET", "/v1/models?limit=2")
    reply = Interaction(request, Response(200), 10, (Chunk(20, b'{"data": []}'),), COMPLETE, 30)
    assert list(interaction_text(reply)) == [
        "GET /v1/models (own)",
        "  request:",
        "    query:",
        '      limit: "2"',
        "  answer:",
        "    status: 200",
        "    body:",
        "      data: []",
        '    outcome: "complete"',
        "  recording: no date, end after less than 0.1 s, chunks: about 1",
    ]


def test_nothing_in_it_is_obeyed_by_a_terminal():
    hostile = interaction("\x1b[2J\u202e", "\x1b]0;x\x07\r\n\x1b[2J" * 9, recorded="\x1b[2J")
    text = "\n".join(interaction_text(hostile))
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("cut", [1, 200])
def test_a_damaged_cassette_is_shown_as_far_as_it_is_intact(tmp_path, cut):
    path = record(tmp_path / "a.cassette", interaction("hi", "hello"), interaction("and", "more"))
    whole = list(file_text(path))
    path.write_bytes(path.read_bytes()[:-cut])
    lines = list(file_text(path))
    assert lines[:-1] == whole[: len(lines) - 1]
    assert lines[-2] == ""
    assert lines[-1].startswith("not readable: ")
    assert str(tmp_path) not in lines[-1]


def test_a_damaged_body_leaves_the_others(tmp_path):
    path = record(tmp_path / "a.cassette", interaction("hi", "hello"), interaction("and", "more"))
    whole, data = list(file_text(path)), bytearray(path.read_bytes())
    data[data.index(b"hello")] ^= 1
    path.write_bytes(data)
    damaged = list(file_text(path))
    assert damaged[0].startswith("not readable: ")
    assert damaged[1:] == whole[whole.index("") :]


def test_what_is_no_file_is_said_and_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")  # reading it would wait for ever
    assert list(file_text(Path("pipe"))) == ["not readable: not a regular file"]
    assert list(file_text(Path())) == ["not readable: not a regular file"]
    assert list(file_text(Path("nowhere"))) == ["not readable: no such file"]
    Path("empty").touch()
    assert list(file_text(Path("empty"))) == []


@pytest.mark.parametrize(("number", "rough"), [(0, 0), (7, 7), (57, 60), (1234, 1000), (0.314, 0.3), (96, 100)])
def test_roughly(number, rough):
    assert roughly(number) == rough
