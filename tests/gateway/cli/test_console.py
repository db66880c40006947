"""What goes to stdout, what to stderr, and how."""

import errno
import io
import logging
import sys

import pytest

from gateway.cli import console
from recorder.errors import RecorderError


def test_messages_are_lines_on_stderr(capsys):
    console.say("one", "two\nlines\x1b[2J")
    assert capsys.readouterr() == ("", "tokentape: one\ntokentape: two\\nlines\\x1b[2J\n")


def test_the_promised_line(capsys):
    console.announce("http://127.0.0.1:8077")
    assert capsys.readouterr() == ("listening on http://127.0.0.1:8077\n", "")


def test_results_go_to_stdout(capsys):
    console.result(["a", "b"])
    console.result_json({"é": "\x7f\u202e"})
    assert capsys.readouterr().out == 'a\nb\n{\n  "\\u00e9": "\\u007f\\u202e"\n}\n'


def test_a_closed_stdout_takes_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    console.result(["a"])
    console.result_text(["a"])
    console.result_events([b"a"])
    console.spell_what_is_foreign()


def test_what_a_terminal_has_no_letter_for_is_spelt(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), "latin-1")
    monkeypatch.setattr(sys, "stdout", terminal)
    console.spell_what_is_foreign()
    console.result(["é ⚠"])
    assert terminal.buffer.getvalue() == b"\xe9 \\u26a0\n"


def test_exit_codes():
    assert (console.OK, console.CHECK_FAILED, console.USAGE, console.RUNTIME, console.MISS) == (0, 1, 2, 3, 4)


def test_examples_keep_their_lines():
    assert console.examples("a", "b") == "\b\nExamples:\n  a\n  b"


def test_the_program_is_named_as_it_can_be_called(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [".venv/bin/tokentape"])
    assert console.typed() == ".venv/bin/tokentape"
    (tmp_path / "tokentape").touch(0o755)
    assert console.typed() == "tokentape"


def logged(monkeypatch, level, write):
    """What reaches stderr from a process without any log handler."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    before = root.level
    try:
        console.log_to_stderr(level)
        write(logging.getLogger("gateway.test"))
    finally:
        root.setLevel(before)


def test_the_log_goes_to_stderr_one_line_a_record(monkeypatch, capsys):
    logged(monkeypatch, "info", lambda log: (log.info("a\nERROR forged %s", "\x1b]0;x\x07"), log.debug("hidden")))
    assert capsys.readouterr().err == "tokentape: INFO gateway.test: a\\nERROR forged \\x1b]0;x\\x07\n"


def test_a_traceback_keeps_its_lines(monkeypatch, capsys):
    def write(log):
        try:
            raise ValueError("bad\x1b")
        except ValueError:
            log.exception("oh")

    logged(monkeypatch, "debug", write)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "tokentape: ERROR gateway.test: oh"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: bad\\x1b"
    assert sys.exc_info() == (None, None, None)


class _Full(io.RawIOBase):
    """A device without room."""

    def writable(self):
        return True

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "show",
    [
        lambda: console.result(["a"]),
        lambda: console.result_json({}),
        lambda: console.result_json_lines([{}]),
        lambda: console.result_text(["a"]),
    ],
    ids=range(4),
)
def test_a_stdout_that_is_full_is_named(monkeypatch, show):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(_Full()), "utf-8"))
    with pytest.raises(RecorderError, match="standard output: cannot write to it: No space left on device"):
        show()
    monkeypatch.setattr(_Full, "write", lambda _self, data: len(data))
