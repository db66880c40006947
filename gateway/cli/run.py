"""`tokentape run`: a gateway for as long as a command runs."""

import os

import click

from gateway.cli.console import MISS, OK, RUNTIME, examples, say
from gateway.cli.messages import conclusion, introduction
from gateway.cli.options import configure, gateway_options
from recorder.naming import cassette_path

__all__ = ["run"]


_EXAMPLES = examples(
    "tokentape run -- python app.py",
    "tokentape run --mode replay --pacing instant -- pytest -x",
    "tokentape run --mode all --cassette greeting -- npm test",
)


@click.command(epilog=_EXAMPLES, context_settings={"allow_interspersed_args": False})
@gateway_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(command: tuple[str, ...], **flags: object) -> int:
    """Run COMMAND with its SDKs pointed at a gateway of its own.

    The gateway listens on a free port; COMMAND finds it in ANTHROPIC_BASE_URL, OPENAI_BASE_URL and their like, and when
    nothing needs to be recorded also dummy keys where none is set. Signals and COMMAND's exit code are passed through
    (127: not found, 126: not executable); if it succeeds although a request found no answer on the cassette, the exit
    code is 4.
    """
    from gateway import server  # noqa: PLC0415 - brings aiohttp: 0.2 s that --help need not pay
    from gateway.cli.child import beside_gateway  # noqa: PLC0415 - the same

    config = configure({**flags, "port": flags["port"] or "0"})
    cassette = cassette_path(config.cassettes, config.cassette)
    say(*introduction(config, cassette))
    offline = config.mode == "replay" or (config.mode == "once" and cassette.exists())
    code, report = server.run(beside_gateway(config, command, os.environ, dummy_keys=offline))
    say(*conclusion(report, None if config.mode == "live" else cassette))
    missed = report.missed and config.mode in ("replay", "once")
    return code or (MISS if missed else RUNTIME if report.degraded else OK)
