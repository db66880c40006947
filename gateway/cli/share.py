"""How shares are spelled on a command line."""

import re

import click

__all__ = ["Share"]

_SPELLED = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)%")


class Share(click.ParamType[float]):
    """A share as people write it, `10%`: 0.1. A bare number is refused, since it may mean either. `most` in percent."""

    name = "share"

    def __init__(self, most: float | None = None) -> None:
        self._most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share."""
        found = _SPELLED.fullmatch(str(value))
        if found is None or (self._most is not None and float(found[1]) > self._most):
            bound = "" if self._most is None else f" up to {self._most:g}%"
            self.fail(f"expected a percentage{bound}, such as 10% or 2.5%; got {value!r}", param, ctx)
        return float(found[1]) / 100
