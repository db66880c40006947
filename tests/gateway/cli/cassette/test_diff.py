"""`tokentape cassette diff`: names and paths, three forms, two exit codes."""

import json

import pytest

from gateway.cli.program import outcome
from tests.gateway.tools.samples import interaction, record


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cassettes").mkdir()
    record(tmp_path / "cassettes" / "a.cassette", interaction("hi", "hello"), interaction("ho", "hello"))
    record(tmp_path / "cassettes" / "b.cassette", interaction("hi", "hullo", tempo=2), interaction("ho", "hello"))
    return tmp_path / "cassettes"


@pytest.mark.parametrize(
    ("arguments", "code", "first"),
    [
        (["a", "a"], 0, "a -> a: 2 the same"),
        (["a", "b"], 1, "a -> b: 1 changed, 1 the same"),
        (["a", "cassettes/b.cassette"], 1, "a -> cassettes/b.cassette: 1 changed, 1 the same"),
        (["a", "b", "--interaction", "1", "1"], 0, "a -> b: 1 the same"),
        (["a", "a", "--interaction", "0", "1"], 1, "a -> a: 1 changed"),
        (["a", "b", "--markdown"], 1, "**⚠️ different content**: <code>a -&gt; b: 1 changed, 1 the same</code>"),
    ],
)
def test_a_comparison(folder, capsys, arguments, code, first):
    assert outcome(["cassette", "diff", *arguments]) == code
    shown = capsys.readouterr()
    assert (shown.out.splitlines()[0], shown.err) == (first, "")


def test_times_are_shown_and_do_not_count(folder, capsys):
    record(folder / "c.cassette", interaction("hi", "hello", tempo=3))
    assert outcome(["cassette", "diff", "a", "c", "--interaction", "0", "0"]) == 0
    assert "300.0 ms -> 900.0 ms" in capsys.readouterr().out


def test_json(folder, capsys):
    assert outcome(["cassette", "diff", "a", "b", "--json"]) == 1
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)["interactions"]] == ["changed", "same"]


def test_what_a_replay_ignores_does_not_count(folder, tmp_path):
    record(folder / "c.cassette", interaction("hi", "hello", user="1"))
    record(folder / "d.cassette", interaction("hi", "hello", user="2"))
    assert outcome(["cassette", "diff", "c", "d"]) == 1
    (tmp_path / "tokentape.toml").write_text("match_ignore = ['user']\n")
    assert outcome(["cassette", "diff", "c", "d"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a", "x"], 3, "no cassette 'x' in cassettes, and no file of that path; there are: a, b"),
        (["../x", "a"], 3, "no cassette '../x' in cassettes, and no file of that path; there are: a, b"),
        (
            ["a", "b", "--interaction", "0", "2"],
            3,
            "no interaction #2 on the cassette 'b', which has 2, counted from 0",
        ),
        (
            ["a", "b", "--json", "--markdown"],
            2,
            "--markdown and --json exclude each other. See tokentape cassette diff --help.",
        ),
    ],
)
def test_what_cannot_be_compared(folder, capsys, arguments, code, message):
    assert outcome(["cassette", "diff", *arguments]) == code
    assert capsys.readouterr() == ("", f"tokentape: {message}\n")


def test_a_damaged_cassette_is_never_the_same(folder, capsys):
    path = folder / "b.cassette"
    path.write_bytes((folder / "a.cassette").read_bytes()[:-1])
    assert outcome(["cassette", "diff", "b", "b"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("b -> b: 1 the same")
    assert shown.err.count("only what is before that is compared") == 2
