"""`tokentape cassette`: look at cassettes, check them, change them. One module for each command or kindred few."""

import click

from gateway.cli.cassette.diff import diff
from gateway.cli.cassette.exchange import export, import_
from gateway.cli.cassette.show import list_, show
from gateway.cli.console import examples

__all__ = ["cassette"]


@click.group(epilog=examples("tokentape cassette ls", "tokentape cassette show default"))
def cassette() -> None:
    """Look at cassettes."""


for _command in (list_, show, diff, export, import_):
    cassette.add_command(_command)
