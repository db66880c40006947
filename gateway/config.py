"""Where settings come from: flag over environment over file over default. The only reader of TOML and environment.

    tokentape.toml, or [tool.tokentape] in pyproject.toml   in the working directory, or the file that --config names
    TOKENTAPE_<KEY>                                         TOKENTAPE_CONFIG names the file
    CI                                                      the default mode becomes `replay`

Nothing else in the environment matters: HTTPS_PROXY or an SDK's base URL change nothing. Nothing is expanded in values,
and a key that nobody knows is an error, in the file as in the environment: a typo must not silently do nothing.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gateway.settings import SETTINGS, Config, ConfigError, Mode, UpstreamSpec

__all__ = ["Config", "ConfigError", "Mode", "UpstreamSpec", "load_config", "says_ci"]

_PREFIX = "TOKENTAPE_"
_FILES = ("tokentape.toml", "pyproject.toml")
_FLAGS = {"upstreams": "upstream", "allow_hosts": "allow-host", "allow_origins": "allow-origin"}  # spelled otherwise
_SHOWN = 200  # characters of a wrong value that a message repeats


@dataclass(frozen=True, slots=True)
class _Layer:
    """The values of one source, as TOML types, and how a message names the place of a key."""

    source: str
    values: Mapping[str, object]
    place: Callable[[str], str]


def _as_flag(key: str) -> str:
    return f"--{_FLAGS.get(key, key).replace('_', '-')}"


def load_config(
    flags: Mapping[str, object],
    *,
    environ: Mapping[str, str],
    folder: Path,
    config_file: Path | None,
    spelled: Callable[[str], str] = _as_flag,
) -> Config:
    """Merge all sources. `flags` maps keys to text, lists of text, booleans, or None where a flag was not given.

    `folder` is the working directory; `spelled` is how a message names the flag of a key. Upstreams of several sources
    add up, by name. Raises ConfigError.
    """
    path = _config_path(environ, folder, config_file)
    layers = (*([_file_layer(path)] if path else []), _environment_layer(environ), _flag_layer(flags, spelled))
    values: dict[str, Any] = {"mode": "replay", "mode_source": "CI is set"} if says_ci(environ) else {}
    for layer in layers:
        for key, value in layer.values.items():
            values[key] = _merged(key, values.get(key), _checked(layer, key, value))
            if key == "mode":
                values["mode_source"] = layer.source
            if key == "cassettes" and layer.source == "file" and path and path.parent != folder:
                values[key] = path.parent / values[key]  # a file's own paths are meant from where it lies
    return _bound_safely(replace(Config(), **values))


def says_ci(environ: Mapping[str, str]) -> bool:
    """Whether the environment is that of a continuous integration."""
    return environ.get("CI", "").lower() not in ("", "0", "false", "no")


def _config_path(environ: Mapping[str, str], folder: Path, flag: Path | None) -> Path | None:
    """The file to read: the one that was asked for, or else the first that is there (and meant for us)."""
    if named := flag or environ.get(f"{_PREFIX}CONFIG"):
        return folder / named
    return next((folder / name for name in _FILES if (folder / name).is_file()), None)


def _file_layer(path: Path) -> _Layer:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: expected a configuration file; {error.strerror}") from error
    except ValueError as error:  # tomllib's, or bytes that are not UTF-8
        raise ConfigError(f"{path}: expected TOML; {error}") from error
    if path.name == "pyproject.toml":
        content = _table(path, "tool.tokentape", _table(path, "tool", content.get("tool", {})).get("tokentape", {}))
    for key in content:
        if key not in SETTINGS:
            raise ConfigError(f"{path}: unknown key {key!r}; the nearest valid key is {_nearest(key)!r}")
    return _Layer("file", content, lambda key: f"{path}: {key}")


def _table(path: Path, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: {name}: expected a table; got {_shown(repr(value))}")
    return value


def _environment_layer(environ: Mapping[str, str]) -> _Layer:
    values: dict[str, object] = {}
    for name in sorted(environ):
        if not name.startswith(_PREFIX) or name == f"{_PREFIX}CONFIG":
            continue
        key = name.removeprefix(_PREFIX).lower()
        if key not in SETTINGS or not name.isupper():
            near = f"{_PREFIX}{_nearest(key).upper()}"
            raise ConfigError(f"environment: unknown variable {name}; the nearest valid one is {near}")
        if environ[name]:  # set to nothing is how a shell unsets for one command
            values[key] = SETTINGS[key].read(environ[name])
    return _Layer("environment", values, lambda key: f"environment: {_PREFIX}{key.upper()}")


def _flag_layer(flags: Mapping[str, object], spelled: Callable[[str], str]) -> _Layer:
    given = {key: value for key, value in flags.items() if value is not None and value != ()}
    for key in given:
        if key not in SETTINGS:
            raise ConfigError(f"{spelled(key)}: unknown setting; the nearest is {spelled(_nearest(key))}")
    values = {key: SETTINGS[key].read(value) if isinstance(value, str) else value for key, value in given.items()}
    return _Layer("flag", values, spelled)


def _nearest(key: str) -> str:
    return get_close_matches(key.lower().replace("-", "_"), SETTINGS, n=1, cutoff=0.0)[0]


def _checked(layer: _Layer, key: str, value: object) -> object:
    setting = SETTINGS[key]
    try:
        return setting.check(value)
    except ValueError as error:
        remark = f" ({_shown(str(error))})" if str(error) else ""
        came = "something else, which is not shown" if setting.secret else _shown(repr(value))
        raise ConfigError(f"{layer.place(key)}: expected {setting.expected}; got {came}{remark}") from None


def _shown(text: str) -> str:
    """What came, for a message: not endless, and without the password of a URL."""
    text = re.sub(r"//[^/\s]*@", "//***@", text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _merged(key: str, before: Any, value: Any) -> Any:
    if key != "upstreams" or before is None:
        return value
    return tuple({spec.name: spec for spec in (*before, *value)}.values())


def _bound_safely(config: Config) -> Config:
    """Whoever reaches the port spends the client's keys and reads its cassettes: more than this machine needs a yes."""
    if config.remote and not config.allow_remote:
        raise ConfigError(
            f"host {config.host!r}: other machines could use the gateway; expected a loopback address such as "
            "127.0.0.1, or --allow-remote (TOKENTAPE_ALLOW_REMOTE=1) to say that this is meant"
        )
    return config
