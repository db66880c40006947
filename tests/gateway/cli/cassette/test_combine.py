"""`tokentape cassette merge` and `split`, as they are typed."""

import pytest

from gateway.cli.program import outcome
from tests.gateway.tools.cassettes import answer, record, stored


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cassettes"


class TestMerge:
    def test_into_a_new_one(self, folder, capsys):
        record(folder / "a.cassette", answer(0), answer(1))
        record(folder / "b.cassette", answer(1), answer(2))
        assert outcome(["cassette", "merge", "a", "b", "--into", "c", "--dry-run"]) == 0
        assert not (folder / "c.cassette").exists()
        assert outcome(["cassette", "merge", "a", "b", "--into", "c"]) == 0
        assert capsys.readouterr().out == (
            "c: would have 3 interactions of a, b; left out 1 recording that it has already\n"
            "c: has 3 interactions of a, b; left out 1 recording that it has already\n"
        )
        assert stored(folder / "c.cassette") == [answer(0), answer(1), answer(2)]

    def test_into_one_of_them(self, folder, capsys):
        record(folder / "a.cassette", answer(0))
        record(folder / "b.cassette", answer(1))
        assert outcome(["cassette", "merge", "a", "b", "--into", "a"]) == 0
        assert stored(folder / "a.cassette") == [answer(0), answer(1)]
        assert stored(folder / "b.cassette") == [answer(1)]

    @pytest.mark.parametrize(
        ("names", "into", "code", "told"),
        [
            (["a", "a"], "c", 2, "A cassette is named twice."),
            (["a", "nobody"], "c", 3, "no cassette 'nobody' in cassettes; there are: a, b"),
            (["a"], "b", 3, "cassettes/b.cassette: exists already, and is never overwritten; use another name"),
            (["a"], "../c", 2, "'../c' cannot be a cassette"),
        ],
        ids=range(4),
    )
    def test_what_cannot_be_done_is_said(self, folder, capsys, names, into, code, told):
        record(folder / "a.cassette", answer(0))
        record(folder / "b.cassette", answer(1))
        assert outcome(["cassette", "merge", *names, "--into", into]) == code
        assert capsys.readouterr().err.startswith(f"tokentape: {told}")
        assert stored(folder / "b.cassette") == [answer(1)]
        assert not (folder / "c.cassette").exists()


class TestSplit:
    @pytest.fixture(autouse=True)
    def five(self, folder):
        record(folder / "a.cassette", *map(answer, range(5)))

    def test_some_go_to_a_new_one(self, folder, capsys):
        arguments = ["cassette", "split", "a", "--interactions", "0-1, 4", "--into", "deep/b"]
        assert outcome([*arguments, "--dry-run"]) == 0
        assert not (folder / "deep").exists()
        assert outcome(arguments) == 0
        assert capsys.readouterr().out == (
            "deep/b: 3 interactions would be moved from a\ndeep/b: 3 interactions moved from a\n"
        )
        assert stored(folder / "deep" / "b.cassette") == [answer(0), answer(1), answer(4)]
        assert stored(folder / "a.cassette") == [answer(2), answer(3)]

    def test_each_goes_to_its_own(self, folder, capsys):
        assert outcome(["cassette", "split", "a", "--each"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "a-0: 1 interaction moved from a"
        assert lines[-1] == "a: deleted: nothing is left on it"
        assert sorted(path.name for path in folder.iterdir()) == [f"a-{index}.cassette" for index in range(5)]

    def test_they_can_be_copied(self, folder, capsys):
        assert outcome(["cassette", "split", "a", "--each", "--keep"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "a-4: 1 interaction copied from a"
        assert len(stored(folder / "a.cassette")) == 5

    def test_what_was_split_can_be_merged_again(self, folder):
        before = (folder / "a.cassette").read_bytes()
        assert outcome(["cassette", "split", "a", "--each"]) == 0
        assert outcome(["cassette", "merge", *[f"a-{index}" for index in range(5)], "--into", "a"]) == 0
        assert (folder / "a.cassette").read_bytes() == before

    @pytest.mark.parametrize("numbers", ["", "a", "3-1", "1-", "-1", "1,,2", "0-9999999", "١"])
    def test_numbers_that_are_none(self, capsys, numbers):
        assert outcome(["cassette", "split", "a", f"--interactions={numbers}", "--into", "b"]) == 2
        assert "expected numbers and ranges such as 0-3,7" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            ([], 2, "Say --interactions N,N-M and --into NEW, or --each alone."),
            (["--each", "--into", "b"], 2, "Say --interactions N,N-M and --into NEW, or --each alone."),
            (["--interactions", "0"], 2, "Say --interactions N,N-M and --into NEW, or --each alone."),
            (
                ["--interactions", "3-5", "--into", "b"],
                3,
                "no interaction #5 on the cassette 'a', which has 5, counted",
            ),
            (["--interactions", "0", "--into", "a"], 3, "cassettes/a.cassette: exists already"),
        ],
        ids=range(5),
    )
    def test_what_cannot_be_done_is_said(self, folder, capsys, arguments, code, told):
        assert outcome(["cassette", "split", "a", *arguments]) == code
        assert capsys.readouterr().err.startswith(f"tokentape: {told}")
        assert len(stored(folder / "a.cassette")) == 5
