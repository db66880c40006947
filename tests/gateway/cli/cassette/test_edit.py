"""`tokentape cassette redact`, `prune` and `rename`, as they are typed."""

import pytest

from gateway.cli.program import outcome
from recorder.interaction import End
from recorder.store import Store
from tests.gateway.tools.cassettes import KEY, SSE, answer, record, stored


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cassettes"


class TestRedact:
    def test_it_says_how_much(self, folder, capsys):
        record(folder / "a.cassette", answer(0, text=KEY), answer(1, headers=(*SSE, ("set-cookie", "a=b"))))
        record(folder / "b.cassette", answer(0))
        before = (folder / "a.cassette").read_bytes()
        assert outcome(["cassette", "redact", "--all", "--dry-run"]) == 0
        assert capsys.readouterr().out == (
            "a: would be redacted: 1 place, headers set-cookie in 2 interactions\nb: nothing to redact\n"
        )
        assert (folder / "a.cassette").read_bytes() == before
        assert outcome(["cassette", "redact", "a"]) == 0
        assert capsys.readouterr().out == "a: redacted: 1 place, headers set-cookie in 2 interactions\n"
        assert KEY not in (folder / "a.cassette").read_bytes()

    def test_other_rules_of_matching_are_caught_up_with(self, folder, capsys):
        record(folder / "a.cassette", answer(0), version=77)
        assert outcome(["cassette", "redact", "a"]) == 0
        assert capsys.readouterr().out == "a: matched by today's rules; nothing to redact\n"

    def test_one_that_is_damaged_does_not_keep_the_secrets_in_the_others(self, folder, capsys):
        record(folder / "a.cassette", answer(0))
        (folder / "a.cassette").write_bytes((folder / "a.cassette").read_bytes()[:-1])
        record(folder / "b.cassette", answer(0, text=KEY))
        assert outcome(["cassette", "redact", "--all"]) == 3
        shown = capsys.readouterr()
        assert shown.out == "b: redacted: 1 place in 1 interaction\n"
        assert shown.err.startswith("tokentape: cassettes/a.cassette: ")
        assert shown.err.count("\n") == 1
        assert KEY not in (folder / "b.cassette").read_bytes()

    def test_a_name_that_is_wrong_is_told_before_anything_is_done(self, folder, capsys):
        record(folder / "a.cassette", answer(0, text=KEY))
        assert outcome(["cassette", "redact", "a", "b"]) == 3
        assert capsys.readouterr() == ("", "tokentape: no cassette 'b' in cassettes; there are: a\n")

    @pytest.mark.parametrize("arguments", [[], ["a", "--all"]])
    def test_it_wants_to_know_which(self, arguments, capsys):
        assert outcome(["cassette", "redact", *arguments]) == 2
        assert capsys.readouterr().err.startswith("tokentape: Name the cassettes, or say --all.")


class TestPrune:
    def test_each_that_goes_is_a_line(self, folder, capsys):
        record(folder / "a.cassette", answer(0), answer(0), answer(1, end=End("client_closed")), answer(2), answer(3))
        arguments = ["cassette", "prune", "a", "--incomplete", "--duplicates", "--interaction", "4"]
        assert outcome([*arguments, "--dry-run"]) == 0
        assert capsys.readouterr().out == (
            "a #1: would be taken out: the same as #0\n"
            "a #2: would be taken out: ended as client_closed\n"
            "a #4: would be taken out: asked for\n"
        )
        assert len(stored(folder / "a.cassette")) == 5
        assert outcome(arguments) == 0
        assert capsys.readouterr().out.startswith("a #1: taken out: the same as #0\n")
        assert stored(folder / "a.cassette") == [answer(0), answer(2)]
        assert outcome(arguments[:-2]) == 0
        assert capsys.readouterr().out == "a: nothing to take out\n"

    def test_a_torn_tail(self, folder, capsys):
        record(folder / "a.cassette", answer(0), answer(1))
        path = folder / "a.cassette"
        path.write_bytes(path.read_bytes()[:-3])
        assert outcome(["cassette", "prune", "a", "--incomplete"]) == 0
        assert capsys.readouterr().out.startswith("a: cut off: a torn tail of ")
        assert stored(path) == [answer(0)]

    def test_it_wants_to_know_what(self, capsys):
        assert outcome(["cassette", "prune", "a"]) == 2
        assert capsys.readouterr().err.startswith(
            "tokentape: Say what to take out: --incomplete, --duplicates or --interaction N."
        )

    def test_an_error_is_one_line_and_changes_nothing(self, folder, capsys):
        record(folder / "a.cassette", answer(0))
        assert outcome(["cassette", "prune", "a", "--interaction", "0"]) == 3
        assert outcome(["cassette", "prune", "a", "--interaction", "1"]) == 3
        store = Store(folder / "a.cassette")
        store.lock()
        assert outcome(["cassette", "prune", "a", "--interaction", "0"]) == 3
        store.close()
        errors = capsys.readouterr().err.splitlines()
        assert [line.partition(": ")[2][:45] for line in errors] == [
            "cassettes/a.cassette: no interaction would be",
            "no interaction #1 on the cassette 'a', which ",
            "cassettes/a.cassette: it is already being rec",
        ]
        assert stored(folder / "a.cassette") == [answer(0)]


class TestRename:
    def test_a_new_name_perhaps_in_a_new_folder(self, folder, capsys):
        record(folder / "a.cassette", answer(0))
        assert outcome(["cassette", "rename", "a", "deep/b", "--dry-run"]) == 0
        assert capsys.readouterr().out == "a: would be renamed to deep/b (cassettes/deep/b.cassette)\n"
        assert [path.name for path in folder.iterdir()] == ["a.cassette"]
        assert outcome(["cassette", "rename", "a", "deep/b"]) == 0
        assert capsys.readouterr().out == "a: renamed to deep/b (cassettes/deep/b.cassette)\n"
        assert stored(folder / "deep" / "b.cassette") == [answer(0)]
        assert not (folder / "a.cassette").exists()

    @pytest.mark.parametrize(("new", "code"), [("b", 3), ("../b", 2), ("b.cassette", 2)])
    def test_a_name_that_is_taken_or_not_allowed(self, folder, capsys, new, code):
        record(folder / "a.cassette", answer(0))
        record(folder / "b.cassette", answer(1))
        assert outcome(["cassette", "rename", "a", new]) == code
        assert capsys.readouterr().err.count("\n") == 1
        assert stored(folder / "a.cassette") == [answer(0)]
        assert stored(folder / "b.cassette") == [answer(1)]
