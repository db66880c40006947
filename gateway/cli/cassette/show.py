"""`tokentape cassette ls` and `show`: look at what is on the cassettes."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import OK, examples, result, result_events, result_json, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from recorder.naming import cassette_path, list_cassettes

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from recorder.interaction import Interaction

__all__ = ["list_", "show"]

_LS = examples("tokentape cassette ls", "tokentape cassette ls --json | jq '.[].name'")
_SHOW = examples(
    "tokentape cassette show default",
    "tokentape cassette show default --json | jq '.[0].chunks[].at'",
    "tokentape cassette show default --transcript",
    "tokentape cassette show default --normalized --interaction 0",
)

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, with everything there is.")


@click.command("ls", epilog=_LS)
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


@click.command(epilog=_SHOW)
@cassette_name_argument()
@click.option(
    "--interaction", "only", metavar="N", type=click.IntRange(min=0), help="Only the one that is shown as #N."
)
@click.option(
    "--normalized",
    is_flag=True,
    help="Print the events of the normalized format, as Server-Sent Events; each interaction begins with its "
    "stream.start.",
)
@click.option("--raw", is_flag=True, help="With --normalized: put the provider's own frames into the events.")
@click.option("--transcript", is_flag=True, help="Print what was said: texts, tool calls, tokens, how it ended.")
@cassette_folder_options
@_json
def show(*, name: str, only: int | None, **flags: Any) -> int:
    """Show what is on the cassette NAME: each interaction, its chunks and their times."""
    from gateway.tools.edit import check_indices  # noqa: PLC0415 - brings msgpack, which --help does not need

    form = _form(**{flag: flags.pop(flag) for flag in ("normalized", "raw", "transcript", "as_json")})
    store = known(configure(flags).cassettes, name)
    entries = store.read(verify=False)
    check_indices(name, len(entries), () if only is None else (only,))
    form((entry.index, store.load(entry)) for entry in entries if only in (None, entry.index))
    if store.damage:
        say(store.damage.message)
    return OK


_Loaded = Iterable[tuple[int, "Interaction"]]


def _form(*, normalized: bool, raw: bool, transcript: bool, as_json: bool) -> Callable[[_Loaded], None]:
    """What prints the interactions as these flags say."""
    if normalized and (transcript or as_json):
        raise click.UsageError(f"--normalized and {'--transcript' if transcript else '--json'} exclude each other.")
    if raw and not normalized:
        raise click.UsageError("--raw goes with --normalized.")
    if normalized:
        return partial(_print_events, raw=raw)
    if transcript:
        return partial(_print_transcripts, as_json=as_json)
    return partial(_print_chunks, as_json=as_json)


def _print_chunks(loaded: _Loaded, *, as_json: bool) -> None:
    from gateway import listing  # noqa: PLC0415 - brings msgpack, which --help does not need

    if as_json:
        result_json([listing.interaction_json(*each) for each in loaded])
    else:
        result(line for each in loaded for line in listing.interaction_lines(*each))


def _print_events(loaded: _Loaded, *, raw: bool) -> None:
    from gateway.events import event_sse  # noqa: PLC0415 - brings all dialects, which only this needs
    from gateway.reader import read  # noqa: PLC0415 - the same

    result_events(event_sse(event) for _, interaction in loaded for event in read(interaction, raw=raw))


def _print_transcripts(loaded: _Loaded, *, as_json: bool) -> None:
    from gateway.listing import interaction_title  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.reader import read  # noqa: PLC0415 - brings all dialects, which only this needs
    from gateway.transcript import Transcript, transcript_json, transcript_lines  # noqa: PLC0415 - the same

    said = ((index, interaction.request, Transcript.of(read(interaction))) for index, interaction in loaded)
    if as_json:
        result_json([{"index": index, **transcript_json(transcript)} for index, _, transcript in said])
        return
    for index, request, transcript in said:
        result([interaction_title(index, request), *(f"    {line}" for line in transcript_lines(transcript))])
