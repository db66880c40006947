"""`tokentape serve`: a gateway until it is stopped."""

import click

from gateway.cli.console import OK, RUNTIME, announce, examples, say
from gateway.cli.messages import conclusion, introduction, token_address
from gateway.cli.options import configure, gateway_options, observe_option
from gateway.settings import ConfigError
from recorder.naming import cassette_path

__all__ = ["serve"]


_EXAMPLES = examples(
    "tokentape serve",
    "tokentape serve --mode replay --pacing instant --cassette issue-42",
    "tokentape serve --upstream local=http://127.0.0.1:9000,dialect=openai",
    "ANTHROPIC_BASE_URL=http://127.0.0.1:8077/anthropic python app.py",
    "OPENAI_BASE_URL=http://127.0.0.1:8077/openai/v1 python app.py",
)


@click.command(epilog=_EXAMPLES)
@gateway_options
@observe_option
def serve(**flags: object) -> int:
    """Relay, record and replay until stopped by Ctrl-C or SIGTERM.

    Prints `listening on http://HOST:PORT` to stdout when ready, everything else to stderr. On the first signal running
    streams may finish, a second one ends at once. Every setting can also be given as TOKENTAPE_<KEY> or in
    tokentape.toml (docs/configuration.md).
    """
    from gateway import server  # noqa: PLC0415 - brings aiohttp: 0.2 s that --help need not pay
    from gateway.guard import with_page_token  # noqa: PLC0415 - the same

    configured = configure(flags)
    config = with_page_token(configured)
    if config.otel and not config.observe:
        raise ConfigError("otel: expected streams to be observed, whose numbers it sends; leave out --no-observe")
    cassette = cassette_path(config.cassettes, config.cassette)
    say(*introduction(config, cassette))

    def ready(url: str) -> None:
        announce(url)
        if config.page_token is not None and configured.page_token is None:  # one that was set is known
            say(token_address(url, config.page_token))
        elif config.observe:
            say(f"page {url}/_/")

    report = server.run(server.serve(config, ready=ready, observed=config.observe))
    say(*conclusion(report, None if config.mode == "live" else cassette))
    return RUNTIME if report.degraded else OK
