"""Kinds of settings: how a value is read from text, and how what came is checked."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from gateway.settings.values import UpstreamSpec
from recorder.pacing import Pacing

__all__ = [
    "Setting",
    "choice",
    "flag",
    "header_name",
    "host_name",
    "json_path",
    "origin",
    "pacing",
    "pattern",
    "seconds",
    "secret",
    "size",
    "text",
    "texts",
    "upstreams",
    "whole",
]

_MIB = 1 << 20
_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": _MIB, "GIB": 1 << 30}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Setting:
    """How one key is set: `check` raises ValueError (its message is a remark, or empty) for what is not `expected`.

    What is `secret` is not repeated in messages.
    """

    expected: str
    read: Callable[[str], object]
    check: Callable[[object], object]
    secret: bool = False


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


def text(expected: str) -> Setting:
    """Text that can be shown: not empty, no control characters."""

    def check(value: object) -> str:
        text = str(_typed(value, str))
        if not text or not text.isprintable():
            raise ValueError
        return text

    return Setting(expected, str, check)


def choice(*choices: str) -> Setting:
    """One of a few words."""

    def check(value: object) -> object:
        if value not in choices:
            raise ValueError
        return value

    return Setting(f"one of {', '.join(choices)}", str, check)


def flag() -> Setting:
    """True or false."""
    return Setting("true or false", _attempt(lambda text: _TRUTH[text.lower()]), lambda value: _typed(value, bool))


def whole(expected: str, least: int, most: float = math.inf) -> Setting:
    """A whole number from `least` to `most`."""

    def check(value: object) -> int:
        number = int(str(_typed(value, int)))
        if not least <= number <= most:
            raise ValueError
        return number

    return Setting(expected, _attempt(int), check)


def seconds(*, zero: bool = False) -> Setting:
    """A time in seconds, as a float."""

    def check(value: object) -> float:
        seconds = float(str(_typed(value, int, float)))
        if not (0 < seconds < math.inf or (zero and seconds == 0)):
            raise ValueError
        return seconds

    return Setting(f"a number of seconds, {'0 or more' if zero else 'more than 0'}", _attempt(float), check)


def size() -> Setting:
    """A size in bytes: a number, or text with a unit."""

    def check(value: object) -> int:
        match = re.fullmatch(r"(\d{1,12}) ?([KMG]i?B|)", str(_typed(value, int, str)), re.IGNORECASE | re.ASCII)
        if not match or int(match[1]) == 0:
            raise ValueError
        return int(match[1]) * _UNITS[match[2].upper()]

    return Setting("a size such as 64MiB, or a number of bytes", str, check)


def texts(expected: str, separator: str, check_one: Callable[[str], str]) -> Setting:
    """A list: in text, split at `separator` (the only one that cannot be part of a value)."""

    def read(text: str) -> object:
        return [part.strip() for part in text.split(separator) if part.strip()]

    def check(value: object) -> tuple[str, ...]:
        items = list(_items(_typed(value, list, tuple)))
        return tuple(check_one(str(_typed(item, str))) for item in items)

    return Setting(expected, read, check)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def header_name(text: str) -> str:
    """The name of a header, in lower case. Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text):
        raise ValueError(f"{text!r} is not a header name")
    return text.lower()


def host_name(text: str) -> str:
    """A host without its port, as a URL has it: a name, or an address (IPv6 in brackets). Raises ValueError."""
    name = text.lower().strip("[]")
    if name.count(":") > 1:
        return f"[{IPv6Address(name)}]"
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9])?", name):
        raise ValueError(f"{text!r} is no host name; leave out scheme, port and path")
    return name


def origin(text: str) -> str:
    """An origin as browsers send it: scheme, host, and port if it is not the usual one. Raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/?#@\s*]+", text.lower()):
        raise ValueError(f"{text!r} is no origin: scheme, host and port, without a path")
    return text.lower()


def secret(expected: str) -> Setting:
    """A token that fits into a URL, a header and a cookie as it is."""

    def check(value: object) -> str:
        text = str(_typed(value, str))
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,}", text):
            raise ValueError
        return text

    return Setting(expected, str, check, secret=True)


def json_path(text: str) -> str:
    """A path into JSON. Raises ValueError."""
    if not text or text.startswith(".") or text.endswith(".") or ".." in text:
        raise ValueError(f"{text!r} is not a path such as messages.*.id")
    return text


def pattern(text: str) -> str:
    """A regular expression on bytes, as text. Raises ValueError."""
    try:
        re.compile(text.encode())  # bodies are bytes, and so is the pattern that will search them
    except (re.error, ValueError) as error:
        raise ValueError(f"{text!r}: {error}") from None
    return text


def pacing(value: object) -> Pacing:
    """A pacing. Raises ValueError."""
    try:
        return Pacing.parse(str(_typed(value, str)))
    except ValueError:
        raise ValueError from None  # Pacing's message repeats what `expected` says


def upstreams(value: object) -> tuple[UpstreamSpec, ...]:
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
