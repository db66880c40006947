"""What the system does, as ours: plain files only, errors with a remedy, and a file that is old or new."""

import errno
import os
from pathlib import Path

import pytest

from recorder.errors import CassetteError, CassetteForeign
from recorder.files import check_free, opened, put, read_at, stamp, sync, translated, write_all


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "x", os.O_RDWR | os.O_CREAT) as file:
        write_all(file, b"0123456789")
        assert read_at(file, 3, 4) == b"3456"
        assert read_at(file, 8, 4) == b"89"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CassetteForeign, match="not a regular file"), opened(tmp_path / "pipe", os.O_RDONLY):
        pass
    (tmp_path / "link").symlink_to("pipe")
    with pytest.raises(OSError, match=r"[Tt]oo many levels"), opened(tmp_path / "link", os.O_RDONLY):
        pass


def test_what_is_there_is_not_free(tmp_path: Path) -> None:
    check_free(tmp_path / "x")
    (tmp_path / "link").symlink_to("nowhere")
    for taken in (tmp_path, tmp_path / "link"):
        with pytest.raises(CassetteError, match="exists already, and is never overwritten; use another name"):
            check_free(taken)


@pytest.mark.parametrize(
    ("code", "remedy"), [(errno.ENOSPC, "free some space"), (errno.EIO, "check the file and the disk")]
)
def test_the_systems_errors_are_told_with_a_remedy(tmp_path: Path, code: int, remedy: str) -> None:
    with pytest.raises(CassetteError) as caught, translated(tmp_path / "x", "bend"):
        raise OSError(code, os.strerror(code))
    assert str(caught.value) == f"{tmp_path / 'x'}: cannot bend it: {os.strerror(code)}; {remedy}"


def test_a_stamp_tells_whether_a_file_was_touched(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"1")
    with opened(path, os.O_RDWR | os.O_APPEND) as file:
        before = stamp(file)
        assert stamp(file) == before
        write_all(file, b"2")
        assert stamp(file) != before
    sync(path)
    sync(tmp_path)


def test_a_file_is_put_in_another_ones_place(tmp_path: Path) -> None:
    path, draft = tmp_path / "x", tmp_path / ".draft"
    path.write_bytes(b"old")
    draft.write_bytes(b"what a killed process left")
    put(path, b"new", draft)
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_if_it_cannot_be_put_there_the_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(IsADirectoryError):
        put(tmp_path / "x", b"new", tmp_path / ".draft")
    assert [each.name for each in tmp_path.iterdir()] == ["x"]
