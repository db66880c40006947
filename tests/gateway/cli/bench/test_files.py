"""Files are tried before a run, and what fails after it takes no number away."""

from pathlib import Path

import pytest

from gateway.cli.bench.files import check_writable, written
from gateway.settings import ConfigError


def test_trying_leaves_everything_as_it_was(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("kept")
    check_writable(old, new)
    assert old.read_text() == "kept"
    assert not new.exists()
    check_writable(None, None)


def test_what_cannot_be_written_is_told_before(tmp_path):
    with pytest.raises(ConfigError, match=r"--csv .*nowhere/x: cannot write it: No such file or directory"):
        check_writable(None, tmp_path / "nowhere" / "x")
    with pytest.raises(ConfigError, match="expected two files"):
        check_writable(tmp_path / "x", tmp_path / "." / "x")


def test_lines_are_written(tmp_path):
    assert written(tmp_path / "x", ["a", "b"])
    assert (tmp_path / "x").read_bytes() == b"a\nb\n"
    assert written(None, ["a"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_disk_is_told_and_nothing_raised(capsys):
    assert not written(Path("/dev/full"), ["a"])
    assert capsys.readouterr().err == "tokentape: /dev/full: not written: No space left on device\n"
