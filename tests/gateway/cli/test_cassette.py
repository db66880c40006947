"""`tokentape cassette`: ls and show, for people and for programs."""

import json

import pytest

from gateway.cli.program import outcome
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.store import Store


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cassettes"


def record(path, *bodies):
    store = Store(path)
    for body in bodies:
        request = Request("local", "POST", "/v1/chat", (), b'{"model": "m"}')
        interaction = Interaction(request, Response(200), 1000, (Chunk(2000, body),), COMPLETE, 3000)
        store.append(interaction, "f", 1)
    store.close()


def test_an_empty_folder_lists_nothing(capsys):
    assert outcome(["cassette", "ls"]) == 0
    assert capsys.readouterr() == (
        "",
        "tokentape: no cassettes in cassettes; `tokentape run -- COMMAND` records one\n",
    )


def test_the_cassettes_are_listed(folder, capsys):
    record(folder / "b.cassette", b"1", b"2")
    record(folder / "a" / "deep.cassette", b"1")
    assert outcome(["cassette", "ls"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["NAME", "INTERACTIONS"], ["a/deep", "1"], ["b", "2"]]
    assert outcome(["cassette", "ls", "--json"]) == 0
    assert [row["interactions"] for row in json.loads(capsys.readouterr().out)] == [1, 2]


def test_a_cassette_is_shown(folder, capsys):
    record(folder / "b.cassette", b"hello", b"\xff\x1b")
    assert outcome(["cassette", "show", "b"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "#0  POST /v1/chat  (local)"
    assert lines[2].split() == ["2.0", "ms", "5", "B", "hello"]
    assert lines[5].split() == ["2.0", "ms", "2", "B", "\N{REPLACEMENT CHARACTER}\\x1b"]


def test_json_has_everything(folder, capsys):
    record(folder / "b.cassette", b"hello")
    assert outcome(["cassette", "show", "b", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown[0]["chunks"] == [{"at": 2000, "data": "hello"}]


def test_another_folder_can_be_named(tmp_path, capsys):
    record(tmp_path / "else" / "b.cassette", b"hello")
    assert outcome(["cassette", "show", "b", "--cassettes", "else"]) == 0
    assert "hello" in capsys.readouterr().out


def test_a_cassette_that_is_not_there(folder, capsys):
    record(folder / "b.cassette", b"hello")
    assert outcome(["cassette", "show", "a"]) == 3
    assert capsys.readouterr().err == "tokentape: no cassette 'a' in cassettes; there are: b\n"


def test_a_torn_tail_is_said_and_the_rest_is_shown(folder, capsys):
    record(folder / "b.cassette", b"hello", b"world")
    (folder / "b.cassette").write_bytes((folder / "b.cassette").read_bytes()[:-2])
    assert outcome(["cassette", "show", "b"]) == 0
    shown = capsys.readouterr()
    assert "hello" in shown.out
    assert "world" not in shown.out
    assert shown.err.startswith("tokentape: cassettes/b.cassette")


def test_a_name_that_leaves_the_folder_is_refused(capsys):
    assert outcome(["cassette", "show", "../../etc/passwd"]) == 2
