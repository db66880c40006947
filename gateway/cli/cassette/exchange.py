"""`tokentape cassette export` and `import`: interactions as JSON lines, HAR or a cassette of vcrpy, and back."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import CHECK_FAILED, OK, RUNTIME, examples, result, result_text, say
from gateway.cli.given import given_bytes
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure, upstream_option
from gateway.cli.output import write_output
from gateway.escaping import escaped
from recorder.naming import cassette_path
from recorder.plural import count

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.exchange.brought import Brought
    from gateway.exchange.formats import Format, Yaml
    from gateway.exchange.places import Places
    from gateway.settings import Config
    from gateway.tools.transfer import Taken
    from recorder.store import Store

__all__ = ["export", "import_"]

_EXPORT = examples(
    "tokentape cassette export greeting > greeting.jsonl",
    "tokentape cassette export greeting -o greeting.har",
    "tokentape cassette export greeting --format vcrpy -o tests/cassettes/greeting.yaml",
    "tokentape cassette export greeting --format trace -o greeting.json    # for ui.perfetto.dev",
)
_IMPORT = examples(
    "tokentape cassette import greeting.jsonl --into greeting",
    "tokentape cassette import tests/cassettes/test_greeting.yaml --into greeting",
    "tokentape cassette import browser.har --into greeting --upstream local=http://127.0.0.1:8000",
)
_FORMATS = ("jsonl", "har", "vcrpy")
_WHAT_THEY_ARE = "jsonl loses nothing; har is HAR 1.2; vcrpy is the YAML of vcrpy and pytest-recording"
_FILE: Any = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

# An export of the largest cassette that can be read has about this size, in bytes.
_LARGEST = 512 << 20


@click.command(epilog=_EXPORT)
@cassette_name_argument()
@click.option(
    "--format",
    "form",
    type=click.Choice([*_FORMATS, "trace"]),
    help=f"{_WHAT_THEY_ARE}; trace is a timeline for ui.perfetto.dev.  [default: by the suffix of FILE; else jsonl]",
)
@click.option("-o", "--output", metavar="FILE", type=_FILE, default="-", help="Write there, not to stdout.")
@upstream_option
@cassette_folder_options
def export(*, name: str, form: "Format | Literal['trace'] | None", output: Path, **flags: object) -> int:
    """Write the cassette NAME as text for other tools."""
    config = configure(flags)
    store = known(config.cassettes, name)
    _write(output, _trace(name, store) if form == "trace" else _exported(form, output, store, config))
    if store.damage:
        say(f"{store.damage.message}; only what is before that is exported")
    return CHECK_FAILED if store.damage else OK


def _exported(form: "Format | None", output: Path, store: "Store", config: "Config") -> Iterable[str]:
    from gateway.exchange.formats import exported, format_by_suffix  # noqa: PLC0415 - msgpack, which --help can spare
    from recorder.rewriting import own_seed  # noqa: PLC0415 - the same

    interactions = (store.load(entry) for entry in store.read())
    form = form or format_by_suffix(output) or "jsonl"
    written = exported(form, interactions, _places(config), _yaml, own_seed(store.raw()))
    say(*written.remarks)
    return written.text


def _trace(name: str, store: "Store") -> Iterable[str]:
    from gateway.tools.trace import trace  # noqa: PLC0415 - brings all dialects, which only this needs

    return trace(name, (store.load(entry) for entry in store.read()))


def _places(config: "Config") -> "Places":
    from gateway.dialects import PROVIDERS  # noqa: PLC0415 - brings all dialects, which --help can spare
    from gateway.exchange.places import Places  # noqa: PLC0415 - the same

    built_in = [(provider.name, provider.url) for provider in PROVIDERS]
    return Places((*built_in, *((upstream.name, upstream.url) for upstream in config.upstreams)))


def _yaml() -> "Yaml":
    try:
        from gateway.exchange import vcrpy_yaml  # noqa: PLC0415 - needs PyYAML, which is an extra
    except ModuleNotFoundError as error:
        raise click.UsageError("YAML needs PyYAML, which is not installed: pip install 'tokentape[yaml]'.") from error
    return vcrpy_yaml


def _write(path: Path, text: Iterable[str]) -> None:
    if str(path) == "-":
        result_text(text)
        return
    write_output(path, "-o", "".join(text).encode())


@click.command("import", epilog=_IMPORT)
@click.argument("file", type=_FILE)
@click.option("--into", "name", metavar="NAME", required=True, help="The cassette to put the interactions on.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help=f"{_WHAT_THEY_ARE}.  [default: by the suffix of FILE, else by what it holds]",
)
@click.option("--append", is_flag=True, help="If there is such a cassette, add to it.")
@click.option("--replace", is_flag=True, help="If there is such a cassette, put the new one in its place.")
@upstream_option
@cassette_folder_options
def import_(*, file: Path, name: str, form: "Format | None", append: bool, replace: bool, **flags: object) -> int:
    """Put what FILE (- is stdin) holds on the cassette NAME.

    It is redacted as a recording is. If any part of FILE cannot be understood, nothing is imported. What belongs to no
    upstream is left out, and said so; --upstream adds one.
    """
    from gateway.exchange.cursor import Refused  # noqa: PLC0415 - msgpack, which --help can spare
    from gateway.exchange.formats import format_by_suffix, imported  # noqa: PLC0415 - the same
    from gateway.rules import redactor_of  # noqa: PLC0415 - the same
    from gateway.tools.transfer import take_in  # noqa: PLC0415 - the same
    from recorder.store import Store  # noqa: PLC0415 - the same

    if append and replace:
        raise click.UsageError("--append and --replace exclude each other.")
    config = configure(flags)
    store = Store(cassette_path(config.cassettes, name))
    if store.path.exists() and not (append or replace):
        raise click.UsageError(f"there is a cassette {name!r} already: --append adds to it, --replace replaces it.")
    source = "standard input" if str(file) == "-" else str(file)
    try:
        brought = imported(form or format_by_suffix(file), _read(file), _places(config), _yaml)
    except Refused as refused:
        say(f"{source}: {refused}; nothing was imported")
        return RUNTIME
    if not brought.interactions:
        say(f"{source}: nothing to import", *_left_out(brought.left_out))
        return RUNTIME
    taken = take_in(store, brought.interactions, redactor_of(config), replace=replace, seed=brought.seed)
    result(map(escaped, _report(name, store.path, brought, taken)))
    return OK if taken.interactions else RUNTIME


def _read(file: Path) -> str:
    from gateway.exchange.cursor import Refused  # noqa: PLC0415 - msgpack, which --help can spare

    try:
        raw = given_bytes(file, _LARGEST)
        if raw is None:
            raise Refused(f"expected at most {_LARGEST:,} bytes; got more")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file}: cannot read it: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"expected UTF-8; byte {error.start:,} is none") from None


def _report(name: str, path: Path, brought: "Brought", taken: "Taken") -> Iterator[str]:
    yield f"imported {count(taken.interactions, 'interaction')} into {name} ({path})"
    if taken.redacted:
        yield f"redacted: {count(taken.redacted, 'place')} in URLs, headers and bodies"
    if taken.withheld:
        yield f"headers that are not stored: {', '.join(taken.withheld)}"
    yield from _left_out((*brought.left_out, *taken.refused))


def _left_out(reasons: Iterable[str]) -> Iterator[str]:
    for reason, times in Counter(reasons).items():
        yield f"left out {times}: {reason}"
