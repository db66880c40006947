"""Which cassettes a command line means: by name, by path, all of a folder; and what a base may be."""

import os

import pytest

from gateway.cli.recorded import Reading, base_files, base_text, files_named
from gateway.settings import Config
from recorder.errors import CassetteError
from tests.gateway.report.recorded_chats import chat, put_on


@pytest.fixture
def config(tmp_path):
    for name in ("a", "b"):
        put_on(tmp_path / f"{name}.cassette", chat())
    return Config(cassettes=tmp_path)


def names(files):
    return [file.name for file in files]


def test_those_that_are_named_or_all(config, tmp_path):
    assert names(files_named((), config, folder_named=False)) == ["a", "b"]
    assert names(files_named(("b", "b"), config, folder_named=False)) == ["b"]
    path = str(tmp_path / "a.cassette")
    assert names(files_named((path,), config, folder_named=False)) == [path]
    assert names(files_named(("a", path), config, folder_named=False)) == ["a"]


def test_what_is_not_there_is_said(config, tmp_path):
    with pytest.raises(CassetteError, match=r"no cassette 'c'.*there are: a, b"):
        files_named(("c",), config, folder_named=False)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CassetteError, match="there is no cassette in this folder"):
        base_files(str(tmp_path / "empty"), tmp_path)


def test_a_base_is_cassettes_or_text(config, tmp_path):
    assert names(base_files(str(tmp_path), tmp_path)) == ["a", "b"]
    assert names(base_files("a", tmp_path)) == ["a"]
    earlier = tmp_path / "earlier.json"
    earlier.write_text("{}")
    assert base_files(str(earlier), tmp_path) == []
    assert base_text(str(earlier)) == "{}"


def test_a_base_may_come_from_a_pipe(config, tmp_path):
    read, write = os.pipe()
    try:
        os.write(write, b"{}")
        os.close(write)
        assert base_files(f"/dev/fd/{read}", tmp_path) == []
        assert base_text(f"/dev/fd/{read}") == "{}"
    finally:
        os.close(read)


def test_too_much_of_a_base_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("gateway.cli.recorded._MOST_BASE", 3)
    earlier = tmp_path / "earlier.json"
    earlier.write_text("{  }")
    with pytest.raises(CassetteError, match="more than 3 bytes"):
        base_text(str(earlier))


def test_what_cannot_be_read_is_kept_in_mind(config, tmp_path):
    (tmp_path / "b.cassette").write_bytes(b"nonsense")
    reading = Reading()
    samples = list(reading.samples(files_named((), config, folder_named=False)))
    assert [sample.cassette for sample in samples] == ["a"]
    assert [each.cassette for each in reading.unread] == ["b"]


def test_what_was_read_is_kept_in_mind(config, tmp_path):
    (tmp_path / "c.cassette").touch()
    reading = Reading(processes=1)
    (group,) = reading.groups(files_named((), config, folder_named=False), ("provider",))
    assert (group.n, reading.streams, reading.empty, reading.unread) == (2, 2, ["c"], [])
    assert reading.paths == {(tmp_path / f"{name}.cassette").resolve() for name in "abc"}
    assert reading.nanoseconds > 0
