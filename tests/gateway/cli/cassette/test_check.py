"""`tokentape cassette check` as CI runs it."""

import json

import pytest

from gateway.cli.program import outcome
from recorder.interaction import End
from tests.gateway.tools.cassettes import KEY, START, answer, record


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cassettes"


def test_clean_cassettes_pass(folder, capsys):
    record(folder / "a.cassette", answer(0))
    record(folder / "deep" / "b.cassette", answer(0), answer(1))
    assert outcome(["cassette", "check"]) == 0
    assert capsys.readouterr() == ("", "tokentape: checked 2 cassettes, 3 interactions: nothing found\n")


def test_without_cassettes_there_is_nothing_to_find(capsys):
    assert outcome(["cassette", "check"]) == 0
    assert capsys.readouterr().err == "tokentape: checked 0 cassettes, 0 interactions: nothing found\n"


def test_a_folder_that_was_named_wrongly_is_no_success(capsys, folder):
    assert outcome(["cassette", "check", "--cassettes", "casettes"]) == 2
    record(folder, answer(0))
    assert outcome(["cassette", "check", "--cassettes", "cassettes"]) == 2
    assert capsys.readouterr().err == (
        "tokentape: --cassettes: there is no folder casettes. See tokentape cassette check --help.\n"
        "tokentape: --cassettes: there is no folder cassettes. See tokentape cassette check --help.\n"
    )


def test_each_finding_is_a_line_with_what_to_do(folder, capsys):
    record(folder / "a.cassette", answer(0, START), answer(1, end=End("client_closed")), answer(2, text=b"is " + KEY))
    assert outcome(["cassette", "check"]) == 1
    shown = capsys.readouterr()
    assert shown.out == (
        "error: a #0: no-end: the answer looks whole and is not: the body ended without what ends a stream of this "
        "API; tokentape run --mode all --cassette a -- COMMAND\n"
        "error: a #1: incomplete: the answer ended as client_closed, so it is never played; "
        "tokentape cassette prune a --incomplete\n"
        "error: a #2: secret: a secret by its key shape in the request body, at messages[0].content; "
        "tokentape cassette redact a\n"
    )
    assert shown.err == ("tokentape: checked 1 cassette, 3 interactions: 3 errors (1 secret, 1 incomplete, 1 no-end)\n")
    assert KEY.decode() not in shown.out + shown.err


def test_what_it_advises_helps(folder, capsys):
    record(folder / "a.cassette", answer(0), answer(0), answer(1, end=End("client_closed")), answer(2, text=KEY))
    assert outcome(["cassette", "check", "--strict"]) == 1
    for line in capsys.readouterr().out.splitlines():
        command = line.rpartition("; tokentape ")[2]
        assert outcome(command.split()) == 0
    assert outcome(["cassette", "check", "--strict"]) == 0


def test_warnings_fail_only_if_that_is_wanted(folder, capsys):
    record(folder / "a.cassette", answer(0), answer(0))
    assert outcome(["cassette", "check"]) == 0
    assert capsys.readouterr().out == (
        "warning: a #1: duplicate: the same request and answer as #0, which is given again; "
        "tokentape cassette prune a --duplicates\n"
    )
    assert outcome(["cassette", "check", "--strict"]) == 1
    assert outcome(["cassette", "check", "--strict", "--ignore", "duplicate"]) == 0


def test_only_those_that_are_named(folder, capsys):
    record(folder / "a.cassette", answer(0, START))
    record(folder / "b.cassette", answer(0))
    assert outcome(["cassette", "check", "b"]) == 0
    assert outcome(["cassette", "check", "b", "a"]) == 1
    capsys.readouterr()
    assert outcome(["cassette", "check", "c"]) == 3
    assert capsys.readouterr().err == "tokentape: no cassette 'c' in cassettes; there are: a, b\n"


def test_json_for_programs(folder, capsys):
    record(folder / "a.cassette", answer(0, text=b"is " + KEY))
    assert outcome(["cassette", "check", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "cassettes": 1,
        "interactions": 1,
        "findings": [
            {
                "cassette": "a",
                "interaction": 0,
                "level": "error",
                "kind": "secret",
                "message": "a secret by its key shape",
                "part": "request body",
                "where": "messages[0].content",
                "remedy": "tokentape cassette redact a",
            }
        ],
    }


def test_age_and_entropy_are_asked_for(folder, capsys):
    text = b"q7Rk2pXv9LmT4wZs8NbY1cJd5HfG"
    record(folder / "a.cassette", answer(0, text=text, recorded="2020-01-01T00:00:00.000+00:00"))
    assert outcome(["cassette", "check"]) == 0
    assert outcome(["cassette", "check", "--max-age", "90d"]) == 1
    assert "old: 1 of 1 are older than 90 days" in capsys.readouterr().out
    assert outcome(["cassette", "check", "--entropy"]) == 0
    shown = capsys.readouterr().out
    assert "random: a long random text, perhaps a key in the request body, at messages[0].content" in shown
    assert text.decode() not in shown


@pytest.mark.parametrize("age", ["90", "d", "-1d", "1y", "999999d", ""])
def test_an_age_that_is_none(age, capsys):
    assert outcome(["cassette", "check", "--max-age", age]) == 2
    assert f"expected hours, days or weeks, such as 48h, 90d or 12w; got {age!r}" in capsys.readouterr().err


def test_the_rules_of_the_folder_count(folder, capsys):
    record(folder / "a.cassette", answer(0, text=b"ticket 4711"), answer(0, text=b"ticket 4711"))
    (folder.parent / "tokentape.toml").write_text("redact = ['ticket \\d+']\nrepeat = 'never'\n")
    assert outcome(["cassette", "check"]) == 1
    assert capsys.readouterr().out.count("secret: a secret by its pattern") == 2
