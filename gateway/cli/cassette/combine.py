"""`tokentape cassette merge` and `split`: many cassettes to one, one to many."""

import re
from collections.abc import Collection

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import OK, examples, result
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure, dry_run_option
from recorder.naming import cassette_path
from recorder.plural import count

__all__ = ["merge", "split"]

_MERGE = examples(
    "tokentape cassette merge login search --into session",
    "tokentape cassette merge session checkout --into session",
)
_SPLIT = examples(
    "tokentape cassette split session --interactions 0-3,7 --into login",
    "tokentape cassette split session --each --keep",
)


@click.command(epilog=_MERGE)
@cassette_name_argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--into", metavar="NEW", required=True, help="The cassette to put them on; a new one, or one of the NAMEs."
)
@dry_run_option
@cassette_folder_options
def merge(*, names: tuple[str, ...], into: str, dry_run: bool, **flags: object) -> int:
    """Put the interactions of the cassettes NAME on one, in this order. The cassettes themselves stay.

    A recording that is on several of them is put there once. The same answer, recorded twice, is two recordings.
    """
    from gateway.tools.edit import merge as put_together  # noqa: PLC0415 - brings msgpack, which --help does not need
    from recorder.store import Store  # noqa: PLC0415 - the same

    if len(set(names)) < len(names):
        raise click.UsageError("A cassette is named twice.")
    folder = configure(flags).cassettes
    sources = [known(folder, name) for name in names]
    target = Store(cassette_path(folder, into))
    merged = put_together(target, sources, dry=dry_run)
    twice = f"; left out {count(merged.left_out, 'recording')} that it has already" if merged.left_out else ""
    done = "would have" if dry_run else "has"
    result([f"{into}: {done} {count(merged.interactions, 'interaction')} of {', '.join(names)}{twice}"])
    return OK


class _Numbers(click.ParamType[tuple[int, ...]]):
    """`0-3,7` as the numbers that it means."""

    name = "numbers"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        numbers: list[int] = []
        for part in str(value).split(","):
            match = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", part.strip())
            if match is None or int(match[2] or match[1]) < int(match[1]):
                self.fail(f"expected numbers and ranges such as 0-3,7; got {value!r}", param, ctx)
            numbers += range(int(match[1]), int(match[2] or match[1]) + 1)
        return tuple(dict.fromkeys(numbers))


@click.command(epilog=_SPLIT)
@cassette_name_argument()
@click.option("--interactions", "numbers", metavar="N,N-M", type=_Numbers(), help="Which ones: 0-3,7.")
@click.option("--into", metavar="NEW", help="With --interactions: the new cassette.")
@click.option("--each", is_flag=True, help="Every interaction on a cassette of its own: NAME-0, NAME-1, ...")
@click.option("--keep", is_flag=True, help="Copy them: leave the cassette NAME as it is.")
@dry_run_option
@cassette_folder_options
def split(
    *,
    name: str,
    numbers: tuple[int, ...] | None,
    into: str | None,
    each: bool,
    keep: bool,
    dry_run: bool,
    **flags: object,
) -> int:
    """Move interactions of the cassette NAME to new ones. If none are left on it, it is deleted.

    The new ones are on the disk before anything is taken out of NAME, and never overwrite a cassette.
    """
    from gateway.tools.edit import check_indices  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.edit import split as divide  # noqa: PLC0415 - the same
    from recorder.store import Store  # noqa: PLC0415 - the same

    folder = configure(flags).cassettes
    store = known(folder, name)
    total = len(store.read(verify=False))
    parts = _parts(name, total, numbers, into, each=each)
    for _, wanted in parts:
        check_indices(name, total, wanted)
    divide(store, [(Store(cassette_path(folder, new)), wanted) for new, wanted in parts], keep=keep, dry=dry_run)
    verb = f"{'would be ' if dry_run else ''}{'copied' if keep else 'moved'}"
    result(f"{new}: {count(len(wanted), 'interaction')} {verb} from {name}" for new, wanted in parts)
    left = total - len({number for _, wanted in parts for number in wanted})
    if not (left or keep):
        result([f"{name}: {'would be ' if dry_run else ''}deleted: nothing is left on it"])
    return OK


def _parts(
    name: str, total: int, numbers: tuple[int, ...] | None, into: str | None, *, each: bool
) -> list[tuple[str, Collection[int]]]:
    """The new cassettes by name, with the interactions that each gets. Raises UsageError."""
    if each and numbers is None and into is None:
        return [(f"{name}-{index}", (index,)) for index in range(total)]
    if each or numbers is None or into is None:
        raise click.UsageError("Say --interactions N,N-M and --into NEW, or --each alone.")
    return [(into, numbers)]
