"""`tokentape report` from the command line: real cassettes to a page, what is said, and what is refused."""

import shutil
import sys
from pathlib import Path

import pytest

from gateway.cli.program import outcome
from tests.gateway.exchange.interactions import CASSETTES
from tests.gateway.report.recorded_chats import chat, put_on
from tests.gateway.report.test_write import data_of


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def recorded(folder):
    (folder / "cassettes").mkdir()
    for path in CASSETTES:
        shutil.copy(path, folder / "cassettes")


def report(*arguments):
    return outcome(["report", *arguments])


@pytest.mark.usefixtures("recorded")
def test_all_recorded_cassettes_make_one_page(capsys):
    assert report() == 0
    assert capsys.readouterr().out.startswith(f"report.html: {len(CASSETTES)} streams, ")
    data = data_of(Path("report.html").read_text())
    assert data["streams"]["cassettes"] == sorted(path.stem for path in CASSETTES)
    assert sum(group["n"] for group in data["groups"]) == len(CASSETTES)
    assert any("transcript" in each for each in data["slowest"])


@pytest.mark.usefixtures("recorded")
def test_a_page_without_transcripts_has_no_word_of_them(capsys):
    assert report("anthropic-text", "--transcripts", "0", "-o", "x.html", "--title", "October") == 0
    data = data_of(Path("x.html").read_text())
    assert data["slowest"] == []
    assert data["title"] == "October"


def test_a_comparison_leaves_the_base_out_and_tells_what_has_changed(folder):
    put_on(folder / "cassettes" / "before.cassette", *[chat(100_000 + each * 1000, number=each) for each in range(12)])
    put_on(folder / "cassettes" / "after.cassette", *[chat(200_000 + each * 1000, number=each) for each in range(12)])
    assert report("--compare", "before", "-o", "x.html") == 0
    data = data_of(Path("x.html").read_text())
    assert data["streams"]["cassettes"] == ["after"]
    told = {row["quantity"]: row for row in data["comparison"]["found"]}
    assert told["ttft"]["verdict"] == "regression"
    assert told["ttft"]["change"] == pytest.approx(0.1)
    assert told["itl"]["verdict"] == "no difference"
    assert "tokens_out" not in told


def test_what_cannot_be_read_is_said_and_in_the_report(folder, capsys):
    put_on(folder / "cassettes" / "good.cassette", chat())
    (folder / "cassettes" / "bad.cassette").write_bytes(b"nonsense")
    assert report() == 1
    assert "not read: " in capsys.readouterr().err
    assert len(data_of(Path("report.html").read_text())["unread"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 3, "nothing to report: there are no cassettes in cassettes; `tokentape run -- COMMAND` records one"),
        (("--compare", "cassettes/good.cassette"), 3, "there are no other cassettes than cassettes/good.cassette"),
        (("good", "-o", "cassettes/good.cassette"), 2, "-o cassettes/good.cassette: this is where a cassette is"),
        (("nope",), 3, "no cassette 'nope'"),
        (("--cassettes", "nowhere"), 2, "there is no folder nowhere"),
        (("good", "-o", "no/such/folder.html"), 2, "cannot write it: No such file or directory"),
        (("good", "--png", "x.jpg"), 2, "--png x.jpg: expected FILE.png or a folder"),
        (("good", "--compare", "nope"), 3, "no cassette 'nope'"),
    ],
)
def test_what_is_wrong_is_one_sentence(folder, capsys, arguments, code, said):
    if "good" in " ".join(arguments):
        put_on(folder / "cassettes" / "good.cassette", chat())
    assert report(*arguments) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_plots_go_to_a_file_or_a_folder_and_need_no_page(folder, capsys):
    pytest.importorskip("matplotlib")
    put_on(folder / "cassettes" / "a.cassette", chat())
    assert report("--svg", "plots", "--png", "all.png") == 0
    assert capsys.readouterr().out.splitlines() == ["all.png", "plots/ttft.svg", "plots/itl.svg", "plots/waterfall.svg"]
    assert sorted(path.name for path in folder.iterdir()) == ["all.png", "cassettes", "plots"]


def test_without_matplotlib_the_message_says_what_to_install(folder, capsys, monkeypatch):
    put_on(folder / "cassettes" / "a.cassette", chat())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "gateway.report.plots", raising=False)
    assert report("--svg", "plots") == 2
    assert "pip install 'tokentape[plots]'" in capsys.readouterr().err
