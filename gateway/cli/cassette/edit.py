"""`tokentape cassette redact`, `prune` and `rename`: change one cassette."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import OK, RUNTIME, examples, result, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure, dry_run_option
from gateway.escaping import escaped
from recorder.errors import CassetteError
from recorder.naming import cassette_path, list_cassettes
from recorder.plural import count

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.tools.edit import Redacted

__all__ = ["prune", "redact", "rename"]

_REDACT = examples(
    "tokentape cassette redact greeting",
    "tokentape cassette redact --all --dry-run",
)
_PRUNE = examples(
    "tokentape cassette prune greeting --incomplete --duplicates",
    "tokentape cassette prune greeting --interaction 3 --interaction 5",
)
_RENAME = examples("tokentape cassette rename default tests/greeting")


@click.command(epilog=_REDACT)
@cassette_name_argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="All cassettes of the folder.")
@dry_run_option
@cassette_folder_options
def redact(*, names: tuple[str, ...], every: bool, dry_run: bool, **flags: object) -> int:
    """Redact the cassettes NAME again, by the rules of today.

    Secrets that later rules would not have let through are overwritten, and requests are matched as by a new recording.
    What is in version control already stays in its history: a key that was there is to be revoked.
    """
    from gateway.rules import redactor_of  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.edit import redact as redact_again  # noqa: PLC0415 - the same

    if every == bool(names):
        raise click.UsageError("Name the cassettes, or say --all.")
    config = configure(flags)
    redactor = redactor_of(config)
    wanted = list_cassettes(config.cassettes) if every else names
    code = OK
    for name, store in [(name, known(config.cassettes, name)) for name in wanted]:
        try:
            result([_redacted(name, redact_again(store, redactor, dry=dry_run), dry=dry_run)])
        except CassetteError as error:  # the secrets in the others are to go all the same
            say(str(error))
            code = RUNTIME
    return code


def _redacted(name: str, redacted: "Redacted", *, dry: bool) -> str:
    if not redacted.changed:
        return f"{name}: nothing to redact"
    done = "would be redacted" if dry else "redacted"
    if not redacted.interactions:
        return f"{name}: {'would be matched' if dry else 'matched'} by today's rules; nothing to redact"
    parts = [count(redacted.places, "place")] if redacted.places else []
    if redacted.withheld:
        parts.append(f"headers {', '.join(map(escaped, redacted.withheld))}")
    return f"{name}: {done}: {', '.join(parts) or 'names'} in {count(redacted.interactions, 'interaction')}"


@click.command(epilog=_PRUNE)
@cassette_name_argument()
@click.option("--incomplete", is_flag=True, help="What ended too early and is never played; a torn tail as well.")
@click.option("--duplicates", is_flag=True, help="What `cassette check` calls a duplicate.")
@click.option(
    "--interaction", "indices", metavar="N", type=click.IntRange(min=0), multiple=True, help="#N. Can be repeated."
)
@dry_run_option
@cassette_folder_options
def prune(
    *, name: str, incomplete: bool, duplicates: bool, indices: tuple[int, ...], dry_run: bool, **flags: object
) -> int:
    """Take interactions out of the cassette NAME. The others keep every byte."""
    from gateway.rules import matcher_of, redactor_of  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.edit import Unwanted  # noqa: PLC0415 - the same
    from gateway.tools.edit import prune as take_out  # noqa: PLC0415 - the same
    from recorder.cassette import Cassette  # noqa: PLC0415 - the same

    if not (incomplete or duplicates or indices):
        raise click.UsageError("Say what to take out: --incomplete, --duplicates or --interaction N.")
    config = configure(flags)
    store = known(config.cassettes, name)
    cassette = Cassette(name, store, matcher=matcher_of(config), redactor=redactor_of(config))
    pruned = take_out(cassette, Unwanted(indices, incomplete, duplicates), dry=dry_run)
    would = "would be " if dry_run else ""
    result(f"{name} #{index}: {would}taken out: {reason}" for index, reason in pruned.interactions.items())
    if pruned.torn:
        result([f"{name}: {would}cut off: a torn tail of {count(pruned.torn, 'byte')}"])
    if not (pruned.interactions or pruned.torn):
        result([f"{name}: nothing to take out"])
    return OK


@click.command(epilog=_RENAME)
@cassette_name_argument("old")
@click.argument("new")
@dry_run_option
@cassette_folder_options
def rename(*, old: str, new: str, dry_run: bool, **flags: object) -> int:
    """Give the cassette OLD the name NEW, which must be free."""
    from recorder.store import Store  # noqa: PLC0415 - brings msgpack, which --help does not need
    from recorder.upkeep import rename as move  # noqa: PLC0415 - the same

    folder: Path = configure(flags).cassettes
    store, to = known(folder, old), Store(cassette_path(folder, new))
    move(store, to, dry=dry_run)
    result([f"{old}: {'would be renamed' if dry_run else 'renamed'} to {new} ({to.path})"])
    return OK
