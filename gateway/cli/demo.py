"""`tokentape demo`: record a stream and replay it, without a key and without a network."""

from pathlib import Path

import click

from gateway.cli.console import CHECK_FAILED, OK, examples, log_to_stderr, result, say, typed
from gateway.cli.options import log_level_option

__all__ = ["demo"]

_FOLDER = Path("cassettes-demo")


@click.command(epilog=examples("tokentape demo"))
@log_level_option
def demo(*, log_level: str) -> int:
    """See it work: record a stream and replay it.

    Records a stream from the simulated provider, stops the provider, replays the stream and shows both side by side,
    with their times. Needs no key and no network, takes a few seconds and leaves the cassette in ./cassettes-demo.
    """
    from gateway import server  # noqa: PLC0415 - brings aiohttp: 0.2 s that --help need not pay
    from gateway.demo import CASSETTE, demonstrate, side_by_side  # noqa: PLC0415 - the same

    log_to_stderr(log_level)
    shown = server.run(demonstrate(_FOLDER, say))
    result(side_by_side(shown))
    result(
        [
            "",
            f"The cassette is {_FOLDER / CASSETTE}.cassette. Try next:",
            f"  {typed()} cassette show {CASSETTE} --cassettes {_FOLDER}",
            f"  {typed()} run -- python your_app.py     # records; the second run replays",
        ]
    )
    return OK if shown.same else CHECK_FAILED
