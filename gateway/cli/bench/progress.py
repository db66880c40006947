"""What is seen of a run while it goes on: two lines that change in a terminal, elsewhere a line every few seconds."""

import shutil
import sys
from collections.abc import Callable, Sequence

import click

from gateway.cli.console import say

__all__ = ["Progress"]

_IN_A_TERMINAL_S = 0.25
_ELSEWHERE_S = 5.0
_UP_AND_CLEAR = "\x1b[1A\x1b[2K"


class Progress:
    """Shows lines in the place of the last ones, or one after the other where stderr is no terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0

    @property
    def every(self) -> float:
        """How often there should be something new, in seconds."""
        return _IN_A_TERMINAL_S if self._live else _ELSEWHERE_S

    def show(self, lines: Sequence[str]) -> None:
        """Show these. What they hold is fit for a terminal already."""
        if not self._live:
            say("   ".join(line.strip() for line in lines))
            return
        width = shutil.get_terminal_size().columns - 1
        text = "".join(f"{line[:width]}\n" for line in lines)
        click.echo(_UP_AND_CLEAR * self._shown + text, nl=False, err=True)
        self._shown = len(lines)

    def clear(self) -> None:
        """Take away what is shown."""
        if self._shown:
            click.echo(_UP_AND_CLEAR * self._shown, nl=False, err=True)
            self._shown = 0

    def telling(self) -> Callable[[str], None]:
        """A way to say something that stays, above the lines that change."""

        def tell(message: str) -> None:
            self.clear()
            say(message)

        return tell
