"""`tokentape cassette explain`: by the folder's settings, from a file or standard input."""

import io
import json
import sys
from pathlib import Path

import pytest

from gateway.cli.program import outcome
from recorder.cassette import Cassette
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.store import Store


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    record("greeting", {"model": "large-1", "seed": 1}, {"model": "large-1", "seed": 2})
    return tmp_path


def record(name, *bodies, target="/v1/chat"):
    store = Store(Path("cassettes") / f"{name}.cassette")
    cassette = Cassette(name, store)
    for body in bodies:
        request = Request("acme", "POST", target, (), json.dumps(body).encode())
        cassette.record(Interaction(request, Response(200), 1, (Chunk(1, b"x"),), COMPLETE, 2))
    store.close()


def explained(folder, body, *flags, name="greeting"):
    (folder / "ask.json").write_text(json.dumps(body))
    return outcome(["cassette", "explain", name, "--request", "ask.json", *flags])


def test_a_match_is_0_and_names_the_interaction(folder, capsys):
    assert explained(folder, {"model": "large-1", "seed": 2}) == 0
    assert capsys.readouterr().out == (
        "POST /v1/chat (upstream acme) matches interaction 1 of the cassette 'greeting'.\n"
        "Asked again after that, the last answer is given again (repeat = last).\n"
    )


def test_a_miss_is_4_and_explained(folder, capsys):
    assert explained(folder, {"model": "small-1", "seed": 2}, "--all") == 4
    assert capsys.readouterr().out == (
        'No stored answer for POST /v1/chat (upstream acme) on the cassette "greeting" (2 interactions).\n'
        "The nearest is interaction 1, POST /v1/chat (upstream acme). It differs in 1 place:\n"
        "  body.model:\n"
        '    stored:  "large-1"\n'
        '    request: "small-1"\n'
        'Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["model"].\n'
        "To record this request: tokentape run --mode new_episodes --cassette greeting -- COMMAND\n"
        "#0  POST /v1/chat (upstream acme): differs in body.model, body.seed\n"
        "#1  POST /v1/chat (upstream acme): differs in body.model\n"
    )


def test_the_settings_of_the_folder_count(folder, capsys):
    (folder / "tokentape.toml").write_text('match_ignore = ["model"]\nrepeat = "never"\n')
    assert explained(folder, {"model": "small-1", "seed": 2}) == 0
    assert "After that it is a miss (repeat = never)." in capsys.readouterr().out


def test_json(folder, capsys):
    assert explained(folder, {"model": "small-1", "seed": 2}, "--json", "--all") == 4
    shown = json.loads(capsys.readouterr().out)
    assert (shown["matches"], shown["nearest"]["index"], len(shown["all"])) == (False, 1, 2)
    assert explained(folder, {"model": "large-1", "seed": 2}, "--json") == 0
    assert json.loads(capsys.readouterr().out)["turns"] == [1]


def test_from_standard_input_as_show_prints_it(monkeypatch, capsys):
    assert outcome(["cassette", "show", "greeting", "--json"]) == 0
    request = json.dumps(json.loads(capsys.readouterr().out)[1]["request"])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(request.encode())))
    assert outcome(["cassette", "explain", "greeting", "--request", "-"]) == 0
    assert "matches interaction 1" in capsys.readouterr().out


def test_a_request_that_never_ends_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["gateway.cli.cassette.explain"], "_LARGEST", 1000)  # not the command
    assert outcome(["cassette", "explain", "greeting", "--request", "/dev/zero"]) == 2
    assert capsys.readouterr().err == ("tokentape: /dev/zero: expected a request of at most 1,000 bytes; got more\n")


def test_what_the_request_does_not_say_is_asked_for(folder, capsys):
    record("several", {"seed": 1})
    record("several", {"seed": 1}, target="/v2/chat")
    assert explained(folder, {"seed": 1}, name="several") == 2
    assert capsys.readouterr().err == (
        "tokentape: the request says no path; expected --path, since the cassette has /v1/chat, /v2/chat\n"
    )
    assert explained(folder, {"seed": 1}, "--path", "/v2/chat", name="several") == 0
    assert explained(folder, {"seed": 1}, "--path", "/v2/chat", "--method", "PUT", name="several") == 4
    assert explained(folder, {"seed": 1}, "--path", "/v2/chat", "--upstream", "apex", name="several") == 4


def test_a_request_that_is_not_as_it_should_be(folder, capsys):
    assert explained(folder, {"method": 1, "target": "/"}) == 2
    assert capsys.readouterr().err == "tokentape: ask.json: method: expected text; got 1\n"


def test_a_file_that_is_not_there(capsys):
    assert outcome(["cassette", "explain", "greeting", "--request", "none.json"]) == 2
    assert capsys.readouterr().err == (
        "tokentape: none.json: expected a file that holds a request; No such file or directory\n"
    )


def test_a_cassette_that_is_not_there(folder, capsys):
    assert explained(folder, {}, name="greetings") == 3
    assert capsys.readouterr().err == "tokentape: no cassette 'greetings' in cassettes; there are: greeting\n"
