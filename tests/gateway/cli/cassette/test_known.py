from pathlib import Path

import pytest

from gateway.cli.cassette.known import known
from recorder.errors import CassetteError, CassetteName
from tests.gateway.tools.cassettes import answer, record


def test_a_cassette_that_is_there(tmp_path):
    record(tmp_path / "a" / "b.cassette", answer())
    assert known(tmp_path, "a/b").path == tmp_path / "a" / "b.cassette"


def test_one_that_is_not_is_told_with_those_that_are(tmp_path):
    with pytest.raises(CassetteError, match=r"no cassette 'x' in .*; there are: none"):
        known(tmp_path, "x")
    record(tmp_path / "a" / "b.cassette", answer())
    with pytest.raises(CassetteError, match=r"no cassette 'x' in .*; there are: a/b"):
        known(tmp_path, "x")
    with pytest.raises(CassetteName):
        known(tmp_path, "../x")


def test_of_many_those_are_told_that_are_most_like_it(tmp_path):
    for number in range(30):
        record(tmp_path / f"test_{number}" / "login.cassette", answer())
    record(tmp_path / "greeting.cassette", answer())
    with pytest.raises(CassetteError) as raised:
        known(tmp_path, "greetings")
    told = str(raised.value).partition("there are: ")[2]
    assert told.startswith("greeting, test_")
    assert told.endswith(" and 21 more; `tokentape cassette ls` shows all")


def test_the_path_of_its_file_is_told_to_be_one(tmp_path, monkeypatch):
    record(tmp_path / "cassettes" / "a" / "b.cassette", answer())
    monkeypatch.chdir(tmp_path)
    for path in ("cassettes/a/b.cassette", str(tmp_path / "cassettes" / "a" / "b.cassette")):
        with pytest.raises(CassetteName, match="expected a cassette's name, not the path of its file: 'a/b', not"):
            known(Path("cassettes"), path)
