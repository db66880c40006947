"""A real shell completes: the script is read by bash, and Tab is pressed by filling its COMP_ variables."""

import shutil
import subprocess
import sys

import pytest

from gateway.cli.completion import COMPLETE_VARIABLE
from gateway.cli.program import outcome

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="no bash here")


@pytest.fixture
def project(tmp_path, monkeypatch, on_path):
    """A project with cassettes, and `tokentape` on the PATH."""
    for name in ("greeting", "agents/weather", "agents/wiki"):
        path = tmp_path / "cassettes" / f"{name}.cassette"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def completed(*words):
    """What bash offers when Tab is pressed behind the last of `words`."""
    script = (
        'eval "$(tokentape completion bash)"\n'
        f'COMP_WORDS=("$@"); COMP_CWORD={len(words)}\n'
        f'_tokentape_completion tokentape "{words[-1]}" ""\n'
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(
        [BASH, "--norc", "-c", script, "bash", "tokentape", *words], capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    return ran.stdout.split()


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["comp"], ["completion"]),
        (["cassette", "sh"], ["show"]),
        (["cassette", "show", ""], ["agents/weather", "agents/wiki", "greeting"]),
        (["cassette", "show", "agents/w"], ["agents/weather", "agents/wiki"]),
        (["cassette", "show", "--cassettes", "cassettes/agents", "w"], ["weather", "wiki"]),
        (["cassette", "show", "--cassettes", "nowhere", ""], []),
        (["cassette", "show", "--config", "missing.toml", ""], []),
        (["cassette", "show", "--trans"], ["--transcript"]),
    ],
)
def test_bash_completes(project, words, offered):
    assert completed(*words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_this_program(capsys, shell):
    assert outcome(["completion", shell]) == 0
    assert f"{COMPLETE_VARIABLE}={shell}_complete" in capsys.readouterr().out


def test_a_shell_that_we_do_not_know(capsys):
    assert outcome(["completion", "tcsh"]) == 2
    assert "tcsh" in capsys.readouterr().err


def test_completing_imports_nothing_that_is_slow(project):
    check = (
        "import sys\n"
        "from gateway.cli.program import outcome\n"
        "try:\n"
        "    outcome([])\n"
        "except SystemExit:\n"
        "    pass\n"
        "sys.exit(', '.join({'aiohttp', 'asyncio', 'gateway.dialects', 'msgpack'} & set(sys.modules)) or 0)\n"
    )
    asked = {COMPLETE_VARIABLE: "bash_complete", "COMP_WORDS": "tokentape cassette show gr", "COMP_CWORD": "3"}
    ran = subprocess.run([sys.executable, "-c", check], env=asked, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "plain,greeting\n", "")
