"""Changes of whole cassettes: what they do, and that nothing is lost when they cannot."""

from dataclasses import replace

import pytest

from gateway.tools.edit import Unwanted, check_indices, merge, prune, redact, split
from recorder.cassette import Cassette
from recorder.errors import CassetteError, CassetteLocked
from recorder.interaction import End, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.redaction import Redactor
from recorder.store import Store
from tests.gateway.tools.cassettes import KEY, SSE, answer, record, stored


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.cassette"


def opened(path):
    return Cassette("x", Store(path))


class TestRedact:
    def test_secrets_go_and_requests_match_again(self, path):
        record(path, answer(0, text=b"use " + KEY), answer(1))
        done = redact(Store(path), Redactor())
        assert (done.places, done.interactions, done.withheld, done.changed) == (1, 1, (), True)
        assert KEY not in path.read_bytes()
        first, second = stored(path)
        assert second == answer(1)
        assert len(first.request.body) == len(answer(0, text=b"use " + KEY).request.body)
        assert first.facts == {"redacted": 1}
        assert opened(path).find(answer(0, text=b"use " + KEY).request) == first

    def test_headers_are_withheld(self, path):
        record(path, answer(headers=(*SSE, ("set-cookie", "a=b"))))
        done = redact(Store(path), Redactor())
        assert (done.places, done.withheld, done.interactions) == (0, ("set-cookie",), 1)

    def test_a_second_time_changes_nothing(self, path):
        record(path, answer(0, text=b"use " + KEY))
        redact(Store(path), Redactor())
        before = path.read_bytes(), path.stat().st_mtime_ns
        assert not redact(Store(path), Redactor()).changed
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before

    def test_fingerprints_of_other_rules_are_made_anew(self, path):
        record(path, answer(), version=FINGERPRINT_VERSION + 7)
        done = redact(Store(path), Redactor())
        assert (done.changed, done.interactions) == (True, 0)
        (entry,) = Store(path).read()
        assert (entry.fingerprint, entry.fingerprint_version) == (
            Matcher().fingerprint(answer().request),
            FINGERPRINT_VERSION,
        )

    def test_dry_tells_the_same_and_writes_nothing(self, path):
        record(path, answer(0, text=b"use " + KEY))
        before = path.read_bytes()
        dry = redact(Store(path), Redactor(), dry=True)
        assert path.read_bytes() == before
        assert redact(Store(path), Redactor()) == dry

    def test_what_cannot_be_redacted_is_said_and_left(self, path):
        coded = Response(200, (*SSE, ("content-encoding", "br")))
        record(path, answer(0, text=KEY), replace(answer(1, b"\x1b\x00\xf8\xff"), response=coded))
        before = path.read_bytes()
        with pytest.raises(
            CassetteError, match=r"x\.cassette: interaction 1: .*cannot be redacted.* nothing was changed"
        ):
            redact(Store(path), Redactor())
        assert path.read_bytes() == before


class TestPrune:
    def test_by_number_by_end_and_by_need(self, path):
        record(path, answer(0), answer(1, end=End("client_closed")), answer(2), answer(0), answer(3))
        done = prune(opened(path), Unwanted((4,), incomplete=True, duplicates=True))
        assert done.interactions == {1: "ended as client_closed", 3: "the same as #0", 4: "asked for"}
        assert stored(path) == [answer(0), answer(2)]

    def test_nothing_to_do_touches_nothing(self, path):
        record(path, answer(0))
        before = path.read_bytes(), path.stat().st_mtime_ns
        assert prune(opened(path), Unwanted(incomplete=True, duplicates=True)).interactions == {}
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before

    def test_a_torn_tail_goes_with_what_is_incomplete(self, path):
        record(path, answer(0), answer(1))
        path.write_bytes(path.read_bytes()[:-3])
        before = path.read_bytes()
        dry = prune(opened(path), Unwanted(incomplete=True), dry=True)
        assert path.read_bytes() == before
        assert prune(opened(path), Unwanted(incomplete=True)) == dry
        assert dry.torn > 100
        assert stored(path) == [answer(0)]

    def test_a_number_that_is_not_there(self, path):
        record(path, answer(0), answer(1))
        with pytest.raises(CassetteError, match="no interaction #2 on the cassette 'x', which has 2, counted from 0"):
            prune(opened(path), Unwanted((0, 2)))
        assert len(stored(path)) == 2
        check_indices("x", 2, (0, 1))

    def test_a_cassette_is_not_emptied(self, path):
        record(path, answer(0))
        with pytest.raises(CassetteError, match="no interaction would be left; to be rid of all, delete the file"):
            prune(opened(path), Unwanted((0,)))
        assert stored(path) == [answer(0)]

    def test_not_while_somebody_records(self, path):
        store = Store(path)
        store.append(answer(0), "f", 1)
        with pytest.raises(CassetteLocked):
            prune(opened(path), Unwanted((0,)))
        store.close()


class TestMerge:
    def test_the_order_is_kept(self, tmp_path):
        one = record(tmp_path / "one.cassette", answer(0), answer(1))
        two = record(tmp_path / "two.cassette", answer(2))
        new = Store(tmp_path / "new.cassette")
        done = merge(new, [two, one])
        assert (done.interactions, done.left_out) == (3, 0)
        assert stored(new.path) == [answer(2), answer(0), answer(1)]
        assert stored(one.path) == [answer(0), answer(1)]
        assert Cassette("new", new).find(answer(1).request) == answer(1)

    def test_one_recording_is_kept_once_and_an_answer_given_twice_twice(self, tmp_path):
        again = replace(answer(0), end_at=3001)
        one = record(tmp_path / "one.cassette", answer(0), answer(1))
        two = record(tmp_path / "two.cassette", answer(0), again)
        done = merge(one, [one, two])
        assert (done.interactions, done.left_out) == (3, 1)
        assert stored(one.path) == [answer(0), answer(1), again]

    def test_nothing_is_overwritten_and_dry_writes_nothing(self, tmp_path):
        one, two = (record(tmp_path / f"{name}.cassette", answer(0)) for name in ("one", "two"))
        with pytest.raises(CassetteError, match=r"two\.cassette: exists already, and is never overwritten"):
            merge(two, [one])
        assert merge(Store(tmp_path / "deep" / "new.cassette"), [one], dry=True).interactions == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["one.cassette", "two.cassette"]

    def test_nothing_is_not_merged(self, tmp_path):
        (tmp_path / "empty.cassette").touch()
        with pytest.raises(CassetteError, match=r"nothing was recorded on .*empty\.cassette, so there is nothing"):
            merge(Store(tmp_path / "new.cassette"), [Store(tmp_path / "empty.cassette")])

    def test_a_damaged_source_is_refused(self, tmp_path):
        one, two = (record(tmp_path / f"{name}.cassette", answer(0)) for name in ("one", "two"))
        two.path.write_bytes(two.path.read_bytes()[:-1])
        with pytest.raises(CassetteError, match=r"two\.cassette: .*not finished"):
            merge(Store(tmp_path / "new.cassette"), [one, Store(two.path)])
        assert not (tmp_path / "new.cassette").exists()


class TestSplit:
    def test_they_move(self, tmp_path, path):
        record(path, *map(answer, range(4)))
        new = Store(tmp_path / "new.cassette")
        split(Store(path), [(new, (0, 2))], keep=False)
        assert stored(new.path) == [answer(0), answer(2)]
        assert stored(path) == [answer(1), answer(3)]

    def test_or_are_copied(self, tmp_path, path):
        record(path, *map(answer, range(3)))
        before = path.read_bytes()
        split(Store(path), [(Store(tmp_path / f"x-{index}.cassette"), (index,)) for index in range(3)], keep=True)
        assert path.read_bytes() == before
        assert [stored(tmp_path / f"x-{index}.cassette") for index in range(3)] == [
            [answer(index)] for index in range(3)
        ]

    def test_what_is_left_empty_is_deleted(self, tmp_path, path):
        record(path, *map(answer, range(2)))
        split(Store(path), [(Store(tmp_path / f"x-{index}.cassette"), (index,)) for index in range(2)], keep=False)
        assert sorted(each.name for each in tmp_path.iterdir()) == ["x-0.cassette", "x-1.cassette"]

    def test_dry_writes_nothing(self, tmp_path, path):
        record(path, *map(answer, range(2)))
        before = path.read_bytes()
        split(Store(path), [(Store(tmp_path / "new.cassette"), (0, 1))], keep=False, dry=True)
        assert path.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == ["x.cassette"]

    def test_if_one_new_name_is_taken_nothing_happens(self, tmp_path, path):
        record(path, *map(answer, range(2)))
        record(tmp_path / "x-1.cassette", answer(9))
        with pytest.raises(CassetteError, match=r"x-1\.cassette: exists already"):
            split(Store(path), [(Store(tmp_path / f"x-{index}.cassette"), (index,)) for index in range(2)], keep=False)
        assert stored(path) == [answer(0), answer(1)]
        assert not (tmp_path / "x-0.cassette").exists()

    @pytest.mark.parametrize("cut", [-3, 24, 0], ids=["torn", "no interaction", "no byte"])
    def test_what_holds_no_whole_interaction_is_not_deleted(self, path, cut):
        record(path, answer(0))
        path.write_bytes(path.read_bytes()[:cut])
        before = path.read_bytes()
        with pytest.raises(CassetteError, match=r"not finished|nothing was recorded on it"):
            split(Store(path), [], keep=False)
        assert path.read_bytes() == before

    def test_the_old_one_is_read_once(self, tmp_path, path, monkeypatch):
        record(path, *map(answer, range(9)))
        read = []
        monkeypatch.setattr(Store, "raw", lambda store, raw=Store.raw: (read.append(store.path), raw(store))[1])
        split(Store(path), [(Store(tmp_path / f"x-{index}.cassette"), (index,)) for index in range(9)], keep=True)
        assert read.count(path) == 1

    def test_if_a_new_one_cannot_be_written_the_old_one_keeps_all(self, tmp_path, path, monkeypatch):
        record(path, *map(answer, range(2)))
        (tmp_path / "folder").write_text("in the way")
        with pytest.raises(CassetteError):
            split(Store(path), [(Store(tmp_path / "folder" / "new.cassette"), (0,))], keep=False)
        assert stored(path) == [answer(0), answer(1)]
