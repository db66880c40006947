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
