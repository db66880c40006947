"""`tokentape cassette`: look at what is on the cassettes."""

import click

from gateway.cli.console import OK, RUNTIME, examples, result, result_json, say
from gateway.cli.options import cassette_folder_options, configure
from recorder.naming import cassette_path, list_cassettes

__all__ = ["cassette"]

_LS = examples("tokentape cassette ls", "tokentape cassette ls --json | jq '.[].name'")
_SHOW = examples("tokentape cassette show default", "tokentape cassette show default --json | jq '.[0].chunks[].at'")

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, with everything that is on file.")


@click.group(epilog=examples("tokentape cassette ls", "tokentape cassette show default"))
def cassette() -> None:
    """Look at cassettes."""


@cassette.command("ls", epilog=_LS)
@cassette_folder_options
@_json
def list_(*, as_json: bool, **flags: object) -> int:
    """List the cassettes, with what is wrong with them."""
    from gateway import listing  # noqa: PLC0415 - brings msgpack, which --help does not need
    from recorder.store import Store  # noqa: PLC0415 - the same

    folder = configure(flags).cassettes
    rows = [listing.row_of(name, Store(cassette_path(folder, name))) for name in list_cassettes(folder)]
    if as_json:
        result_json([listing.row_json(row) for row in rows])
    elif rows:
        result(listing.cassette_lines(rows))
    else:
        say(f"no cassettes in {folder}; `tokentape run -- COMMAND` records one")
    return OK


@cassette.command(epilog=_SHOW)
@click.argument("name")
@cassette_folder_options
@_json
def show(*, name: str, as_json: bool, **flags: object) -> int:
    """Show what is on the cassette NAME: each interaction, its chunks and their times."""
    from gateway import listing  # noqa: PLC0415 - brings msgpack, which --help does not need
    from recorder.store import Store  # noqa: PLC0415 - the same

    folder = configure(flags).cassettes
    store = Store(cassette_path(folder, name))
    entries = store.read(verify=False)
    if not store.existed:
        say(f"no cassette {name!r} in {folder}; there are: {', '.join(list_cassettes(folder)) or 'none'}")
        return RUNTIME
    loaded = ((entry.index, store.load(entry)) for entry in entries)
    if as_json:
        result_json([listing.interaction_json(*each) for each in loaded])
    else:
        result(line for each in loaded for line in listing.interaction_lines(*each))
    if store.damage:
        say(store.damage.message)
    return OK
