"""`tokentape cassette export` and `import`: what is written, what is said, and that it is all or nothing."""

import io
import shutil
import sys
from pathlib import Path

import pytest

from gateway.cli.program import outcome
from recorder.store import Store
from tests.gateway.exchange.interactions import CASSETTES, on_file

KEY = "sk-" + "ant-api03-" + "x1Y2" * 12


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cassettes").mkdir()
    for path in CASSETTES:
        shutil.copy(path, tmp_path / "cassettes")
    return tmp_path


def cassette(*arguments):
    return outcome(["cassette", *arguments])


def bytes_of(name):
    return Path("cassettes", f"{name}.cassette").read_bytes()


@pytest.mark.parametrize("suffix", ["jsonl", "har"])
@pytest.mark.parametrize("name", [path.stem for path in CASSETTES])
def test_there_and_back_is_the_same_file(folder, capsys, name, suffix):
    assert cassette("export", name, "-o", f"a.{suffix}") == 0
    assert cassette("import", f"a.{suffix}", "--into", "copy") == 0
    assert capsys.readouterr() == ("imported 1 interaction into copy (cassettes/copy.cassette)\n", "")
    assert bytes_of("copy") == bytes_of(name)
    assert cassette("export", "copy", "-o", f"b.{suffix}") == 0
    assert (folder / f"a.{suffix}").read_bytes() == (folder / f"b.{suffix}").read_bytes()


def test_a_pruned_cassette_keeps_its_seed(folder):
    path = folder / "cassettes" / "openai-chat.cassette"
    assert cassette("export", "anthropic-text", "-o", "a.jsonl") == 0
    assert cassette("import", "a.jsonl", "--into", "openai-chat", "--append") == 0
    Store(path).rewrite(
        lambda entry, stored: (stored, entry.fingerprint, entry.fingerprint_version) if entry.index else None
    )
    assert cassette("export", "openai-chat", "-o", "b.jsonl") == 0
    assert '"seed":' in (folder / "b.jsonl").read_text().partition("\n")[0]
    assert cassette("import", "b.jsonl", "--into", "copy") == 0
    assert bytes_of("copy") == bytes_of("openai-chat")


def test_through_a_pipe(capsysbinary, monkeypatch):
    assert cassette("export", "anthropic-text") == 0
    text = capsysbinary.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert cassette("import", "-", "--into", "copy") == 0
    assert bytes_of("copy") == bytes_of("anthropic-text")


def test_a_pipe_that_is_closed_is_empty(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert cassette("import", "-", "--into", "copy") == 3
    assert capsys.readouterr().err.startswith("tokentape: standard input: expected JSON lines")


def test_what_never_ends_is_not_read_to_its_end(capsys, monkeypatch):
    monkeypatch.setattr("gateway.cli.cassette.exchange._LARGEST", 1000)
    assert cassette("import", "/dev/zero", "--into", "copy") == 3
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" " * 1001)))
    assert cassette("import", "-", "--into", "copy") == 3
    assert capsys.readouterr().err == (
        "tokentape: /dev/zero: expected at most 1,000 bytes; got more; nothing was imported\n"
        "tokentape: standard input: expected at most 1,000 bytes; got more; nothing was imported\n"
    )


def test_what_is_there_is_never_overwritten_by_itself(capsys):
    assert cassette("export", "openai-chat", "-o", "a.jsonl") == 0
    before = bytes_of("anthropic-text")
    assert cassette("import", "a.jsonl", "--into", "anthropic-text") == 2
    assert "--append adds to it, --replace replaces it" in capsys.readouterr().err
    assert bytes_of("anthropic-text") == before
    assert cassette("import", "a.jsonl", "--into", "anthropic-text", "--append", "--replace") == 2
    assert cassette("import", "a.jsonl", "--into", "anthropic-text", "--append") == 0
    assert bytes_of("anthropic-text").startswith(before)
    assert cassette("import", "a.jsonl", "--into", "anthropic-text", "--replace") == 0
    assert bytes_of("anthropic-text") == bytes_of("openai-chat")


@pytest.mark.parametrize("flags", [[], ["--append"], ["--replace"]])
def test_one_wrong_line_and_nothing_is_written(folder, capsys, flags):
    assert cassette("export", "openai-chat", "-o", "a.jsonl") == 0
    with (folder / "a.jsonl").open("a") as file:
        file.write('{"request": 3}\n')
    name = "openai-chat" if flags else "new"
    before = sorted(path.read_bytes() for path in (folder / "cassettes").iterdir())
    assert cassette("import", "a.jsonl", "--into", name, *flags) == 3
    assert capsys.readouterr() == (
        "",
        "tokentape: a.jsonl: line 3: request: expected an object; got 3; nothing was imported\n",
    )
    assert sorted(path.read_bytes() for path in (folder / "cassettes").iterdir()) == before


def test_secrets_are_redacted_and_said_so(folder, capsys):
    (folder / "a.yaml").write_text(f"""
interactions:
- request:
    body: '{{"note": "{KEY}"}}'
    headers: {{authorization: [Bearer {KEY}], content-type: [application/json]}}
    method: POST
    uri: https://api.anthropic.com/v1/messages?key={KEY}
  response:
    body: {{string: "no, not {KEY}"}}
    headers: {{set-cookie: [a=b]}}
    status: {{code: 401, message: Unauthorized}}
- request: {{body: null, headers: {{}}, method: GET, uri: 'https://other.example/x'}}
  response: {{body: {{string: ''}}, headers: {{}}, status: {{code: 200, message: OK}}}}
version: 1
""")
    assert cassette("import", "a.yaml", "--into", "secret") == 0
    assert capsys.readouterr().out.splitlines() == [
        "imported 1 interaction into secret (cassettes/secret.cassette)",
        "redacted: 3 places in URLs, headers and bodies",
        "headers that are not stored: authorization, set-cookie",
        "left out 1: https://other.example is no upstream (--upstream NAME=URL makes it one)",
    ]
    assert KEY.encode() not in bytes_of("secret")
    assert on_file(folder / "cassettes" / "secret.cassette")[0].response.status == 401


def test_yaml_without_pyyaml(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "gateway.exchange.vcrpy_yaml", raising=False)
    monkeypatch.delattr("gateway.exchange.vcrpy_yaml", raising=False)
    (folder / "a.yaml").write_text("interactions: []")
    assert cassette("import", "a.yaml", "--into", "new") == 2
    assert cassette("export", "openai-chat", "-o", "b.yaml") == 2
    line = "tokentape: YAML needs PyYAML, which is not installed: pip install 'tokentape[yaml]'. See tokentape"
    assert [said.startswith(line) for said in capsys.readouterr().err.splitlines()] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["export", "nowhere"], 3, "no cassette 'nowhere' in cassettes; there are: "),
        (["export", "openai-chat", "-o", "cassettes/x.cassette"], 2, "this is where a cassette is"),
        (["export", "openai-chat", "-o", "no/such/folder.har"], 2, "cannot write it: No such file or directory"),
        (["export", "openai-chat", "--format", "xml"], 2, "'xml' is not one of 'jsonl', 'har', 'vcrpy'"),
        (["import", "nowhere.har", "--into", "x"], 2, "nowhere.har: cannot read it: No such file or directory"),
        (["import", "empty.har", "--into", "x"], 3, "empty.har: HAR: expected JSON; at column 1: Expecting value"),
        (["import", "empty", "--into", "x"], 3, "empty: expected JSON lines of `cassette export`, HAR or a cassette"),
        (["import", "latin.yaml", "--into", "x"], 3, "latin.yaml: expected UTF-8; byte 3 is none"),
        (["import", "none.har", "--into", "x"], 3, "none.har: nothing to import"),
        (["import", "none.har", "--into", "../x"], 2, "'../x' cannot be a cassette"),
        (["import", "none.har"], 2, "Missing option '--into'"),
    ],
)
def test_what_is_wrong_is_one_sentence(folder, capsys, arguments, code, message):
    (folder / "empty").write_bytes(b"")
    (folder / "empty.har").write_bytes(b"")
    (folder / "latin.yaml").write_bytes(b"caf\xe9")
    (folder / "none.har").write_text('\ufeff{"log": {"entries": []}}')
    assert cassette(*arguments) == code
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert message in shown.err
    assert not (folder / "cassettes" / "x.cassette").exists()


def test_a_torn_cassette_is_exported_as_far_as_it_goes(folder, capsys):
    path = folder / "cassettes" / "openai-chat.cassette"
    path.write_bytes(path.read_bytes() + b"\x89rec")
    assert cassette("export", "openai-chat", "-o", "a.jsonl") == 1
    said = capsys.readouterr().err
    assert "intact interactions before it: 1" in said
    assert said.endswith("; only what is before that is exported\n")
    assert (folder / "a.jsonl").read_text().count("\n") == 2
