"""`tokentape cassette explain`: why a request does or does not match."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import MISS, OK, examples, result, result_json
from gateway.cli.given import given_bytes
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure, json_option
from gateway.settings import ConfigError

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from recorder.interaction import Request

__all__ = ["explain"]

# More than any gateway takes by itself, also as text in JSON.
_LARGEST = 256 << 20
_EXAMPLES = examples(
    "tokentape cassette explain greeting --request body.json",
    "tokentape cassette explain greeting --request body.json --upstream openai --path /v1/responses",
    "tokentape cassette show greeting --json | jq '.[0].request' | tokentape cassette explain other --request -",
)


@click.command(epilog=_EXAMPLES)
@cassette_name_argument()
@click.option(
    "--request",
    "file",
    metavar="FILE",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True),
    help="The request, - for standard input: a body, or an HTTP request, or what show --json has under request.",
)
@click.option("--upstream", metavar="NAME", help="Its upstream.  [default: what all on the cassette have]")
@click.option("--method", metavar="METHOD", help="Its method.  [default: what all on the cassette have]")
@click.option("--path", "target", metavar="PATH", help="Its path and query.  [default: what all on the cassette have]")
@click.option("--all", "each", is_flag=True, help="A line for each interaction: where it differs.")
@json_option
@cassette_folder_options
def explain(*, name: str, file: str, each: bool, as_json: bool, **flags: Any) -> int:
    """Say which interaction of the cassette NAME answers a request, or why none does.

    The request is compared as in a replay, by the settings of this folder. The exit code is 0 if there is an answer,
    4 if it is a miss.
    """
    from gateway.rules import matcher_of, redactor_of  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools import explain as tool  # noqa: PLC0415 - the same
    from recorder.cassette import Cassette  # noqa: PLC0415 - the same

    given = {flag: flags.pop(flag) for flag in ("upstream", "method", "target")}
    config = configure(flags)
    matcher, store = matcher_of(config), known(config.cassettes, name)
    cassette = Cassette(name, store, matcher=matcher, redactor=redactor_of(config), repeat=config.repeat)
    stored = [(entry, store.load(entry).request) for entry in store.read(verify=False)]
    verdict = tool.verdict_of(cassette, _asked(file, given, [request for _, request in stored]))
    lines = list(tool.each_line(verdict, stored, matcher)) if each else []
    if as_json:
        result_json(tool.verdict_json(verdict) | ({"all": lines} if each else {}))
    else:
        result([*tool.verdict_lines(verdict, config.repeat), *lines])
    return OK if verdict.matches else MISS


def _asked(file: str, given: Mapping[str, str | None], stored: Sequence["Request"]) -> "Request":
    """The request in `file`, with what flags say of it, else what the stored ones have in common."""
    from gateway.exchange.cursor import Refused  # noqa: PLC0415 - what follows is not needed for --help
    from gateway.tools.asked import Incomplete, completed, overridden, partial_from  # noqa: PLC0415 - the same

    try:
        raw = given_bytes(Path(file), _LARGEST)
        if raw is None:
            raise ConfigError(f"{file}: expected a request of at most {_LARGEST:,} bytes; got more")
        return completed(overridden(partial_from(raw, Path(file).name), **given), stored)
    except OSError as error:
        raise ConfigError(f"{file}: expected a file that holds a request; {error.strerror}") from None
    except (Incomplete, Refused) as error:
        raise ConfigError(str(error)) from None
