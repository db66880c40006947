"""`tokentape cassette`: look at cassettes, check them, change them. One module for each command or kindred few."""

import click

from gateway.cli.cassette.check import check
from gateway.cli.cassette.combine import merge, split
from gateway.cli.cassette.diff import diff
from gateway.cli.cassette.edit import prune, redact, rename
from gateway.cli.cassette.exchange import export, import_
from gateway.cli.cassette.explain import explain
from gateway.cli.cassette.show import list_, show
from gateway.cli.console import examples

__all__ = ["cassette"]


@click.group(epilog=examples("tokentape cassette ls", "tokentape cassette show default", "tokentape cassette check"))
def cassette() -> None:
    """Look at cassettes, check them, change them."""


for _command in (list_, show, explain, check, redact, prune, merge, split, rename, diff, export, import_):
    cassette.add_command(_command)
