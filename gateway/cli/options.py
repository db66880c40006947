"""The options that several commands share, and how they become a Config.

Flags hand on what was typed, as text: what is valid is said once, in gateway/settings.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from gateway.cli.console import log_to_stderr
from gateway.config import Config, load_config
from gateway.settings import ConfigError
from recorder.naming import list_cassettes

__all__ = [
    "cassette_folder_options",
    "cassette_name_argument",
    "configure",
    "dry_run_option",
    "gateway_options",
    "json_option",
    "log_level_option",
    "observe_option",
    "upstream_option",
]

_Command = Callable[..., int]


def _option(name: str, metavar: str, text: str, *more: str, **settings: Any) -> Callable[[_Command], _Command]:
    return click.option(name, *more, metavar=metavar, help=text, **settings)


def _switch(name: str, text: str) -> Callable[[_Command], _Command]:
    """A flag that can be absent: then the environment or the file decides."""
    return click.option(name, is_flag=True, default=None, help=text)


_CASSETTES = _option("--cassettes", "DIR", "The folder of the cassettes.  [default: cassettes]")
_CONFIG = _option(
    "--config",
    "FILE",
    "Read this instead of the tokentape.toml or pyproject.toml of the working directory.",
    "config_file",
    type=click.Path(path_type=Path),
)
_LOG_LEVEL = _option("--log-level", "LEVEL", "debug, info, warning or error.  [default: warning]")
_UPSTREAM = _option(
    "--upstream",
    "NAME=URL[,dialect=D]",
    "Another upstream, below /NAME, or another URL for a built-in one. Can be repeated.",
    "upstreams",
    multiple=True,
)
_GATEWAY = (
    _option("--host", "HOST", "The address to listen on.  [default: 127.0.0.1]"),
    _option("--port", "PORT", "The port; 0 picks a free one.  [default: 8077; with run: 0]"),
    _switch("--allow-remote", "Let other machines in: they can spend your keys and read your cassettes."),
    _option(
        "--allow-host",
        "NAME",
        "A host name, without a port, by which browsers and clients may call the gateway. Can be repeated.",
        "allow_hosts",
        multiple=True,
    ),
    _option(
        "--allow-origin",
        "ORIGIN",
        "A web page's origin, such as http://localhost:5173, from which requests are taken. Can be repeated.",
        "allow_origins",
        multiple=True,
    ),
    _option(
        "--mode",
        "MODE",
        "once: replay, or record if there was no cassette at the start. replay: never call a provider. new_episodes: "
        "record what does not match. all: record again. live: only relay.  [default: once; replay where CI is set]",
    ),
    _CASSETTES,
    _option("--cassette", "NAME", "The cassette to record to and replay from.  [default: default]"),
    _UPSTREAM,
    _option("--pacing", "HOW", "Of replay: recorded, instant, scaled=X or capped=MS.  [default: recorded]"),
    _option(
        "--repeat",
        "last|never",
        "A request beyond its last recorded answer gets that again, or a miss.  [default: last]",
    ),
    _option(
        "--faults",
        "FAULTS",
        "Damage what is replayed, such as cut@frame=4 or status=429*2; docs/bad-streams.md has them all.",
    ),
    _switch("--strict-record", "Refuse what cannot be recorded (the disk is full, say) instead of relaying it."),
    _switch("--fsync", "Wait for the disk, so that recordings survive a power loss."),
    _CONFIG,
    _LOG_LEVEL,
)


def gateway_options(command: _Command) -> _Command:
    """Add everything that a gateway can be told by flags."""
    for option in reversed(_GATEWAY):
        command = option(command)
    return command


def cassette_folder_options(command: _Command) -> _Command:
    """Add what is needed to find the cassettes."""
    return _CASSETTES(_CONFIG(_LOG_LEVEL(command)))


def dry_run_option(command: _Command) -> _Command:
    """Add `dry_run`, for commands that change cassettes."""
    return click.option("--dry-run", is_flag=True, help="Only say what would be done.")(command)


def json_option(command: _Command) -> _Command:
    """Add `as_json`, for commands that programs read."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def upstream_option(command: _Command) -> _Command:
    """Add what names further upstreams, for commands that meet URLs."""
    return _UPSTREAM(command)


def cassette_name_argument(name: str = "name", **settings: Any) -> Callable[[_Command], _Command]:
    """Add an argument that names a cassette which exists: shells complete it. `settings` are click's (`nargs`...)."""
    return click.argument(name, shell_complete=_known_names, **settings)


def _known_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The cassettes whose names begin so, in the folder that this command line means; none if it cannot be told."""
    flags = {name: context.params.get(name) for name in ("cassettes", "config_file")}
    try:
        names = list_cassettes(_load(flags).cassettes)
    except ConfigError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def observe_option(command: _Command) -> _Command:
    """Add what turns the page off, and further exports on, for gateways that have one."""
    text = "Watch the streams, in a second process, and show them at /_/.  [default: observe]"
    otel = _switch("--otel", "Send numbers and spans by OpenTelemetry, as the OTEL_* variables say.")
    return click.option("--observe/--no-observe", default=None, help=text)(otel(command))


def log_level_option(command: _Command) -> _Command:
    """Add what says how much is logged, for commands without a Config."""
    choices = click.Choice(["debug", "info", "warning", "error"])
    return click.option("--log-level", type=choices, default="warning", show_default=True)(command)


def configure(flags: Mapping[str, object]) -> Config:
    """The Config of this process, from `flags`, environment, file and defaults. Raises ConfigError."""
    config = _load(flags)
    log_to_stderr(config.log_level)
    return config


def _load(flags: Mapping[str, object]) -> Config:
    settings = {key: value for key, value in flags.items() if key != "config_file"}
    named = flags.get("config_file")
    return load_config(
        settings,
        environ=os.environ,
        folder=Path.cwd(),
        config_file=named if isinstance(named, Path) else None,
    )
