"""`tokentape simulate`: the simulated provider until it is stopped."""

import click

from gateway.cli.console import OK, announce, examples, log_to_stderr
from gateway.cli.options import log_level_option

__all__ = ["simulate"]


_MS = click.FloatRange(0)  # milliseconds
_EXAMPLES = examples(
    "tokentape simulate",
    "tokentape simulate --port 0 --seed 7 --ttft 300 --gap 40 --spread 0.5",
    "tokentape run --upstream anthropic=http://127.0.0.1:8078 -- python app.py",
)


@click.command(epilog=_EXAMPLES)
@click.option(
    "--port", default=8078, show_default=True, metavar="PORT", type=click.IntRange(0, 65535), help="0 picks a free one."
)
@click.option(
    "--seed", default=0, show_default=True, metavar="N", help="The same seed and request give the same answer."
)
@click.option("--ttft", default=120.0, show_default=True, type=_MS, metavar="MS", help="Time to the first token.")
@click.option("--gap", default=25.0, show_default=True, type=_MS, metavar="MS", help="Time between frames.")
@click.option(
    "--spread",
    default=0.0,
    show_default=True,
    metavar="PART",
    type=click.FloatRange(0, 1),
    help="Vary both times by up to this part.",
)
@click.option(
    "--words", default=40, show_default=True, metavar="N", type=click.IntRange(0, 100_000), help="The length of a text."
)
@log_level_option
def simulate(*, port: int, seed: int, ttft: float, gap: float, spread: float, words: int, log_level: str) -> int:
    """Answer as the providers do: the simulated provider.

    Anthropic, OpenAI, Gemini and Ollama on one port of this machine, on their native paths. Needs no key; the same
    request and seed give the same answer. Prints `listening on http://127.0.0.1:PORT` to stdout when ready.
    """
    from gateway import server  # noqa: PLC0415 - brings aiohttp: 0.2 s that --help need not pay
    from gateway.hosting import hosted_until_signal  # noqa: PLC0415 - the same
    from gateway.simulator import Simulation, simulator_runner  # noqa: PLC0415 - the same

    log_to_stderr(log_level)
    simulation = Simulation(seed=seed, ttft_ms=ttft, gap_ms=gap, spread=spread, words=words)
    server.run(hosted_until_signal(simulator_runner(simulation), port=port, ready=announce))
    return OK
