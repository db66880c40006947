"""Cassettes as they are on a disk: whole, torn, damaged, empty, foreign; and read by one process or several."""

import pytest

from gateway.metrics.summary import Sample
from gateway.tools.stats import reading
from gateway.tools.stats.reading import File, read_samples
from recorder.store import Store
from tests.gateway.tools.samples import interaction, record


@pytest.fixture
def file(tmp_path):
    return File("a", record(tmp_path / "a.cassette", interaction("hi", "ho"), interaction("he", "ho", tempo=3)))


def test_each_interaction_is_a_sample_with_its_place(file):
    first, second = read_samples([file])
    assert (first.cassette, first.index, second.index) == ("a", 0, 1)
    assert [each.measurement.ttft for each in (first, second)] == [300_000, 900_000]
    assert (first.source, first.connection, first.counts) == ("live", "unknown", True)


def test_several_processes_find_the_same(file, tmp_path, monkeypatch):
    for name in ("_PAYS", "_BATCH"):
        monkeypatch.setattr(reading, name, 1)
    more = File("b", record(tmp_path / "b.cassette", *(interaction("hi", "x" * n) for n in range(1, 30))))
    missing = File("c", tmp_path / "c.cassette")
    alone = list(read_samples([more, missing, file]))
    assert len(alone) == 31
    assert list(read_samples([more, missing, file], processes=2)) == alone


def test_little_is_read_here_whatever_is_allowed(file, monkeypatch):
    asked = []
    monkeypatch.setattr(reading, "spread", lambda work, tasks, processes: asked.append(processes) or ())
    assert list(read_samples([file], processes=2)) == []
    assert asked == [1]


def test_nothing_was_recorded(tmp_path):
    assert list(read_samples([])) == []
    assert list(read_samples([File("none", tmp_path / "none.cassette")])) == []


def test_a_torn_end_is_told_after_what_is_whole(file):
    file.path.write_bytes(file.path.read_bytes()[:-1])
    sample, unread = read_samples([file])
    assert isinstance(sample, Sample)
    assert (unread.cassette, unread.interaction) == ("a", None)
    assert "the rest is cut off when the cassette is next recorded to" in unread.message


def test_a_damaged_interaction_is_told_and_others_are_measured(file):
    data = bytearray(file.path.read_bytes())
    entry = Store(file.path).read()[0]
    data[entry.offset + data[entry.offset :].index(b"event: message_start")] ^= 1
    file.path.write_bytes(data)
    unread, sample = read_samples([file])
    assert (unread.cassette, unread.interaction) == ("a", 0)
    assert str(file.path) in unread.message
    assert sample.index == 1


def test_what_is_no_cassette_is_told(file, tmp_path):
    path = tmp_path / "b.cassette"
    path.write_bytes(b"nothing of ours, and long enough to be looked at")
    unread, *samples = read_samples([File("b", path), file])
    assert (unread.cassette, unread.interaction, len(samples)) == ("b", None, 2)
    assert str(path) in unread.message
