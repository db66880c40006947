"""What a run is told by flags, ini keys and environment, and which of them wins.

    mode      --cassette-mode, else CI (replay), else TOKENTAPE_MODE, else the marker, else cassette_mode, else once
    pacing    TOKENTAPE_PACING, else the marker, else cassette_pacing, else instant

So a run under CI never calls a provider unless its command line says so. All other settings are those of the commands.
Every name begins with `cassette`, to keep clear of other plugins' names.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, cast, get_args

import pytest

from gateway.config import says_ci
from gateway.settings import Mode
from recorder.pacing import Pacing

__all__ = ["INI", "MODES", "Options", "Unplayed", "add_options"]

Unplayed = Literal["ignore", "warn", "fail"]

MODES: tuple[str, ...] = get_args(Mode)

INI = (
    ("cassette_mode", "once", f"the mode of cassettes: {', '.join(MODES)}"),
    ("cassette_pacing", "instant", "when replays send their chunks: instant, recorded, scaled=X or capped=MS"),
    ("cassette_dir", "cassettes", "the folder of the cassettes, beside each test file"),
    ("cassette_unplayed", "warn", "what interactions mean that a test left unplayed: ignore, warn or fail"),
    ("cassette_max_age", "0", "recordings of more days than this are reported as stale; 0: none are"),
)


def add_options(parser: pytest.Parser) -> None:
    """Make flags and ini keys known to pytest."""
    group = parser.getgroup("cassette", "tokentape: recorded and replayed streams of LLM APIs")
    group.addoption(
        "--cassette-mode",
        choices=MODES,
        help="the mode of all cassettes in this run, whatever markers, ini file and CI say",
    )
    for key, default, text in INI:
        parser.addini(key, text, default=default)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run. `forced_*` is what no marker changes; `max_age` is days, or 0."""

    forced_mode: Mode | None = None
    mode: Mode = "once"
    forced_pacing: str | None = None
    pacing: str = "instant"
    folder: str = "cassettes"
    unplayed: Unplayed = "warn"
    max_age: float = 0.0

    @classmethod
    def of(cls, flag: str | None, ini: Mapping[str, str], environ: Mapping[str, str]) -> "Options":
        """Read all sources; `flag` is the value of --cassette-mode. Raises ValueError that names what is wrong."""
        forced = flag or ("replay" if says_ci(environ) else environ.get("TOKENTAPE_MODE") or None)
        pacing = environ.get("TOKENTAPE_PACING") or None
        return cls(
            forced_mode=None if forced is None else cast("Mode", _one_of("TOKENTAPE_MODE", forced, MODES)),
            mode=cast("Mode", _one_of("cassette_mode", ini["cassette_mode"], MODES)),
            forced_pacing=None if pacing is None else _pacing("TOKENTAPE_PACING", pacing),
            pacing=_pacing("cassette_pacing", ini["cassette_pacing"]),
            folder=_below("cassette_dir", ini["cassette_dir"]),
            unplayed=cast("Unplayed", _one_of("cassette_unplayed", ini["cassette_unplayed"], get_args(Unplayed))),
            max_age=_days("cassette_max_age", ini["cassette_max_age"]),
        )

    @classmethod
    def of_run(cls, config: pytest.Config, environ: Mapping[str, str]) -> "Options":
        """The options of pytest's run. Raises pytest.UsageError."""
        try:
            return cls.of(config.getoption("--cassette-mode"), {key: config.getini(key) for key, *_ in INI}, environ)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error

    @property
    def only_replays(self) -> bool:
        """Whether no test of the run can do anything but replay."""
        return self.forced_mode == "replay"

    def mode_for(self, marked: Mode | None) -> Mode:
        """The mode of a test whose marker says `marked`."""
        return self.forced_mode or marked or self.mode

    def pacing_for(self, marked: str | None) -> str:
        """The pacing of a test whose marker says `marked`."""
        return self.forced_pacing or marked or self.pacing


def _one_of(key: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{key}: expected one of {', '.join(known)}; got {value!r}")
    return value


def _pacing(key: str, value: str) -> str:
    try:
        return str(Pacing.parse(value))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


def _below(key: str, value: str) -> str:
    """A folder beside the test file: a name, or several; never somewhere else."""
    parts = PurePosixPath(value).parts
    if not parts or value.startswith("/") or ".." in parts:
        raise ValueError(f"{key}: expected a folder below that of the test file, such as cassettes; got {value!r}")
    return value


def _days(key: str, value: str) -> float:
    try:
        days = float(value)
    except ValueError:
        days = -1.0
    if not (math.isfinite(days) and days >= 0):
        raise ValueError(f"{key}: expected a number of days, or 0; got {value!r}")
    return days
