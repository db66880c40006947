"""What is wrong is told in one line, with exit code 2, before anything is sent."""

import pytest

from gateway.cli.program import outcome

URL = "http://127.0.0.1:1"
ASK = ("--model", "m", "--prompt", "x")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody", *ASK], "TARGET: expected a URL or one of anthropic"),
        ([URL, *ASK], "add --api NAME"),
        ([URL, "--api", "openai"], "expected one of --prompt TEXT, --prompts FILE and --cassette NAME"),
        ([URL, "--api", "openai", "--prompt", "x"], "--model: expected the name of a model"),
        ([URL, "--api", "openai", *ASK, "--cassette", "c"], "expected one of --prompt TEXT"),
        ([URL, "--api", "openai", "--model", "m", "--prompts", "missing.txt"], "--prompts: cannot read missing.txt"),
        ([URL, "--api", "openai", "--cassette", "none"], "--cassette: there is no cassettes/none.cassette"),
        ([URL, "--api", "openai", *ASK, "--rate", "1", "--concurrency", "1"], "expected one of them"),
        (
            [URL, "--api", "openai", *ASK, "--arrivals", "poisson", "--concurrency", "1"],
            "--arrivals poisson is of an open loop (--rate)",
        ),
        ([URL, "--api", "openai", *ASK, "--slo", "fast"], "--slo: expected QUANTITY=LIMIT"),
        ([URL, "--api", "openai", *ASK, "--client", "curl"], "--client: expected own, anthropic or openai; got 'curl'"),
        ([URL, "--api", "openai", *ASK, "--client", "anthropic"], "--client: this SDK is driven at /v1/messages"),
        ([URL, "--api", "openai", *ASK, "--key-env", "NOPE"], "--key-env: the environment has no NOPE"),
        (["openai", *ASK], "openai wants a key: export OPENAI_API_KEY"),
        ([URL, "--api", "openai", *ASK, "--record", "there"], "--record: cassettes/there.cassette is there already"),
        ([URL, "--api", "openai", *ASK, "--record", "../x"], "'../x' cannot be a cassette"),
        ([URL, "--api", "openai", *ASK, "--jsonl", "no/x"], "--jsonl no/x: cannot write it: No such file or directory"),
        ([URL, "--api", "openai", *ASK, "--csv", "no/x"], "--csv no/x: cannot write it: No such file or directory"),
        (
            [URL, "--api", "openai", *ASK, "--csv", "x", "--jsonl", "./x"],
            "--jsonl and --csv: expected two files",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(value[1:]) or value[0],
)
def test_usage(arguments, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "cassettes" / "there.cassette").touch()
    assert outcome(["bench", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert shown.err.count("\n") == 1
