"""`tokentape cassette export` and `import`: interactions as JSON lines, HAR or a cassette of vcrpy, and back."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.console import OK, RUNTIME, examples, result, result_text, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from gateway.escaping import escaped
from recorder.naming import cassette_path, list_cassettes

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.exchange.brought import Brought
    from gateway.tools.intake import Taken
    from recorder.interaction import Interaction

__all__ = ["export", "import_"]

_EXPORT = examples(
    "tokentape cassette export default > default.jsonl",
)
_IMPORT = examples(
    "tokentape cassette import default.jsonl --into copy",
)
_FORMATS = click.Choice(["jsonl"])
_SUFFIXES = {".jsonl": "jsonl"}

# An export of the largest cassette that can be read has about this size.
_LARGEST = 512 << 20


@click.command(epilog=_EXPORT)
@cassette_name_argument()
@click.option("--format", "form", type=_FORMATS, help="jsonl: everything that is stored.  [default: by FILE, or jsonl]")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write here, not to stdout."
)
@cassette_folder_options
def export(*, name: str, form: str | None, output: Path | None, **flags: object) -> int:
    """Write the cassette NAME as text for other tools."""
    from recorder.store import Store  # noqa: PLC0415 - brings msgpack, which --help does not need

    folder = configure(flags).cassettes
    store = Store(cassette_path(folder, name))
    entries = store.read()
    if not store.existed:
        say(f"no cassette {name!r} in {folder}; there are: {', '.join(list_cassettes(folder)) or 'none'}")
        return RUNTIME
    text = _written(form or _by_suffix(output) or "jsonl", (store.load(entry) for entry in entries))
    if output is None:
        result_text(text)
    else:
        _write(output, text)
    if store.damage:
        say(store.damage.message)
    return OK


def _by_suffix(path: Path | None) -> str | None:
    return None if path is None else _SUFFIXES.get(path.suffix.lower())


def _written(_form: str, interactions: Iterable["Interaction"]) -> Iterator[str]:
    from gateway.exchange.json_lines import json_lines  # noqa: PLC0415 - brings msgpack, which --help does not need

    return json_lines(interactions)


def _write(path: Path, text: Iterable[str]) -> None:
    if path.suffix == ".cassette":
        raise click.UsageError(f"-o {path}: an export is no cassette; give it another suffix.")
    try:
        path.write_text("".join(text), "utf-8")
    except OSError as error:
        raise click.UsageError(f"-o {path}: cannot write it: {error.strerror}.") from error


@click.command("import", epilog=_IMPORT)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--into", "name", metavar="NAME", required=True, help="The cassette to put the interactions on.")
@click.option("--format", "form", type=_FORMATS, help="What FILE holds.  [default: by its suffix or content]")
@click.option("--append", is_flag=True, help="If there is such a cassette, add to it.")
@click.option("--replace", is_flag=True, help="If there is such a cassette, put the new one in its place.")
@cassette_folder_options
def import_(*, file: Path, name: str, form: str | None, append: bool, replace: bool, **flags: object) -> int:
    """Put what FILE holds on the cassette NAME: redacted as a recording is, all of it or nothing. FILE - is stdin."""
    from gateway.exchange.cursor import Refused  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.intake import take_in  # noqa: PLC0415 - the same
    from recorder.redaction import Redactor  # noqa: PLC0415 - the same
    from recorder.store import Store  # noqa: PLC0415 - the same

    if append and replace:
        raise click.UsageError("--append and --replace exclude each other.")
    config = configure(flags)
    store = Store(cassette_path(config.cassettes, name))
    if store.path.exists() and not (append or replace):
        raise click.UsageError(f"there is a cassette {name!r} already: --append adds to it, --replace replaces it.")
    try:
        brought = _read(form, file)
    except Refused as refused:
        say(f"{_called(file)}: {refused}; nothing was imported")
        return RUNTIME
    if not brought.interactions:
        say(f"{_called(file)}: no interaction to import", *_left_out(brought))
        return RUNTIME
    redactor = Redactor.with_patterns(config.redact, config.redact_paths)
    taken = take_in(name, store, brought.interactions, redactor, replace=replace)
    result(map(escaped, _report(name, store.path, brought, taken)))
    return OK


def _called(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)


def _read(form: str | None, file: Path) -> "Brought":
    from gateway.exchange.cursor import Refused  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.exchange.json_lines import from_json_lines  # noqa: PLC0415 - the same

    form = form or _by_suffix(file)
    raw = sys.stdin.buffer.read(_LARGEST + 1) if str(file) == "-" else _content(file)
    if len(raw) > _LARGEST:
        raise Refused(f"expected at most {_LARGEST:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"expected UTF-8; byte {error.start:,} is none") from None
    return from_json_lines(text)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.stat().st_size <= _LARGEST else b" " * (_LARGEST + 1)
    except OSError as error:
        raise click.UsageError(f"{file}: cannot read it: {error.strerror}.") from error


def _report(name: str, path: Path, brought: "Brought", taken: "Taken") -> Iterator[str]:
    yield f"imported {_count(taken.interactions, 'interaction')} into {name} ({path})"
    if taken.redacted:
        yield f"redacted: {_count(taken.redacted, 'place')} in URLs, headers and bodies"
    if taken.withheld:
        yield f"headers that are not stored: {', '.join(taken.withheld)}"
    yield from _left_out(brought)


def _left_out(brought: "Brought") -> Iterator[str]:
    for reason, count in Counter(brought.left_out).items():
        yield f"left out {count}: {reason}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
