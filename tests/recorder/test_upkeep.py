from pathlib import Path

import pytest

from recorder.errors import CassetteError, CassetteForeign, CassetteLocked
from recorder.store import Store
from recorder.upkeep import remove, rename
from tests.recorder.interactions import STREAM, cassette


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "old.cassette"
    path.write_bytes(cassette(STREAM))
    return Store(path)


def test_a_cassette_gets_another_name(store: Store, tmp_path: Path) -> None:
    rename(store, Store(tmp_path / "deep" / "new.cassette"))
    assert [path.name for path in tmp_path.rglob("*")] == ["deep", "new.cassette"]
    assert (tmp_path / "deep" / "new.cassette").read_bytes() == cassette(STREAM)


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    (tmp_path / "new.cassette").write_bytes(b"mine")
    with pytest.raises(CassetteError, match=r"new\.cassette: exists already, and is never overwritten"):
        rename(store, Store(tmp_path / "new.cassette"))
    assert (tmp_path / "new.cassette").read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.cassette", "old.cassette"]


def test_its_own_name_is_taken_too(store: Store) -> None:
    with pytest.raises(CassetteError, match=r"old\.cassette: exists already, and is never overwritten"):
        rename(store, Store(store.path))
    assert store.path.read_bytes() == cassette(STREAM)


def test_a_recording_is_not_moved_or_deleted_under_its_hands(store: Store, tmp_path: Path) -> None:
    store.lock()
    with pytest.raises(CassetteLocked):
        rename(Store(store.path), Store(tmp_path / "deep" / "new.cassette"))
    with pytest.raises(CassetteLocked):
        remove(Store(store.path))
    store.close()
    assert [path.name for path in tmp_path.rglob("*")] == ["old.cassette"]


def test_what_is_not_ours_is_not_moved(tmp_path: Path) -> None:
    (tmp_path / "x.cassette").write_bytes(b"interactions: []\n")
    with pytest.raises(CassetteForeign):
        rename(Store(tmp_path / "x.cassette"), Store(tmp_path / "y.cassette"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.cassette"]


def test_a_cassette_is_deleted(store: Store, tmp_path: Path) -> None:
    remove(store)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CassetteError, match="cannot delete it: No such file"):
        remove(store)
