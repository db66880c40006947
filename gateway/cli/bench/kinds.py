"""How the values of `tokentape bench` are spelled: rates and times, each with what was expected."""

import re
from typing import Any

import click

__all__ = ["Rate", "Seconds"]

_RATE = re.compile(r"(\d+(?:\.\d+)?)(?:/(s|m))?")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}


class Rate(click.ParamType[float]):
    """Requests per second: `5`, `0.5/s`, `30/m`."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        found = _RATE.fullmatch(str(value))
        rate = float(found[1]) / (60 if found[2] == "m" else 1) if found else 0.0
        if rate <= 0:
            self.fail(f"expected requests per second or minute, such as 5/s or 30/m; got {value!r}", param, ctx)
        return rate


class Seconds(click.ParamType[float]):
    """A time: `30`, `30s`, `2m`, `500ms`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        found = _SECONDS.fullmatch(str(value))
        seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
        if seconds <= 0:
            self.fail(f"expected a time such as 30s or 2m; got {value!r}", param, ctx)
        return seconds
