"""The program: its commands, and the one place where errors become a line on stderr and an exit code.

    0 ok    1 a check failed    2 usage or configuration    3 runtime    4 replay miss    130 interrupted
    141 whoever was to read the output has left

(`run` gives its child's code first.)
"""

import errno
import logging
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from gateway.cli.bench import bench
from gateway.cli.cassette import cassette
from gateway.cli.completion import completion
from gateway.cli.console import (
    MISS,
    OK,
    RUNTIME,
    USAGE,
    examples,
    fill_closed_outputs,
    say,
    spell_what_is_foreign,
)
from gateway.cli.demo import demo
from gateway.cli.doctor import doctor
from gateway.cli.git import git
from gateway.cli.report import report
from gateway.cli.run import run
from gateway.cli.serve import serve
from gateway.cli.simulate import simulate
from gateway.cli.stats import stats
from gateway.settings import ConfigError
from recorder import __version__
from recorder.errors import CassetteName, CassetteTooNew, Miss, RecorderError

__all__ = ["main", "outcome", "tokentape"]

_INTERRUPTED = 128 + 2
_PIPE_CLOSED = 128 + 13
_log = logging.getLogger(__name__)


_EXAMPLES = examples(
    "tokentape demo                          see it work: no key, no network",
    "tokentape run -- python app.py          record the calls of app.py; run again: replay them",
    "tokentape run --mode replay -- pytest   never call a provider",
    "tokentape serve --cassette issue-42     a gateway for any program on this machine",
)


@click.group(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tokentape", message="%(prog)s %(version)s")
def tokentape() -> None:
    """Record, replay and measure streaming LLM API responses.

    Point an SDK at the gateway: the stream arrives as it would without it, every byte, chunk and time is kept on a
    cassette, and the cassette replays it offline, exactly.
    """


for _command in (serve, run, simulate, stats, report, cassette, bench, git, doctor, completion, demo):
    tokentape.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program on `arguments` (default: the process's own) and leave with its exit code."""
    fill_closed_outputs()
    spell_what_is_foreign()
    sys.exit(outcome(arguments))


def outcome(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; an error has been printed as one line."""
    try:
        return tokentape.main(arguments, prog_name="tokentape", standalone_mode=False) or OK
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message(), err=True)
        return USAGE
    except click.Abort:
        return _INTERRUPTED
    except SystemExit:  # click's answer to a closed pipe, with a code that is taken here
        return _PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - the top: a user is owed a sentence, not a traceback
        code, message = _explained(error)
        say(message)
        return code


def _explained(error: Exception) -> tuple[int, str]:
    """The exit code and the sentence for an error."""
    match error:
        case click.ClickException():
            context = getattr(error, "ctx", None)
            said = " ".join(error.format_message().split())
            dot = "" if said.endswith((".", "?")) else "."
            return USAGE, f"{said}{dot} See {context.command_path if context else 'tokentape'} --help."
        case ConfigError() | CassetteName() | CassetteTooNew():
            return USAGE, str(error)
        case OSError(errno=errno.EADDRINUSE):
            return (
                RUNTIME,
                f"the port is in use ({error}). Stop who has it, or choose another: --port 0 is any free one.",
            )
        case Miss():
            return MISS, str(error)
        case RecorderError() | OSError():
            return RUNTIME, str(error)
    _log.debug("the bug's traceback", exc_info=error)
    name = type(error).__name__
    return RUNTIME, f"this is a bug in tokentape: {name}: {error} (--log-level debug shows where it happened)"
