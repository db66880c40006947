"""`tokentape cassette`: ls and show, for people and for programs."""

import json

import pytest

from gateway.cli.program import outcome
from gateway.events import event_sse
from gateway.reader import read
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


SAID = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","role":"assistant"}}\n\n'
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":"\xc2\x9b2J"}}\n\n'
)


def record_messages(path, count):
    store = Store(path)
    for number in range(count):
        request = Request("anthropic", "POST", "/v1/messages", (), b'{"model": "m%d"}' % number)
        head = Response(200, (("content-type", "text/event-stream"),))
        store.append(Interaction(request, head, 1000, (Chunk(2000, SAID),), COMPLETE, 3000), "f", number + 1)
    store.close()


def test_the_events_are_printed_byte_for_byte(folder, capsysbinary):
    record_messages(folder / "b.cassette", 2)
    loaded = [Store(folder / "b.cassette").load(entry) for entry in Store(folder / "b.cassette").read()]
    expected = [b"".join(map(event_sse, read(interaction))) for interaction in loaded]
    assert outcome(["cassette", "show", "b", "--normalized"]) == 0
    assert capsysbinary.readouterr().out == b"".join(expected)
    assert outcome(["cassette", "show", "b", "--normalized", "--interaction", "1"]) == 0
    shown = capsysbinary.readouterr().out
    assert shown == expected[1]
    assert b'"model":"m1"' in shown
    assert b"\xc2\x9b2J" in shown
    assert b'"raw":' not in shown
    assert outcome(["cassette", "show", "b", "--normalized", "--raw"]) == 0
    assert capsysbinary.readouterr().out.count(b'"raw":') == 4


def test_a_terminal_is_not_told_what_to_do_by_an_event(folder, capsys, monkeypatch):
    record_messages(folder / "b.cassette", 1)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert outcome(["cassette", "show", "b", "--normalized"]) == 0
    assert "\\u009b2J" in capsys.readouterr().out


def test_the_transcript_is_shown(folder, capsys):
    record_messages(folder / "b.cassette", 2)
    assert outcome(["cassette", "show", "b", "--transcript"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line.startswith("#")] == [
        "#0  POST /v1/messages  (anthropic)",
        "#1  POST /v1/messages  (anthropic)",
    ]
    assert "        \\x9b2J\n" in shown
    assert outcome(["cassette", "show", "b", "--transcript", "--json", "--interaction", "1"]) == 0
    (transcript,) = json.loads(capsys.readouterr().out)
    assert (transcript["index"], transcript["model"]) == (1, "m1")
    assert transcript["choices"][0]["blocks"][0]["text"] == "\x9b2J"


def test_one_interaction_of_many(folder, capsys):
    record(folder / "b.cassette", b"hello", b"world")
    assert outcome(["cassette", "show", "b", "--interaction", "1"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("#1  POST")
    assert "hello" not in shown
    assert outcome(["cassette", "show", "b", "--interaction", "2"]) == 3
    assert capsys.readouterr().err == "tokentape: no interaction #2 on the cassette 'b', which has 2, counted from 0\n"


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--normalized", "--transcript"], "--normalized and --transcript exclude each other."),
        (["--normalized", "--json"], "--normalized and --json exclude each other."),
        (["--raw"], "--raw goes with --normalized."),
        (["--transcript", "--raw"], "--raw goes with --normalized."),
    ],
)
def test_flags_that_contradict_each_other(capsys, flags, told):
    assert outcome(["cassette", "show", "b", *flags]) == 2
    assert capsys.readouterr().err == f"tokentape: {told} See tokentape cassette show --help.\n"


def test_a_name_that_leaves_the_folder_is_refused(capsys):
    assert outcome(["cassette", "show", "../../etc/passwd"]) == 2
