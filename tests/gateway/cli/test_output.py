"""Files that commands write: whole, or not at all."""

import resource
import stat

import click
import pytest

from gateway.cli.output import write_output
from recorder.errors import CassetteError


@pytest.fixture
def full_disk():
    """Files can have a hundred bytes, then the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_is_written_through_links_and_keeps_its_mode(tmp_path):
    file, link = tmp_path / "report.html", tmp_path / "latest.html"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_output(link, "-o", b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode), link.is_symlink()) == (b"new", 0o640, True)
    write_output(tmp_path / "other.html", "-o", b"first")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["latest.html", "other.html", "report.html"]


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path, full_disk):
    file = tmp_path / "report.html"
    file.write_bytes(b"old")
    with pytest.raises(CassetteError, match=r"report\.html: cannot write it: File too large"):
        write_output(file, "-o", b"x" * 1000)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("report.html", b"old")]


def test_a_device_is_written_to(tmp_path):
    with pytest.raises(CassetteError, match="/dev/full: cannot write it: No space left on device; free some space"):
        write_output(tmp_path.__class__("/dev/full"), "-o", b"x")


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "it is a folder"), ("nowhere/a.html", "No such file or directory"), ("a.cassette", "where a cassette is")],
    ids=["folder", "nowhere", "cassette"],
)
def test_where_nothing_can_be_written_the_flag_is_wrong(tmp_path, name, why):
    with pytest.raises(click.UsageError, match=why):
        write_output(tmp_path / name, "--svg", b"x")
    assert list(tmp_path.iterdir()) == []
