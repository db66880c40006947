import errno
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from recorder.entry import Entry
from recorder.errors import (
    CassetteDamaged,
    CassetteError,
    CassetteForeign,
    CassetteFull,
    CassetteLocked,
    CassetteTooNew,
)
from recorder.format import HEADER_SIZE, Header, Limits, encode_header
from recorder.interaction import Chunk, Interaction
from recorder.store import Store
from tests.recorder.interactions import BROKEN, FINGERPRINTS, REFUSED, STREAM, THREE, cassette, ends


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.cassette"


def record(store: Store, *interactions: Interaction) -> None:
    for index, interaction in enumerate(interactions):
        store.append(interaction, FINGERPRINTS[index % 3], 1)


def stored(path: Path) -> list[Interaction]:
    store = Store(path)
    return [store.load(entry) for entry in store.read()]


@contextmanager
def recording(path: Path, **options: bool) -> Iterator[Store]:
    store = Store(path, **options)
    yield store
    store.close()


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


class TestRecordingAndReading:
    def test_what_was_recorded_is_read(self, path: Path) -> None:
        with recording(path) as store:
            record(store, *THREE)
        assert stored(path) == list(THREE)
        assert path.read_bytes() == cassette(*THREE)

    def test_appending_gives_the_entry_that_reading_gives(self, path: Path) -> None:
        with recording(path) as store:
            entries = [store.append(each, "f", 1) for each in THREE]
            assert [store.load(entry) for entry in entries] == list(THREE)
        assert Store(path).read() == entries
        assert Store(path).read(verify=False) == entries

    def test_a_file_comes_into_being_with_its_first_interaction(self, tmp_path: Path) -> None:
        with recording(tmp_path / "deep" / "er" / "x.cassette") as store:
            assert store.read() == []
            assert not store.existed
            store.lock()
            assert not store.path.exists()
            record(store, STREAM)
            assert store.path.exists()
        assert [each.name for each in store.path.parent.iterdir()] == ["x.cassette"]

    def test_if_nothing_was_recorded_nothing_is_left(self, tmp_path: Path) -> None:
        with recording(tmp_path / "deep" / "er" / "x.cassette") as store:
            store.lock()
        assert list(tmp_path.iterdir()) == []

    def test_recording_goes_on_where_it_ended(self, path: Path) -> None:
        for each in THREE:
            with recording(path) as store:
                assert store.append(each, "f", 1).index == THREE.index(each)
        assert stored(path) == list(THREE)

    def test_a_reader_needs_no_lock_and_sees_what_is_whole(self, path: Path) -> None:
        reader = Store(path)
        with recording(path) as store:
            for count, each in enumerate(THREE, 1):
                record(store, each)
                assert len(reader.read()) == count
                assert reader.existed

    def test_files_are_for_their_owner_only(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            with recording(tmp_path / "a" / "b" / "x.cassette", fsync=True) as store:
                record(store, STREAM)
                modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.rglob("*")}
        finally:
            os.umask(before)
        assert modes == {"a": 0o700, "b": 0o700, "x.cassette": 0o600, ".x.cassette.lock": 0o600}

    def test_no_file_stays_open_but_the_lock(self, path: Path) -> None:
        before = open_files()
        with recording(path) as store:
            record(store, *THREE)
            store.load(store.read()[0])
            assert open_files() == before + 1
        assert open_files() == before

    def test_two_threads_append_whole_interactions(self, path: Path) -> None:
        def work(store: Store, name: str) -> None:
            for number in range(50):
                record(store, replace(BROKEN, facts={"name": name, "number": number}))

        with recording(path) as store:
            threads = [Thread(target=work, args=(store, name)) for name in ("a", "b")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        facts = [entry.facts for entry in Store(path).read()]
        for name in ("a", "b"):
            assert [fact["number"] for fact in facts if fact["name"] == name] == list(range(50))

    def test_with_fsync_the_file_and_its_new_folders_reach_the_disk(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced: set[int] = set()
        monkeypatch.setattr(os, "fsync", lambda file: synced.add(os.fstat(file).st_ino))
        folder, path = tmp_path / "a", tmp_path / "a" / "x.cassette"
        with recording(path, fsync=True) as store:
            record(store, STREAM)
            assert synced == {each.stat().st_ino for each in (tmp_path, folder, path)}
            synced.clear()
            record(store, STREAM)
            assert synced == {path.stat().st_ino}


class TestTwoWriters:
    def test_the_second_is_refused_with_the_pid_of_the_first(self, path: Path) -> None:
        with recording(path) as first:
            record(first, STREAM)
            with pytest.raises(CassetteLocked, match=f"pid {os.getpid()}"):
                Store(path).append(BROKEN, "f", 1)
            record(first, REFUSED)
        with recording(path) as second:
            record(second, BROKEN)
        assert stored(path) == list(THREE)

    def test_what_another_wrote_after_we_had_read_is_not_overwritten(self, path: Path) -> None:
        late = Store(path)
        late.read()
        with recording(path) as store:
            record(store, STREAM, REFUSED)
        assert late.append(BROKEN, "f", 1).index == 2
        late.close()
        assert stored(path) == list(THREE)

    def test_a_file_that_was_removed_or_replaced_meanwhile_is_noticed(self, path: Path) -> None:
        with recording(path) as store:
            record(store, STREAM)
            (entry,) = store.read()
            path.unlink()
            with pytest.raises(CassetteError, match="cannot read it: No such file"):
                store.load(entry)
            record(store, BROKEN)
            assert stored(path) == [BROKEN]
            with pytest.raises(CassetteDamaged, match="has changed since it was read"):
                store.load(entry)


class TestTornTail:
    def test_it_is_reported_and_cut_off_by_the_next_writer(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        raw = cassette(STREAM, REFUSED, BROKEN)
        whole = ends(raw)
        for size in (whole[1] + 1, whole[1] + 30, whole[2] - 1, whole[3] - 1):
            intact = sum(end <= size for end in whole[1:])
            path.write_bytes(raw[:size])
            caplog.clear()
            with recording(path) as store:
                assert len(store.read()) == intact
                assert store.damage is not None
                assert (store.damage.offset, store.damage.lost_bytes) == (whole[intact], size - whole[intact])
                assert path.stat().st_size == size
                record(store, BROKEN)
            assert stored(path) == [*THREE[:intact], BROKEN]
            assert [each.levelname for each in caplog.records] == ["WARNING"]
            assert f"a torn tail of {size - whole[intact]} bytes" in caplog.text

    def test_it_can_be_cut_off_at_once(self, path: Path) -> None:
        raw = cassette(STREAM, REFUSED)
        path.write_bytes(raw[:-1])
        store = Store(path)
        store.read()
        store.repair()
        assert path.read_bytes() == raw[: ends(raw)[1]]
        assert store.damage is None
        with recording(path):  # the lock was let go
            pass

    def test_what_somebody_is_writing_just_now_is_not_repaired(self, path: Path) -> None:
        path.write_bytes(cassette(STREAM, REFUSED)[:-1])
        before = path.read_bytes()
        with recording(path) as writer:
            writer.lock()
            late = Store(path)
            late.read()
            with pytest.raises(CassetteLocked):
                late.repair()
        assert path.read_bytes() == before

    def test_damage_in_the_middle_is_not_for_repair(self, path: Path) -> None:
        raw = bytearray(cassette(STREAM, REFUSED))
        raw[ends(bytes(raw))[1] - 1] ^= 1
        path.write_bytes(raw)
        store = Store(path)
        store.read()
        store.repair()
        assert path.read_bytes() == raw

    def test_zeros_after_a_power_loss_are_cut_off(self, path: Path) -> None:
        path.write_bytes(cassette(STREAM) + bytes(4096))
        with recording(path) as store:
            record(store, BROKEN)
        assert stored(path) == [STREAM, BROKEN]

    @pytest.mark.parametrize("size", [0, 1, HEADER_SIZE - 1, HEADER_SIZE, HEADER_SIZE + 1, HEADER_SIZE + 200])
    def test_a_file_whose_first_interaction_is_not_whole_counts_as_none(self, path: Path, size: int) -> None:
        path.write_bytes(cassette(STREAM)[:size])
        with recording(path) as store:
            assert store.read() == []
            assert not store.existed
            record(store, *THREE)
        assert path.read_bytes() == cassette(*THREE)

    def test_one_that_appears_while_we_record_is_cut_off_too(self, path: Path) -> None:
        with recording(path) as store:
            record(store, STREAM)
            path.write_bytes(cassette(STREAM, REFUSED)[:-1])
            record(store, BROKEN)
        assert stored(path) == [STREAM, BROKEN]


UNTOUCHED: dict[str, tuple[Callable[[], bytes], type[CassetteError]]] = {
    "text": (lambda: b"interactions: []\n", CassetteForeign),
    "another binary": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), CassetteForeign),
    "only zeros": (lambda: bytes(4096), CassetteForeign),
    "a later version": (lambda: encode_header(Header(1, major=2)) + b"?", CassetteTooNew),
    "damage in the header": (lambda: cassette(STREAM)[:20] + bytes(4) + cassette(STREAM)[24:], CassetteDamaged),
    "damage in the middle": (lambda: cassette(*THREE).replace(b"ping", b"pong"), CassetteDamaged),
    "damage at the end": (lambda: cassette(*THREE).replace(b"half", b"haft"), CassetteDamaged),
    "something behind it": (lambda: cassette(*THREE) + b"something of a certain length", CassetteDamaged),
}


@pytest.mark.parametrize(("build", "error"), UNTOUCHED.values(), ids=UNTOUCHED)
def test_a_file_that_is_not_ours_or_damaged_is_never_modified(
    path: Path, build: Callable[[], bytes], error: type[CassetteError]
) -> None:
    raw = build()
    path.write_bytes(raw)
    before = path.stat()
    with pytest.raises(error, match=r"x\.cassette: "):
        record(Store(path), BROKEN)
    assert path.read_bytes() == raw
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_before_the_damage_is_served(path: Path) -> None:
    path.write_bytes(cassette(*THREE).replace(b"half", b"haft"))
    store = Store(path)
    assert [store.load(entry) for entry in store.read()] == [STREAM, REFUSED]
    assert store.existed
    assert store.damage is not None
    assert len(store.read(verify=False)) == 3


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_plain_file_is_refused(path: Path, kind: str) -> None:
    if kind == "link":
        path.symlink_to(path.parent / "elsewhere")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(CassetteError, match=r"x\.cassette: "):
        Store(path).read()
    with pytest.raises(CassetteError, match=r"x\.cassette: "):
        record(Store(path), STREAM)
    assert not (path.parent / "elsewhere").exists()


class TestWhenWritingFails:
    def test_a_short_write_is_carried_on(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = os.write
        monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
        with recording(path) as store:
            record(store, *THREE)
        assert path.read_bytes() == cassette(*THREE)

    def fail_after(self, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        real = os.write
        calls: list[int] = []

        def write(file: int, data: memoryview) -> int:
            calls.append(file)
            if len(calls) % 2:
                return real(file, data[:100])
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "write", write)

    @pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, "free some space"), (errno.EIO, "check the file")])
    def test_no_half_record_stays(self, path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: str) -> None:
        with recording(path) as store:
            record(store, STREAM)
            with monkeypatch.context() as broken:
                self.fail_after(broken, code)
                with pytest.raises(CassetteError, match=f"x.cassette: cannot write it: {os.strerror(code)}; {told}"):
                    record(store, REFUSED)
                assert path.read_bytes() == cassette(STREAM)
            record(store, BROKEN)
        assert stored(path) == [STREAM, BROKEN]

    def test_no_empty_file_stays(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail_after(monkeypatch, errno.ENOSPC)
        with recording(path) as store, pytest.raises(CassetteError):
            record(store, STREAM)
        assert list(path.parent.iterdir()) == []

    def test_a_failed_fsync_is_a_failed_write(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with recording(path, fsync=True) as store:
            record(store, STREAM)
            with monkeypatch.context() as broken:
                broken.setattr(os, "fsync", lambda file: os.close(-1))
                with pytest.raises(CassetteError, match="cannot write it"):
                    record(store, STREAM)
            assert stored(path) == [STREAM]

    def test_if_it_cannot_be_taken_back_nothing_more_is_written(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with recording(path) as store:
            record(store, STREAM)
            with monkeypatch.context() as broken:
                self.fail_after(broken, errno.EIO)
                broken.setattr(os, "ftruncate", lambda file, size: os.close(-1))
                with pytest.raises(CassetteError, match="cannot write it"):
                    record(store, REFUSED)
            half = path.read_bytes()
            with pytest.raises(CassetteError, match="cannot take back a failed write"):
                record(store, BROKEN)
            assert path.read_bytes() == half
        assert stored(path) == [STREAM]

    def test_one_interaction_over_the_limit_is_refused_alone(self, path: Path) -> None:
        store = Store(path, limits=Limits(bodies=1000))
        record(store, STREAM)
        with pytest.raises(CassetteFull, match="bodies of 1,001 bytes, the limit is 1,000"):
            record(store, replace(REFUSED, chunks=(Chunk(0, bytes(981)),)))
        record(store, BROKEN)
        store.close()
        assert stored(path) == [STREAM, BROKEN]

    def test_a_full_file_stays_as_it_is(self, path: Path) -> None:
        limits = Limits(file=len(cassette(STREAM, BROKEN)))
        store = Store(path, limits=limits)
        record(store, STREAM, BROKEN)
        with pytest.raises(CassetteFull, match=r"x\.cassette: full with 2 interactions"):
            record(store, BROKEN)
        store.close()
        assert [store.load(entry) for entry in Store(path, limits=limits).read()] == [STREAM, BROKEN]
        with pytest.raises(CassetteFull, match="the limit is"):
            Store(path, limits=Limits(file=limits.file - 1)).read()

    def test_a_folder_that_is_a_file_is_told(self, path: Path) -> None:
        path.touch()
        with pytest.raises(CassetteError, match="cannot lock it"):
            record(Store(path / "y.cassette"), STREAM)
        with pytest.raises(CassetteError, match="cannot read it"):
            Store(path / "y.cassette").read()


class TestRecordingAnew:
    @pytest.fixture
    def old(self, path: Path) -> bytes:
        with recording(path) as store:
            record(store, REFUSED, REFUSED)
        return path.read_bytes()

    def kept(self, path: Path) -> list[str]:
        return sorted(each.name for each in path.parent.iterdir())

    def test_the_old_file_stays_until_the_new_one_is_whole(self, path: Path, old: bytes) -> None:
        store = Store(path)
        store.read()
        store.replace()
        entries = [store.append(each, "f", 1) for each in THREE]
        assert [store.load(entry) for entry in entries] == list(THREE)
        assert path.read_bytes() == old
        assert [store.load(entry) for entry in store.read()] == [REFUSED, REFUSED]
        store.close()
        assert stored(path) == list(THREE)
        assert self.kept(path) == ["x.cassette"]

    def test_if_nothing_was_recorded_the_old_file_stays(self, path: Path, old: bytes) -> None:
        with recording(path) as store:
            store.replace()
        assert path.read_bytes() == old
        assert self.kept(path) == ["x.cassette"]

    @pytest.mark.parametrize("start", [b"", cassette(STREAM)[:40]])
    def test_without_an_old_file_the_new_one_is_written_at_once(self, path: Path, start: bytes) -> None:
        if start:
            path.write_bytes(start)
        with recording(path) as store:
            store.replace()
            record(store, *THREE)
            assert stored(path) == list(THREE)

    def test_a_damaged_file_may_be_recorded_anew(self, path: Path) -> None:
        path.write_bytes(cassette(*THREE).replace(b"ping", b"pong"))
        with recording(path) as store:
            store.read()
            store.replace()
            record(store, BROKEN)
        assert stored(path) == [BROKEN]

    @pytest.mark.parametrize("raw", [b"text", encode_header(Header(1, major=9))])
    def test_a_foreign_file_may_not(self, path: Path, raw: bytes) -> None:
        path.write_bytes(raw)
        with recording(path) as store, pytest.raises((CassetteForeign, CassetteTooNew)):
            store.replace()
        assert path.read_bytes() == raw

    def test_what_a_killed_run_left_is_kept_and_said_so(
        self, path: Path, old: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(3):
            (path.parent / ".x.cassette.new").write_bytes(cassette(*THREE)[:-1])
            with recording(path) as store:
                store.replace()
        names = ["x.interrupted.cassette", "x.interrupted2.cassette", "x.interrupted3.cassette"]
        assert self.kept(path) == ["x.cassette", *names]
        assert stored(path.parent / names[2]) == [STREAM, REFUSED]
        assert path.read_bytes() == old
        for name, each in zip(names, caplog.records, strict=True):
            assert each.levelno == logging.WARNING
            assert name in each.getMessage()

    def test_a_draft_that_is_said_to_be_incomplete_is_kept_beside_the_old_file(self, path: Path, old: bytes) -> None:
        store = Store(path)
        store.replace()
        record(store, STREAM)
        store.close(keep_draft=True)
        assert path.read_bytes() == old
        assert stored(path.parent / "x.interrupted.cassette") == [STREAM]
        assert self.kept(path) == ["x.cassette", "x.interrupted.cassette"]

    def test_so_is_one_to_which_a_write_failed(self, path: Path, old: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        with recording(path) as store:
            store.replace()
            record(store, STREAM)
            with monkeypatch.context() as broken:
                broken.setattr(os, "write", lambda file, data: os.close(-1))
                with pytest.raises(CassetteError):
                    record(store, REFUSED)
            record(store, BROKEN)
        assert path.read_bytes() == old
        assert stored(path.parent / "x.interrupted.cassette") == [STREAM, BROKEN]

    def test_closing_twice_is_harmless(self, path: Path, old: bytes) -> None:
        store = Store(path)
        store.replace()
        record(store, STREAM)
        store.close()
        store.close()
        assert stored(path) == [STREAM]


def without_facts(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
    return replace(interaction, facts={}), entry.fingerprint, entry.fingerprint_version


def unchanged(entry: Entry, interaction: Interaction) -> tuple[Interaction, str, int]:
    return interaction, entry.fingerprint, entry.fingerprint_version


class TestRewriting:
    def test_every_interaction_is_as_the_change_says(self, path: Path) -> None:
        path.write_bytes(cassette(*THREE))
        assert Store(path).rewrite(without_facts)
        assert stored(path) == [replace(each, facts={}) for each in THREE]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [each.name for each in path.parent.iterdir()] == ["x.cassette"]

    def test_what_stays_the_same_is_not_touched(self, path: Path) -> None:
        path.write_bytes(cassette(*THREE))
        path.chmod(0o640)
        before = path.stat()
        assert not Store(path).rewrite(unchanged)
        after = path.stat()
        assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)
        assert path.read_bytes() == cassette(*THREE)

    def test_recording_goes_on_after_it(self, path: Path) -> None:
        with recording(path) as store:
            record(store, STREAM, REFUSED)
            assert store.rewrite(without_facts)
            record(store, BROKEN)
        assert stored(path) == [replace(STREAM, facts={}), REFUSED, BROKEN]

    def test_if_nothing_would_be_left_the_file_stays(self, path: Path) -> None:
        path.write_bytes(cassette(*THREE))
        with pytest.raises(CassetteError, match=r"x\.cassette: no interaction would be left"):
            Store(path).rewrite(lambda *_: None)
        assert stored(path) == list(THREE)

    def test_without_a_file_there_is_nothing_to_do(self, tmp_path: Path) -> None:
        assert not Store(tmp_path / "deep" / "x.cassette").rewrite(unchanged)
        assert list(tmp_path.iterdir()) == []

    def test_somebody_elses_recording_is_left_alone(self, path: Path) -> None:
        with recording(path) as store:
            record(store, *THREE)
            with pytest.raises(CassetteLocked):
                Store(path).rewrite(without_facts)
        assert stored(path) == list(THREE)

    def test_what_the_change_raises_leaves_the_file_and_the_lock_free(self, path: Path) -> None:
        def failing(entry: Entry, interaction: Interaction) -> None:
            raise KeyError(entry.index)

        path.write_bytes(cassette(*THREE))
        with pytest.raises(KeyError):
            Store(path).rewrite(failing)
        assert path.read_bytes() == cassette(*THREE)
        assert Store(path).rewrite(without_facts)

    @pytest.mark.parametrize(
        ("build", "error"),
        [*UNTOUCHED.values(), (lambda: cassette(*THREE)[:-1], CassetteDamaged)],
        ids=[*UNTOUCHED, "a torn tail"],
    )
    def test_what_is_not_ours_or_damaged_is_not_touched(
        self, path: Path, build: Callable[[], bytes], error: type[CassetteError]
    ) -> None:
        raw = build()
        path.write_bytes(raw)
        before = path.stat()
        with pytest.raises(error, match=r"x\.cassette: "):
            Store(path).rewrite(without_facts)
        assert path.read_bytes() == raw
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_a_full_disk_leaves_the_old_file_and_no_draft(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(file: int, data: memoryview) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        path.write_bytes(cassette(*THREE))
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(CassetteError, match="cannot replace it: No space left on device; free some space"):
            Store(path).rewrite(without_facts)
        assert [each.name for each in path.parent.iterdir()] == ["x.cassette"]
        assert path.read_bytes() == cassette(*THREE)

    def test_the_draft_of_a_killed_process_is_no_hindrance(self, path: Path) -> None:
        path.write_bytes(cassette(*THREE))
        path.with_name(".x.cassette.rewrite").write_bytes(b"half of")
        assert Store(path).rewrite(without_facts)
        assert [each.name for each in path.parent.iterdir()] == ["x.cassette"]


REWRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from recorder.store import Store

store = Store(Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(1_000_000):
    def change(entry, interaction):
        return replace(interaction, facts={"turn": turn}), entry.fingerprint, entry.fingerprint_version
    store.rewrite(change)
"""


def test_killed_while_it_rewrites_the_file_is_the_old_one_or_the_new_one(path: Path) -> None:
    large = replace(STREAM, chunks=(Chunk(0, bytes(1_000_000)),) * 2)
    path.write_bytes(cassette(large, *THREE))
    copy = path.with_name("copy")
    random = Random(4)
    for _ in range(8):
        with subprocess.Popen([sys.executable, "-c", REWRITER, str(path)], stdout=subprocess.PIPE) as child:
            try:
                assert child.stdout is not None
                child.stdout.readline()
                for _ in range(random.randrange(1, 12)):  # meanwhile a reader sees a whole file too
                    copy.write_bytes(path.read_bytes())
                    assert len(Store(copy).read()) == 4
            finally:
                child.kill()
        found = stored(path)
        assert [replace(each, facts={}) for each in found] == [replace(each, facts={}) for each in [large, *THREE]]
        assert len({each.facts.get("turn") for each in found}) == 1 or found == [large, *THREE]
    copy.unlink()
    assert Store(path).rewrite(without_facts)
    assert [each.name for each in path.parent.iterdir()] == ["x.cassette"]


class TestGathering:
    def test_a_new_file_takes_from_several(self, tmp_path: Path) -> None:
        one, two = tmp_path / "one.cassette", tmp_path / "two.cassette"
        one.write_bytes(cassette(STREAM, REFUSED))
        two.write_bytes(cassette(BROKEN))
        new = Store(tmp_path / "deep" / "new.cassette")
        assert new.gather([(Store(one), lambda entry: entry.index == 1), (Store(two), lambda _: True)])
        assert stored(new.path) == [REFUSED, BROKEN]
        assert [each.name for each in new.path.parent.iterdir()] == ["new.cassette"]
        assert stored(one) == [STREAM, REFUSED]

    def test_a_file_that_is_one_of_the_sources_is_added_to(self, tmp_path: Path) -> None:
        one, two = tmp_path / "one.cassette", tmp_path / "two.cassette"
        one.write_bytes(cassette(STREAM))
        two.write_bytes(cassette(BROKEN))
        assert Store(one).gather([(Store(one), lambda _: True), (Store(two), lambda _: True)])
        assert stored(one) == [STREAM, BROKEN]

    def test_another_file_is_never_overwritten(self, path: Path) -> None:
        other = path.with_name("y.cassette")
        for each in (path, other):
            each.write_bytes(cassette(STREAM))
        with pytest.raises(CassetteError, match=r"x\.cassette: exists already, and is never overwritten"):
            Store(path).gather([(Store(other), lambda _: True)])

    def test_of_nothing_no_file_is_made(self, path: Path) -> None:
        assert not Store(path).gather([])
        assert not path.exists()
