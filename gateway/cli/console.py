"""What is printed where: results to stdout, everything about the run to stderr, one line each.

Whatever came from outside goes through `escaped` on its way to the terminal, log lines included.
"""

import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gateway.escaping import escaped, escaped_json
from recorder.errors import RecorderError

__all__ = [
    "CHECK_FAILED",
    "MISS",
    "OK",
    "RUNTIME",
    "USAGE",
    "announce",
    "can_show",
    "examples",
    "fill_closed_outputs",
    "log_to_stderr",
    "result",
    "result_events",
    "result_json",
    "result_json_lines",
    "result_text",
    "say",
    "spell_what_is_foreign",
    "typed",
]

OK, CHECK_FAILED, USAGE, RUNTIME, MISS = range(5)
"""The exit codes of every command."""

# Room for the explanation of a miss; a message that is longer is not read to its end.
_LONGEST = 2000


def say(*messages: str) -> None:
    """Print each message as one line to stderr."""
    for message in messages:
        click.echo(f"tokentape: {escaped(message, _LONGEST)}", err=True)


def result(lines: Iterable[str]) -> None:
    """Print lines that are already fit for a terminal to stdout."""
    for line in lines:
        with _naming_stdout():
            click.echo(line)


def result_json(value: object) -> None:
    """Print one JSON value to stdout: ASCII only, so that no control character survives."""
    result([json.dumps(value, indent=2).replace("\x7f", "\\u007f")])


def result_json_lines(values: Iterable[object]) -> None:
    """Print JSON values to stdout, each on a line of its own, as harmless as `result_json` does."""
    result(json.dumps(value).replace("\x7f", "\\u007f") for value in values)


def result_events(events: Iterable[bytes]) -> None:
    """Print Server-Sent Events to stdout byte for byte; where that is a terminal, with JSON's escapes for its sake."""
    harmless = sys.stdout is not None and sys.stdout.isatty()
    _write(escaped_json(event.decode()).encode() if harmless else event for event in events)


def result_text(parts: Iterable[str]) -> None:
    """Print text that is already fit for a terminal to stdout, as it is: in UTF-8, whatever the locale."""
    _write(part.encode() for part in parts)


def _write(parts: Iterable[bytes]) -> None:
    for part in parts:
        if sys.stdout is not None:  # None is what Python makes of one that was closed
            with _naming_stdout():
                sys.stdout.buffer.write(part)
    if sys.stdout is not None:
        with _naming_stdout():
            sys.stdout.flush()


@contextmanager
def _naming_stdout() -> Iterator[None]:
    """The system's error does not say what could not be written. Whoever has left (a closed pipe) is another thing."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RecorderError(f"standard output: cannot write to it: {error.strerror}") from error


def spell_what_is_foreign() -> None:
    """From now on a character that the locale of stdout does not have is printed as its number."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def can_show(text: str) -> bool:
    """Whether the encoding of stdout has all characters of `text`."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def fill_closed_outputs() -> None:
    """Put nothing in the place of a standard stream that was closed: else the next socket would get its number.

    libuv ends the process when it has to close such a socket.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def announce(url: str) -> None:
    """The one line that `serve` and `simulate` promise on stdout, once they are ready."""
    click.echo(f"listening on {url}")


def typed() -> str:
    """How this program is called from here: by its name if that is on the PATH, else as it was started."""
    started = sys.argv[0]
    return "tokentape" if shutil.which("tokentape") or Path(started).name != "tokentape" else started


def examples(*lines: str) -> str:
    """The end of a help text: lines that are shown as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def log_to_stderr(level: str) -> None:
    """Send the log of all modules to stderr, from `level` (debug, info, warning, error) on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("tokentape: %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])


class _OneLine(logging.Formatter):
    """A record is one line; a traceback keeps its lines, each escaped."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        lines = text.splitlines() if record.exc_info else [text]
        return "\n".join(escaped(line, _LONGEST) for line in lines)
