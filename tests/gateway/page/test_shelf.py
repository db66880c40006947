"""What the page is told about a folder of cassettes, whatever is in it."""

import os
from dataclasses import replace

import pytest

from gateway.page.shelf import NotThere, Shelf
from recorder.store import Store, cassette_path
from tests.recorder.interactions import BROKEN, STREAM


def put(folder, name, *interactions):
    """A cassette in `folder`/cassettes; its file."""
    store = Store(cassette_path(folder / "cassettes", name))
    for each in interactions:
        store.append(each, "fingerprint", 1)
    store.close()
    return store.path


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "cassettes")


def test_an_empty_or_missing_folder_has_no_cassettes(shelf, tmp_path):
    assert shelf.cassettes(0, 10) == {
        "folder": str(tmp_path / "cassettes"),
        "total": 0,
        "from": 0,
        "cassettes": [],
    }


def test_a_row_says_what_is_wrong(shelf, tmp_path):
    put(tmp_path, "a", STREAM, BROKEN)
    put(tmp_path, "b", STREAM).write_bytes(b"something else")
    first, second = shelf.cassettes(0, 10)["cassettes"]
    assert (first["interactions"], first["problems"]) == (2, ["1 not complete", "1 no terminal event"])
    assert second["interactions"] == 0
    assert "not a cassette" in second["problems"][0]


def test_of_a_large_cassette_only_the_heads_are_read_for_the_list(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.page.shelf._LOOKED_INTO", 1)
    put(tmp_path, "a", STREAM, BROKEN)
    assert shelf.cassettes(0, 1)["cassettes"][0]["problems"] == ["1 not complete"]


def test_the_numbers_are_those_of_the_recording(shelf, tmp_path):
    put(tmp_path, "a", STREAM, BROKEN)
    whole = shelf.interactions("a", 0, 10)
    assert (whole["total"], whole["problem"]) == (2, None)
    assert [each["ttfb"] for each in whole["interactions"]] == [0.31, 0.000005]


def test_what_was_added_is_seen(shelf, tmp_path):
    put(tmp_path, "a", STREAM)
    assert shelf.interactions("a", 0, 10)["total"] == shelf.cassettes(0, 1)["cassettes"][0]["interactions"] == 1
    put(tmp_path, "a", BROKEN)
    assert shelf.interactions("a", 0, 10)["total"] == shelf.cassettes(0, 1)["cassettes"][0]["interactions"] == 2


def test_a_refused_file_is_its_problem(shelf, tmp_path):
    path = put(tmp_path, "a", STREAM)
    raw = bytearray(path.read_bytes())
    raw[14] = 9  # the major version
    path.write_bytes(raw)
    told = shelf.interactions("a", 0, 10)
    assert (told["total"], told["interactions"]) == (0, [])
    assert str(path) in told["problem"]
    assert str(path) in shelf.interaction("a", 0)["problem"]


def test_damage_leaves_what_is_before_it(shelf, tmp_path):
    path = put(tmp_path, "a", STREAM, BROKEN)
    path.write_bytes(path.read_bytes()[:-3])
    told = shelf.interactions("a", 0, 10)
    assert len(told["interactions"]) == 1
    assert "3 bytes are missing" in told["problem"]


def test_an_interaction_whose_body_is_damaged_is_named_among_its_neighbours(shelf, tmp_path):
    path = put(tmp_path, "a", STREAM, BROKEN)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"event: ping", b"event: pong", 1))
    damaged, whole = shelf.interactions("a", 0, 10)["interactions"]
    assert "fails its checksum" in damaged["problem"]
    assert "problem" not in whole
    assert "fails its checksum" in shelf.interaction("a", 0)["problem"]


def test_a_link_is_no_cassette(shelf, tmp_path):
    put(tmp_path, "a", STREAM)
    (tmp_path / "cassettes" / "b.cassette").symlink_to(tmp_path / "cassettes" / "a.cassette")
    assert shelf.cassettes(0, 10)["total"] == 1
    with pytest.raises(NotThere):
        shelf.interactions("b", 0, 1)


def test_a_pipe_does_not_hold_us_up(shelf, tmp_path):
    put(tmp_path, "a", STREAM)
    os.mkfifo(tmp_path / "cassettes" / "b.cassette")
    with pytest.raises(NotThere):
        shelf.interaction("b", 0)


def test_what_is_not_there_is_said(shelf, tmp_path):
    put(tmp_path, "a", replace(STREAM, chunks=()))
    with pytest.raises(NotThere, match="there is no cassette 'b'"):
        shelf.interactions("b", 0, 1)
    with pytest.raises(NotThere, match="a has 1 interaction, counted from 0; there is no 1"):
        shelf.interaction("a", 1)
