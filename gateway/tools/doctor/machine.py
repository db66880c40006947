"""What the machine gives: an interpreter, an event loop, a port, open files."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.tools.doctor.diagnosis import Diagnosis

__all__ = ["Port", "event_loop", "open_files", "port", "python"]

_OLDEST = (3, 11)
_FILES = 1024


@dataclass(frozen=True, slots=True)
class Port:
    """Who has the port: nobody, a server, or a tokentape and its `health`. `refused` says why nobody can."""

    taken: bool = False
    health: Mapping[str, object] | None = None
    refused: str = ""


def python(version: tuple[int, ...], implementation: str) -> Diagnosis:
    """Whether this Python is one that we know."""
    text = f"{implementation} {'.'.join(map(str, version))}"
    if version[:2] < _OLDEST:
        return Diagnosis("problem", "python", f"{text}: too old", "install Python 3.11 or later")
    return Diagnosis("ok", "python", text)


def event_loop(*, uvloop: bool, wanted: bool) -> Diagnosis:
    """Whether the quick event loop is there, on platforms that have it."""
    if uvloop or not wanted:
        return Diagnosis("ok", "event loop", "uvloop" if uvloop else "asyncio's: there is no uvloop for this platform")
    text = "uvloop is not installed: everything works, with less exact times"
    return Diagnosis("warning", "event loop", text, "pip install uvloop")


def port(address: str, found: Port, version: str) -> Diagnosis:
    """Whether `tokentape serve` can listen on `address` (host and port). `version` is our own."""
    if found.refused:
        return Diagnosis("problem", "port", f"{address} cannot be used: {found.refused}", "tokentape serve --port 0")
    if not found.taken:
        return Diagnosis("ok", "port", f"{address} is free")
    if found.health is None:
        text = f"{address} is taken by something that is no tokentape"
        return Diagnosis("problem", "port", text, "tokentape serve --port 0 (any free one), or stop who has it")
    return _gateway(f"a tokentape {found.health.get('version')} answers on {address}", found.health, version)


def _gateway(text: str, health: Mapping[str, object], version: str) -> Diagnosis:
    mode = f"mode {health.get('mode')}"
    if health.get("status") != "ok":
        why = f"recording stopped working: {health.get('degraded')}"
        return Diagnosis("problem", "port", f"{text}, {mode}; {why}", "put that right, then start it again")
    if health.get("version") != version:
        return Diagnosis("warning", "port", f"{text}, {mode}; this is {version}", "stop it, then start it again")
    return Diagnosis("ok", "port", f"{text}, {mode}")


def open_files(limit: int) -> Diagnosis:
    """Whether as many files and connections can be open as a busy gateway has; a limit below 0 is none."""
    if 0 <= limit < _FILES:
        text = f"at most {limit:,}: each stream takes two, so many at once will fail"
        return Diagnosis("warning", "open files", text, f"ulimit -n {4 * _FILES}")
    return Diagnosis("ok", "open files", f"at most {limit:,}" if limit >= 0 else "no limit")
