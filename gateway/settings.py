"""What can be set: one frozen value, and for each key how its value is read and checked.

Values come in two shapes: typed, from a TOML file, and as text, from flags and the environment. `Setting.read` makes
text what TOML would have given, `Setting.check` makes that the value that `Config` holds. Where values come from is the
business of gateway/config; nothing here touches a file or the environment.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from recorder.pacing import Pacing

__all__ = ["SETTINGS", "Config", "ConfigError", "Mode", "Setting", "UpstreamSpec"]

Mode = Literal["replay", "once", "new_episodes", "all", "live"]

_MIB = 1 << 20
_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": _MIB, "GIB": 1 << 30}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class ConfigError(Exception):
    """A setting that cannot be used; the message names the place, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class UpstreamSpec:
    """An upstream that was configured. An empty `dialect` means that of the built-in upstream of the same name."""

    name: str
    url: str
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Time-outs are seconds, sizes are bytes; docs/configuration.md says what each does."""

    host: str = "127.0.0.1"
    port: int = 8077
    allow_remote: bool = False
    mode: Mode = "once"
    mode_source: str = "default"  # flag, environment, file, CI is set, default: printed at the start
    cassettes: Path = Path("cassettes")
    cassette: str = "default"
    pacing: Pacing = Pacing("recorded")
    repeat: Literal["last", "never"] = "last"
    upstreams: tuple[UpstreamSpec, ...] = ()
    max_body: int = 64 * _MIB
    max_interaction: int = 64 * _MIB
    connect_timeout: float = 10.0
    # The SDKs' own read time-out: a shorter one would break long calls that work without us.
    first_byte_timeout: float = 600.0
    idle_timeout: float = 600.0
    write_timeout: float = 60.0
    drain_timeout: float = 30.0
    read_on: bool = True
    read_on_timeout: float = 60.0
    max_streams: int | None = None
    match_headers: tuple[str, ...] = ()
    match_ignore: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    redact_paths: tuple[str, ...] = ()
    fsync: bool = False
    strict_record: bool = False
    log_level: str = "warning"

    @property
    def remote(self) -> bool:
        """Whether other machines could connect: every host but a loopback address or `localhost`."""
        try:
            return not ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host != "localhost"


@dataclass(frozen=True, slots=True)
class Setting:
    """How one key is set: `check` raises ValueError (its message is a remark, or empty) for what is not `expected`."""

    expected: str
    read: Callable[[str], object]
    check: Callable[[object], object]


def _typed(value: object, *kinds: type) -> object:
    if type(value) not in kinds:  # not isinstance: to Python, True is a whole number
        raise ValueError
    return value


def _attempt(convert: Callable[[str], object]) -> Callable[[str], object]:
    """Text that `convert` refuses stays text, for `check` to complain about."""

    def read(text: str) -> object:
        try:
            return convert(text)
        except (ValueError, KeyError):
            return text

    return read


def _text(expected: str) -> Setting:
    def check(value: object) -> str:
        text = str(_typed(value, str))
        if not text or not text.isprintable():
            raise ValueError
        return text

    return Setting(expected, str, check)


def _choice(*choices: str) -> Setting:
    def check(value: object) -> object:
        if value not in choices:
            raise ValueError
        return value

    return Setting(f"one of {', '.join(choices)}", str, check)


def _flag() -> Setting:
    return Setting("true or false", _attempt(lambda text: _TRUTH[text.lower()]), lambda value: _typed(value, bool))


def _whole(expected: str, least: int, most: float = math.inf) -> Setting:
    def check(value: object) -> int:
        number = int(str(_typed(value, int)))
        if not least <= number <= most:
            raise ValueError
        return number

    return Setting(expected, _attempt(int), check)


def _seconds(*, zero: bool = False) -> Setting:
    def check(value: object) -> float:
        seconds = float(str(_typed(value, int, float)))
        if not (0 < seconds < math.inf or (zero and seconds == 0)):
            raise ValueError
        return seconds

    return Setting(f"a number of seconds, {'0 or more' if zero else 'more than 0'}", _attempt(float), check)


def _size() -> Setting:
    def check(value: object) -> int:
        match = re.fullmatch(r"(\d{1,12}) ?([KMG]i?B|)", str(_typed(value, int, str)), re.IGNORECASE | re.ASCII)
        if not match or int(match[1]) == 0:
            raise ValueError
        return int(match[1]) * _UNITS[match[2].upper()]

    return Setting("a size such as 64MiB, or a number of bytes", str, check)


def _texts(expected: str, separator: str, check_one: Callable[[str], str]) -> Setting:
    """A list: in text, split at `separator` (the only one that cannot be part of a value)."""

    def read(text: str) -> object:
        return [part.strip() for part in text.split(separator) if part.strip()]

    def check(value: object) -> tuple[str, ...]:
        items = list(_items(_typed(value, list, tuple)))
        return tuple(check_one(str(_typed(item, str))) for item in items)

    return Setting(expected, read, check)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def _header_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text):
        raise ValueError(f"{text!r} is not a header name")
    return text.lower()


def _json_path(text: str) -> str:
    if not text or text.startswith(".") or text.endswith(".") or ".." in text:
        raise ValueError(f"{text!r} is not a path such as messages.*.id")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text.encode())  # bodies are bytes, and so is the pattern that will search them
    except (re.error, ValueError) as error:
        raise ValueError(f"{text!r}: {error}") from None
    return text


def _pacing(value: object) -> Pacing:
    try:
        return Pacing.parse(str(_typed(value, str)))
    except ValueError:
        raise ValueError from None  # Pacing's message repeats what `expected` says


def _upstreams(value: object) -> tuple[UpstreamSpec, ...]:
    """A TOML table of URLs (or of `{url, dialect}` tables), or texts of the form NAME=URL[,dialect=D]."""
    if isinstance(value, Mapping):
        return tuple(_table_upstream(str(name), spec) for name, spec in value.items())
    return tuple(_text_upstream(str(_typed(item, str))) for item in _items(_typed(value, list, tuple)))


def _text_upstream(text: str) -> UpstreamSpec:
    name, _, rest = text.partition("=")
    url, _, dialect = rest.partition(",dialect=")
    return _upstream(name, url, dialect)


def _table_upstream(name: str, spec: object) -> UpstreamSpec:
    table = spec if isinstance(spec, Mapping) else {"url": spec}
    if extra := set(table) - {"url", "dialect"}:
        raise ValueError(f"{name} has the unknown key {min(extra)!r}; an upstream has url and dialect")
    return _upstream(name, str(_typed(table.get("url", ""), str)), str(_typed(table.get("dialect", ""), str)))


def _upstream(name: str, url: str, dialect: str) -> UpstreamSpec:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for an upstream: letters, digits, . _ and -")
    if name == "normalized":
        raise ValueError("'normalized' is no name for an upstream: below /normalized all answers have one format")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise ValueError(f"the URL of {name} must begin with http:// or https:// and name a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"the URL of {name} may hold no user, password or query: keys travel in the client's headers")
    if parts.port == 0 or (dialect and not _NAME.fullmatch(dialect)):  # .port raises ValueError beyond 65535
        raise ValueError(f"the port or the dialect of {name} is not usable")
    return UpstreamSpec(name, url.rstrip("/"), dialect)


SETTINGS: Mapping[str, Setting] = {
    "host": _text("an address or host name to listen on"),
    "port": _whole("a whole number from 0 (any free port) to 65535", 0, 65535),
    "allow_remote": _flag(),
    "mode": _choice(*get_args(Mode)),
    "cassettes": Setting("a folder", str, lambda value: Path(str(_text("").check(value)))),
    "cassette": _text("the name of a cassette"),
    "pacing": Setting("recorded, instant, scaled=X (X > 0) or capped=MS (milliseconds)", str, _pacing),
    "repeat": _choice("last", "never"),
    "upstreams": Setting("upstreams of the form NAME=URL[,dialect=D], or a table of them", str.split, _upstreams),
    "max_body": _size(),
    "max_interaction": _size(),
    "connect_timeout": _seconds(),
    "first_byte_timeout": _seconds(),
    "idle_timeout": _seconds(),
    "write_timeout": _seconds(),
    "drain_timeout": _seconds(zero=True),
    "read_on": _flag(),
    "read_on_timeout": _seconds(zero=True),
    "max_streams": _whole("a whole number of streams, 1 or more", 1),
    "match_headers": _texts("names of headers", ",", _header_name),
    "match_ignore": _texts("paths into the JSON body", ",", _json_path),
    "redact": _texts("regular expressions (in the environment: one a line)", "\n", _pattern),
    "redact_paths": _texts("paths into JSON bodies", ",", _json_path),
    "fsync": _flag(),
    "strict_record": _flag(),
    "log_level": _choice("debug", "info", "warning", "error"),
}
