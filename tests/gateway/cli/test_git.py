"""Real git in a real repository shows cassettes as text."""

import os
import subprocess
from pathlib import Path

import pytest

from gateway.cli.git import ATTRIBUTES, TEXTCONV, git_says
from gateway.cli.program import outcome
from tests.gateway.tools.samples import interaction, record

SNAPSHOTS = Path(__file__).parent / "git"

WEATHER = ("weather", {"city": "Paris"})
FORECAST = "It is mild in Paris today. There is a light wind from the west. Tomorrow it will rain, so take an umbrella."


@pytest.fixture
def repository(tmp_path, monkeypatch, on_path):
    """An empty repository, and a git that reads no configuration but that of this test."""
    folder = tmp_path / "project"
    (folder / "cassettes").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")
        monkeypatch.setenv(f"GIT_{role}_DATE", "2026-11-02T10:00:00Z")
    monkeypatch.chdir(folder)
    git("init", "-q", "-b", "main")
    return folder


def git(*arguments):
    ran = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def commit(message):
    git("add", ".")
    git("commit", "-q", "-m", message)


def approved(name, shown):
    """Compare with the snapshot; after a change on purpose, delete it, run this twice and read it."""
    shown = "".join(line for line in shown.splitlines(keepends=True) if not line.startswith("index "))
    path = SNAPSHOTS / f"{name}.txt"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown)
        pytest.fail(f"{path.name} was missing and has been written: read it")
    assert shown == path.read_text()


def test_a_changed_cassette_reads_well(repository):
    assert outcome(["git", "install"]) == 0
    path = record(
        repository / "cassettes" / "forecast.cassette",
        interaction("What is the weather in Paris?", "Let me see.", WEATHER, stop="tool_use"),
        interaction("And tomorrow?", FORECAST, system="Answer in few words.\nNever guess."),
        interaction("Thanks", "You are welcome."),
    )
    commit("Record the forecast")
    again = {"tag": "2", "tempo": 2, "recorded": "2026-11-03T10:00:00Z"}
    record(
        path,
        interaction("What is the weather in Paris?", "Let me see.", WEATHER, stop="tool_use", **again),
        interaction(
            "And tomorrow?", FORECAST.replace("light", "strong"), system="Answer in few words.\nDo not guess.", **again
        ),
        interaction("Really?", "Yes.", **again),
        interaction("Thanks", "You are welcome.", **again),
    )
    approved("diff", git("diff"))
    commit("Record it anew")
    approved("log", git("log", "-p", "--format=%s", "--", "cassettes"))


def test_installing_is_said_and_repeating_it_changes_nothing(repository, capsys, on_path):
    (repository / ".gitattributes").write_text("*.cassette binary")
    assert outcome(["git", "install"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"tokentape: git config --local {TEXTCONV} is now: {on_path} git textconv",
        f"tokentape: {repository}/.gitattributes: added the line `{ATTRIBUTES}`",
        "tokentape: to undo: tokentape git uninstall",
    ]
    before = ((repository / ".gitattributes").read_text(), (repository / ".git" / "config").read_text())
    assert before[0] == f"*.cassette binary\n{ATTRIBUTES}\n"
    assert outcome(["git", "install"]) == 0
    assert f"has the line `{ATTRIBUTES}`" in capsys.readouterr().err
    assert ((repository / ".gitattributes").read_text(), (repository / ".git" / "config").read_text()) == before
    attributes = git("check-attr", "diff", "text", "--", "x/y.cassette")
    assert attributes == "x/y.cassette: diff: cassette\nx/y.cassette: text: unset\n"


def test_what_is_undone_is_what_was_done(repository, capsys):
    config = (repository / ".git" / "config").read_text()
    (repository / ".gitattributes").write_text("*.png binary\n")
    assert outcome(["git", "install"]) == outcome(["git", "uninstall"]) == 0
    assert (repository / ".gitattributes").read_text() == "*.png binary\n"
    assert (repository / ".git" / "config").read_text() == config
    (repository / ".gitattributes").unlink()
    assert outcome(["git", "install"]) == outcome(["git", "uninstall"]) == 0
    assert not (repository / ".gitattributes").exists()
    capsys.readouterr()
    assert outcome(["git", "uninstall"]) == 0
    assert capsys.readouterr().err.count("was not there") == 2


def test_other_lines_are_left_as_they_are(repository):
    before = b"*.txt text\r\n# \xff\r\n"
    (repository / ".gitattributes").write_bytes(before)
    assert outcome(["git", "install"]) == 0
    assert (repository / ".gitattributes").read_bytes() == before + ATTRIBUTES.encode() + b"\n"
    assert outcome(["git", "uninstall"]) == 0
    assert (repository / ".gitattributes").read_bytes() == before


def test_for_all_repositories_of_a_user(repository, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert outcome(["git", "install", "--global"]) == 0
    monkeypatch.chdir(repository)
    record(repository / "cassettes" / "a.cassette", interaction("Hi", "Hello."))
    commit("Record")
    assert '+            text: "Hello."' in git("show").splitlines()
    monkeypatch.chdir(tmp_path)
    assert outcome(["git", "uninstall", "--global"]) == 0
    assert git_says("config", "--global", "--get", TEXTCONV) is None


def test_outside_of_a_repository(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert outcome(["git", "install"]) == 3
    assert capsys.readouterr().err == (
        "tokentape: this folder is in no git repository; go to one or `git init`, or use --global for all of them\n"
    )


def test_without_git(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert outcome(["git", "install"]) == 3
    assert capsys.readouterr().err == "tokentape: there is no git on the PATH; install it, then run this again\n"


def test_git_refuses(repository, capsys):
    (repository / ".git" / "config.lock").touch()
    assert outcome(["git", "install"]) == 3
    assert "git config failed: error: could not lock config file" in capsys.readouterr().err
    assert not (repository / ".gitattributes").exists()


def test_without_tokentape_on_the_path_git_is_told_how_to_start_it(repository, monkeypatch, on_path):
    on_path.unlink()
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert outcome(["git", "install"]) == 0
    record(repository / "cassettes" / "a.cassette", interaction("Hi", "Hello."))
    commit("Record")
    assert '+            text: "Hello."' in git("show").splitlines()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"version https://git-lfs.github.com/spec/v1\nsize 12\n", ["content:", "  | version https://git-lfs"]),
        (b"\x00\xff", ["content: <2 bytes"]),
        (b"", []),
    ],
    ids=["pointer", "bytes", "nothing"],
)
def test_a_file_that_is_no_cassette_has_a_text_too(repository, capsys, content, shown):
    (repository / "Kx3a_f").write_bytes(content)
    assert outcome(["git", "textconv", "Kx3a_f"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not any("Kx3a_f" in line for line in lines)
    assert bool(shown) == bool(lines and lines[0].startswith("not readable: "))
    for line, beginning in zip(lines[1:], shown, strict=False):
        assert line.startswith(beginning)


def test_a_file_that_is_not_there_is_said(repository, capsys):
    assert outcome(["git", "textconv", "nowhere"]) == 0
    assert capsys.readouterr().out == "not readable: no such file\n"
