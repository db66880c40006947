import os
from pathlib import Path

import pytest

from recorder.errors import CassetteLocked
from recorder.lock import WriterLock


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    first, second = WriterLock(tmp_path / "x.cassette"), WriterLock(tmp_path / "x.cassette")
    first.acquire()
    first.acquire()
    assert first.held
    with pytest.raises(CassetteLocked, match=rf"x\.cassette: .*\(pid {os.getpid()}\)"):
        second.acquire()
    first.release()
    second.acquire()
    assert not first.held


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "x.cassette")
    lock.acquire()
    assert (tmp_path / ".x.cassette.lock").read_text() == f"{os.getpid()}\n"
    lock.release()
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_left_behind_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / ".x.cassette.lock").write_text("123456789012345\n")
    lock = WriterLock(tmp_path / "x.cassette")
    lock.acquire()
    assert (tmp_path / ".x.cassette.lock").read_text() == f"{os.getpid()}\n"


def test_a_file_that_is_removed_between_opening_and_locking_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    opened: list[int] = []

    def open_and_lose(path: Path, flags: int, mode: int) -> int:
        opened.append(real(path, flags, mode))
        if len(opened) == 1:
            path.unlink()
        return opened[-1]

    monkeypatch.setattr(os, "open", open_and_lose)
    lock = WriterLock(tmp_path / "x.cassette")
    lock.acquire()
    assert len(opened) == 2
    with pytest.raises(CassetteLocked):
        WriterLock(tmp_path / "x.cassette").acquire()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".x.cassette.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        WriterLock(tmp_path / "x.cassette").acquire()
    assert not (tmp_path / "victim").exists()
