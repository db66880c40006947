"""`tokentape stats` as people and CI run it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from gateway.cli.program import outcome
from gateway.cli.stats import DIMENSIONS, QUANTITIES
from gateway.metrics import quantities, summary
from recorder.interaction import Chunk, End
from tests.gateway.tools.samples import interaction, record


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cassettes"


def later(stream, by):
    """The same stream, all of it so many µs later."""
    chunks = tuple(Chunk(chunk.at + by, chunk.data) for chunk in stream.chunks)
    return replace(stream, head_at=stream.head_at + by, chunks=chunks, end_at=stream.end_at + by)


def many(folder, name, tempo, count=12):
    """A cassette of streams whose first token comes after 300 ms times `tempo`, each a millisecond later."""
    folder.mkdir(exist_ok=True)
    streams = [later(interaction(f"hi {number}", "ho", tempo=tempo), number * 1000) for number in range(count)]
    record(folder / f"{name}.cassette", *streams)


def said(capsys):
    """What was printed, and what was said but for the time it took."""
    out, err = capsys.readouterr()
    return out, [line for line in err.splitlines() if not line.endswith("streams per second")]


def test_the_names_are_those_of_the_metrics():
    assert tuple(summary.DIMENSIONS) == DIMENSIONS
    compared = {name for name, each in quantities.QUANTITIES.items() if not each.pooled and each.kind != "count"}
    assert set(QUANTITIES) == compared


def test_all_cassettes_in_groups(folder, capsys):
    many(folder, "a", 1)
    many(folder, "b", 2, count=1)
    assert outcome(["stats"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "anthropic sim, live: n = 13: 13 ok"
    assert next(line.split()[5:7] for line in out.splitlines() if line.startswith("  ttft")) == ["13", "300.0"]
    assert err.startswith("tokentape: 13 streams in ")
    assert err.count("\n") == 1
    assert outcome(["stats", "--by", "cassette,status", "b", "cassettes/a.cassette"]) == 0
    titles = [line for line in capsys.readouterr().out.splitlines() if line[0] != " "]
    assert titles == ["b ok, live: n = 1: 1 ok", "cassettes/a.cassette ok, live: n = 12: 12 ok"]
    assert outcome(["stats", "--by", "all"]) == 0
    assert capsys.readouterr().out.startswith("all live: n = 13: 13 ok\n")


@pytest.mark.parametrize(("encoding", "marks"), [("utf-8", "█▁"), ("ascii", "@.")])
def test_bars_as_the_terminal_can_show_them(folder, monkeypatch, encoding, marks):
    many(folder, "a", 1)
    printed = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", printed)
    assert outcome(["stats"]) == 0
    printed.seek(0)
    assert marks[0] in printed.read()


def test_forms_for_programs(folder, capsys):
    many(folder, "a", 1, count=2)
    assert outcome(["stats", "--json"]) == 0
    (group,) = json.loads(capsys.readouterr().out)["groups"]
    assert group["quantities"]["ttft"]["values"] == [0.3, 0.301]
    assert outcome(["stats", "--jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["cassette"], line["interaction"], line["ttft"]) for line in lines] == [
        ("a", 0, 0.3),
        ("a", 1, 0.301),
    ]
    assert outcome(["stats", "--csv", "--by", "model"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["model"], row["p50"]) for row in rows if row["quantity"] == "ttft"] == [("sim", "0.3005")]


def test_what_cannot_be_read_is_told_and_fails(folder, capsys):
    many(folder, "a", 1)
    (folder / "b.cassette").write_bytes((folder / "a.cassette").read_bytes()[:-1])
    (folder / "c.cassette").write_bytes(b"nothing of ours, and long enough to be looked at")
    assert outcome(["stats"]) == 1
    out, err = said(capsys)
    assert out.startswith("anthropic sim, live: n = 23: 23 ok\n")
    assert [line.partition(": ")[2].split(":")[:2] for line in err] == [
        ["not read", f" cassettes/{name}.cassette"] for name in "bc"
    ]
    for form in ("--jsonl", "--json", "--csv"):
        assert outcome(["stats", form]) == 1
    assert len(said(capsys)[1]) == 6


def test_many_sentences_are_not_read(folder, capsys):
    folder.mkdir()
    for number in range(13):
        (folder / f"{number}.cassette").write_bytes(b"nothing of ours, and long enough to be looked at")
    assert outcome(["stats"]) == 1
    assert said(capsys)[1][10:] == ["tokentape: not read: 3 more; `tokentape cassette check` tells all"]


def test_without_streams_that_is_said(folder, capsys):
    assert outcome(["stats"]) == 0
    assert said(capsys) == ("", ["tokentape: no cassettes in cassettes; `tokentape run -- COMMAND` records one"])
    folder.mkdir()
    (folder / "empty.cassette").touch()
    assert outcome(["stats", "empty"]) == 0
    assert said(capsys) == ("", ["tokentape: nothing was recorded on empty"])
    aborted = replace(interaction("hi", "ho"), end=End("client_closed"))
    record(folder / "a.cassette", replace(aborted, chunks=aborted.chunks[:2]))
    assert outcome(["stats", "a"]) == 0
    assert said(capsys)[0].splitlines() == [
        "anthropic sim, live: n = 1: 1 aborted",
        "  latencies: none, there is no stream that ended well",
    ]


@pytest.mark.parametrize(
    ("threshold", "code", "ending"),
    [
        ([], 0, "regression"),
        (["--threshold", "10%"], 1, "regression beyond 10%"),
        (["--threshold", "2.5%"], 1, "regression beyond 2.5%"),
        (["--threshold", "150%"], 0, "a difference within 150%"),
    ],
)
def test_a_regression_fails_if_there_is_a_threshold(folder, capsys, threshold, code, ending):
    many(folder, "before", 1)
    many(folder, "after", 2)
    assert outcome(["stats", "--compare", "before", *threshold]) == code
    out, (conclusion,) = said(capsys)
    assert out.startswith(
        "anthropic sim, live: ttft (to the first token): median 305.5 ms -> 605.5 ms (n = 12 -> 12), "
    )
    assert out.endswith(f": {ending}\n")
    assert conclusion.startswith("tokentape: compared 1 median: 1 ")


def test_any_form_of_base_gives_the_same(folder, tmp_path, capsys, monkeypatch):
    many(folder, "after", 2)
    many(tmp_path / "old", "before", 1)
    told = {}
    for form in ("--json", "--jsonl"):
        assert outcome(["stats", "--cassettes", "old", form]) == 0
        (tmp_path / f"before{form}").write_text(capsys.readouterr().out)
    for base in ("old", "old/before.cassette", "before--json", "before--jsonl", "-"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper((tmp_path / "before--jsonl").open("rb")))
        assert outcome(["stats", "--compare", base, "--quantity", "ttft", "--quantity", "e2e", "--json"]) == 0
        value = json.loads(capsys.readouterr().out)
        assert value["base"] == base
        told[base] = [(each["quantity"], each["verdict"], each["change"]) for each in value["found"]]
        sys.stdin.close()
    assert [told["old"]] * 5 == list(told.values())
    assert [each[:2] for each in told["old"]] == [("ttft", "regression"), ("e2e", "regression")]


def test_too_few_streams_are_no_regression_and_that_is_said(folder, capsys):
    many(folder, "before", 1, count=9)
    many(folder, "after", 2)
    assert outcome(["stats", "after", "--compare", "before", "--threshold", "1%"]) == 0
    out, err = said(capsys)
    assert out.endswith("(n = 9 -> 12); no statement, which takes n = 10 on both sides\n")
    assert err == ["tokentape: compared 1 median: 1 with too few streams for a statement"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["x"], 3, "no cassette 'x' in cassettes, and no file of that path; there are: a, b"),
        (["--cassettes", "x"], 2, "--cassettes: there is no folder x. See tokentape stats --help."),
        (["--threshold", "1%"], 2, "--threshold goes with --compare. See tokentape stats --help."),
        (["--quantity", "ttft"], 2, "--quantity goes with --compare. See tokentape stats --help."),
        (["--csv", "--json"], 2, "--json and --csv exclude each other. See tokentape stats --help."),
        (["--csv", "--compare", "a"], 2, "--compare and --csv exclude each other. See tokentape stats --help."),
        (["--compare", "x"], 3, "no cassette 'x' in cassettes, and no file of that path; there are: a, b"),
        (["--compare", "nothing"], 3, "--compare nothing: there is no cassette in this folder"),
        (
            ["--compare", "text"],
            3,
            "text: expected a cassette, a folder of cassettes, or what `tokentape stats --json` or `--jsonl` printed",
        ),
        (
            ["a", "--compare", "b", "--by", "cassette"],
            3,
            (
                "nothing can be compared: no group is on both sides. Here: a, live. In b: b, live. --by all compares "
                "all streams of one side with all of the other"
            ),
        ),
    ],
    ids=range(10),
)
def test_what_is_wrong_is_one_sentence(folder, tmp_path, capsys, arguments, code, message):
    many(folder, "a", 1, count=1)
    many(folder, "b", 1, count=1)
    (tmp_path / "text").write_text("no JSON")
    (tmp_path / "nothing").mkdir()
    assert outcome(["stats", *arguments]) == code
    assert said(capsys) == ("", [f"tokentape: {message}"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--by", "modle"], "expected all, or some of provider, model, api"),
        (["--by", "model,model"], "with commas between them; got 'model,model'"),
        (["--threshold", "0.1"], "expected a percentage, such as 10% or 2.5%; got '0.1'"),
        (["--compare", "a", "--quantity", "tttft"], "'tttft' is not one of"),
        (["--treshold", "1%"], "No such option '--treshold'. Did you mean"),
        (["--processes", "0"], "0 is not in the range"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_slips_of_the_pen_are_2(capsys, arguments, words):
    assert outcome(["stats", *arguments]) == 2
    out, (line,) = said(capsys)
    assert out == ""
    assert words in line


def test_a_ctrl_c_is_130_without_a_word(folder):
    """While other processes are at work for it, and everybody on the terminal gets it."""
    folder.mkdir()
    record(folder / "a.cassette", interaction("hi", "x" * (1 << 20)))
    program = (
        "from gateway.tools.stats import reading; reading._PAYS = 0\n"
        "reading._batches = lambda file, once=reading._batches: (batch for _ in iter(int, 1) for batch in once(file))\n"
        "from gateway.cli import main; main()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program, "stats", "--jsonl", "--processes", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, b"\n")
