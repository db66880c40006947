"""`tokentape git`: cassettes that `git diff` and `git log -p` show as text. The only home of calls to git.

    .gitattributes   *.cassette -text diff=cassette      travels with the repository
    git config       diff.cassette.textconv = ...        of each clone: git runs no command that a repository brings

Not `binary` in the attributes: that would switch the text off again.
"""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

from gateway.cli.console import OK, RUNTIME, examples, result, say

__all__ = ["ATTRIBUTES", "TEXTCONV", "git", "git_says"]

ATTRIBUTES = "*.cassette -text diff=cassette"
TEXTCONV = "diff.cassette.textconv"

_LINE = ATTRIBUTES.encode()
_SECTION = TEXTCONV.rpartition(".")[0]
_EXAMPLES = examples(
    "tokentape git install                   # in a repository; once in each clone",
    "git diff                                # shows what changed on a cassette",
    "git log -p -- cassettes/greeting.cassette",
)
_global = click.option("--global", "everywhere", is_flag=True, help="For all repositories of this user.")


@click.group(epilog=_EXAMPLES)
def git() -> None:
    """Have git show cassettes as text."""


@git.command(epilog=examples("tokentape git install", "tokentape git install --global"))
@_global
def install(*, everywhere: bool) -> int:
    """Let `git diff` and `git log -p` show cassettes as text.

    Adds a line to .gitattributes (commit it: it is for everybody) and a setting to this clone's configuration, which
    each clone needs for itself. Running it again changes nothing.
    """
    path = _attributes_file(everywhere=everywhere)
    if path is None:
        return RUNTIME
    scope = _scope(everywhere=everywhere)
    command = f"{_program()} git textconv"
    _call("config", scope, TEXTCONV, command)
    say(f"git config {scope} {TEXTCONV} is now: {command}")
    say(f"{path}: {'added' if _with_line(path) else 'has'} the line `{ATTRIBUTES}`")
    say(f"to undo: tokentape git uninstall{' --global' if everywhere else ''}")
    return OK


@git.command(epilog=examples("tokentape git uninstall"))
@_global
def uninstall(*, everywhere: bool) -> int:
    """Take back what `install` did.

    Removes the setting, and the line in .gitattributes if it is as we wrote it.
    """
    path = _attributes_file(everywhere=everywhere)
    if path is None:
        return RUNTIME
    scope = _scope(everywhere=everywhere)
    there = git_says("config", scope, "--get", TEXTCONV) is not None
    if there:
        _call("config", scope, "--remove-section", _SECTION)
    say(f"git config {scope} {TEXTCONV}: {'removed' if there else 'was not there'}")
    say(f"{path}: the line `{ATTRIBUTES}` {'is removed' if _without_line(path) else 'was not there'}")
    return OK


@git.command(epilog=examples("tokentape git textconv cassettes/greeting.cassette"))
@click.argument("file", type=click.Path(path_type=Path))
def textconv(*, file: Path) -> int:
    """Print the cassette FILE as text, for git.

    Shows what was asked and said, without ids and exact times, so that a new recording changes little. git calls this
    with a file of any name. What is no cassette or is damaged is said in the text: git never fails.
    """
    from gateway.tools.as_text import file_text  # noqa: PLC0415 - brings msgpack and all dialects: not for --help

    result(file_text(file))
    return OK


def git_says(*arguments: str, folder: Path | None = None) -> str | None:
    """What git prints for `arguments`, without the last line end; None if it fails or there is no git."""
    try:
        ran = subprocess.run(  # noqa: S603 - our own words, no shell
            ["git", *arguments],  # noqa: S607 - the git that the user has
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return None
    return ran.stdout.rstrip("\n") if ran.returncode == 0 else None


def _call(*arguments: str) -> None:
    """Have git do something. Raises OSError with what it complains about."""
    ran = subprocess.run(["git", *arguments], capture_output=True, text=True, errors="replace", check=False)  # noqa: S603, S607 - as above
    if ran.returncode:
        raise OSError(f"git {arguments[0]} failed: {ran.stderr.strip()}")


def _scope(*, everywhere: bool) -> str:
    return "--global" if everywhere else "--local"


def _attributes_file(*, everywhere: bool) -> Path | None:
    """The file of attributes that is meant; None, and said why, if there is none."""
    if git_says("version") is None:
        say("there is no git on the PATH; install it, then run this again")
        return None
    if everywhere:
        named = git_says("config", "--global", "--type=path", "core.attributesFile")
        folder = git_says("var", "GIT_CONFIG_HOME")
        return Path(named) if named else Path(folder or "~/.config/git").expanduser() / "attributes"
    top = git_says("rev-parse", "--show-toplevel")
    if not top:
        say("this folder is in no git repository; go to one or `git init`, or use --global for all of them")
        return None
    return Path(top) / ".gitattributes"


def _program() -> str:
    """This program with its folder: git is often run where our virtual environment is not active."""
    installed = shutil.which("tokentape")
    return shlex.join([installed] if installed else [sys.executable, "-c", "from gateway.cli import main; main()"])


def _with_line(path: Path) -> bool:
    """Add our line at the end, where it counts more than what is above; whether it was not there yet."""
    content = path.read_bytes() if path.exists() else b""
    if _LINE in content.splitlines():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    gap = b"" if not content or content.endswith(b"\n") else b"\n"
    path.write_bytes(content + gap + _LINE + b"\n")
    return True


def _without_line(path: Path) -> bool:
    """Take our line out, and the file if nothing else was in it; whether it was there."""
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    kept = [line for line in lines if line.rstrip(b"\r\n") != _LINE]
    if kept == lines:
        return False
    if kept:
        path.write_bytes(b"".join(kept))
    else:
        path.unlink()
    return True
