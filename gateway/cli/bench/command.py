"""`tokentape bench`: the command."""

from typing import Any

import click

from gateway.cli.bench.options import Flags, bench_options
from gateway.cli.console import examples
from gateway.cli.options import cassette_folder_options, configure, json_option, upstream_option

__all__ = ["bench"]

_EXAMPLES = examples(
    "tokentape bench anthropic --model claude-sonnet-5 --prompt 'Tell me a story' --rate 2/s --requests 50",
    "tokentape bench http://127.0.0.1:8077/openai --cassette issue-42 --duration 30s --record after",
    "tokentape bench http://10.0.0.5:8000 --api openai --model m --prompts p.txt --concurrency 8",
    "tokentape bench openai --model m --prompts p.txt --slo ttft=500ms --slo itl=50ms --min-goodput 95%",
)


@click.command(epilog=_EXAMPLES)
@click.argument("target")
@bench_options
@upstream_option
@json_option
@cassette_folder_options
def bench(**flags: Any) -> int:
    """Measure TARGET under load: a provider by its name, or the URL of a provider, a gateway or a replay.

    Sends streaming requests at a rate (open loop) or so many at a time (closed loop), none twice, and tells the times
    to the first token, between tokens and to the end, and how wrong these may be: the lateness of its own event loop,
    measured meanwhile. What will be sent is said before; real providers are paid. Ctrl-C ends it with the numbers so
    far and the exit code 130. How to measure honestly: docs/measure.md.
    """
    from gateway.cli.bench.work import work  # noqa: PLC0415 - brings aiohttp: 0.2 s that --help need not pay

    config = configure({name: flags.pop(name) for name in ("cassettes", "config_file", "log_level", "upstreams")})
    return work(Flags(**flags), config)
