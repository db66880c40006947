"""The program from outside: help texts, exit codes, and one line for every error."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gateway.cli.program import main, outcome, tokentape
from gateway.config import ConfigError
from recorder import __version__
from recorder.errors import CassetteDamaged, CassetteLocked, CassetteName, CassetteTooNew, Miss

HELP = Path(__file__).parent / "help"


def commands(command, name=""):
    """The command and all below it, by what is typed; the program itself is the empty text."""
    yield name
    for below in getattr(command, "commands", {}).values():
        yield from commands(below, f"{name} {below.name}".strip())


COMMANDS = tuple(commands(tokentape))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_reads_as_it_was_approved(command):
    """After a change on purpose: delete the file in tests/gateway/cli/help, run this twice, read the diff."""
    shown = CliRunner().invoke(
        tokentape, [*command.split(), "--help"], prog_name="tokentape", terminal_width=100, env={"COLUMNS": "100"}
    )
    assert shown.exit_code == 0
    assert "Examples:" in shown.output
    approved = HELP / f"{command.replace(' ', '_') or 'tokentape'}.txt"
    if not approved.exists():
        approved.write_text(shown.output)
        pytest.fail(f"{approved.name} was missing and has been written: read it")
    assert shown.output == approved.read_text()


def test_no_command_is_a_usage_error_that_shows_the_help(capsys):
    assert outcome([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Usage: tokentape" in shown.err


def test_version(capsys):
    assert outcome(["--version"]) == 0
    assert capsys.readouterr().out == f"tokentape {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["sevre"], "No such command 'sevre'. Did you mean 'serve'? See tokentape --help."),
        (["serve", "--prot", "1"], None),
        (["serve", "extra"], "Got unexpected extra argument (extra). See tokentape serve --help."),
        (
            ["completion"],
            "Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish. See tokentape completion --help.",
        ),
        (["run"], "Missing argument 'COMMAND...'. See tokentape run --help."),
        (["cassette", "show"], "Missing argument 'NAME'. See tokentape cassette show --help."),
        (
            ["serve", "--port", "http"],
            "--port: expected a whole number from 0 (any free port) to 65535; got 'http'",
        ),
        (
            ["run", "--mode", "none", "true"],
            "--mode: expected one of replay, once, new_episodes, all, live; got 'none'",
        ),
        (["serve", "--cassette", "../x"], None),
        (["serve", "--config", "missing.toml"], None),
        (
            ["serve", "--host", "0.0.0.0"],
            (
                "host '0.0.0.0': other machines could use the gateway; expected a loopback address such as 127.0.0.1, "
                "or --allow-remote (TOKENTAPE_ALLOW_REMOTE=1) to say that this is meant"
            ),
        ),
    ],
)
def test_wrong_usage_is_one_line_and_2(capsys, monkeypatch, tmp_path, arguments, line):
    monkeypatch.chdir(tmp_path)
    assert outcome(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("tokentape: ")
    if line is not None:
        assert shown.err == f"tokentape: {line}\n"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ConfigError("file: key"), 2, "file: key"),
        (CassetteName("no name"), 2, "no name"),
        (CassetteTooNew("needs a later version"), 2, "needs a later version"),
        (CassetteDamaged("bytes"), 3, "bytes"),
        (CassetteLocked("by 123"), 3, "by 123"),
        (Miss("nothing matches"), 4, "nothing matches"),
        (OSError(errno.EADDRNOTAVAIL, "no such address"), 3, f"[Errno {errno.EADDRNOTAVAIL}] no such address"),
        (
            OSError(errno.EADDRINUSE, "bind 127.0.0.1:8077"),
            3,
            (
                "the port is in use ([Errno 98] bind 127.0.0.1:8077). Stop who has it, or choose another: --port 0 is "
                "any free one."
            ),
        ),
        (
            KeyError("x"),
            3,
            "this is a bug in tokentape: KeyError: 'x' (--log-level debug shows where it happened)",
        ),
        (RuntimeError("a\nb\x1b[2J"), 3, None),
    ],
)
def test_each_error_has_its_code_and_is_one_line(capsys, command_that, error, code, message):
    assert outcome([command_that(error)]) == code
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "\x1b" not in shown
    if message is not None:
        assert shown == f"tokentape: {message}\n"


def test_an_interrupt_is_130(command_that):
    assert outcome([command_that(KeyboardInterrupt())]) == 130


def test_a_reader_that_has_enough_is_no_failed_check():
    """`tokentape ... | head -1`: 141 is what programs leave with that a closed pipe has ended."""
    ran = subprocess.Popen(
        [sys.executable, "-c", "from gateway.cli.program import main; main()", "--help"],
        stdout=(ends := os.pipe())[1],
        stderr=subprocess.PIPE,
    )
    for end in ends:
        os.close(end)
    assert ran.communicate() == (None, b"")
    assert ran.returncode == 141


def test_a_bug_is_logged_with_its_traceback_for_those_who_ask(caplog, command_that):
    caplog.set_level("DEBUG")
    assert outcome([command_that(KeyError("x"))]) == 3
    assert "raise error" in caplog.text


def test_a_result_of_a_command_is_the_exit_code(command_that):
    assert outcome([command_that(None)]) == 1
    with pytest.raises(SystemExit) as left:
        main([command_that(None)])
    assert left.value.code == 1


@pytest.fixture
def command_that(monkeypatch):
    def command(error):
        @click.command("fails")
        def fails():
            if error is not None:
                raise error
            return 1

        monkeypatch.setitem(tokentape.commands, "fails", fails)
        return "fails"

    return command


@pytest.mark.parametrize("command", ["", "run", "cassette show"])  # all commands are imported for each
def test_help_needs_neither_aiohttp_nor_an_sdk(command):
    check = (
        "import sys; from gateway.cli.program import outcome; code = outcome(sys.argv[1:]); "
        "slow = {'aiohttp', 'asyncio', 'gateway.dialects', 'msgpack', 'uvloop'} & set(sys.modules); "
        "sys.exit(code or ', '.join(slow) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", check, *command.split(), "--help"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
