"""`tokentape cassette diff`: what two cassettes ask and say differently."""

from typing import TYPE_CHECKING, NamedTuple

import click

from gateway.cli.cassette.known import known_file
from gateway.cli.console import CHECK_FAILED, OK, examples, result, result_json, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure
from gateway.settings import Config

if TYPE_CHECKING:  # for annotations only: --help must not wait for it
    from gateway.tools.diff import Side

__all__ = ["diff"]

_EXAMPLES = examples(
    "tokentape cassette diff greeting greeting-new",
    "tokentape cassette diff greeting ../main/cassettes/greeting.cassette --markdown",
    "tokentape cassette diff greeting greeting --interaction 0 3",
)


@click.command(epilog=_EXAMPLES)
@cassette_name_argument("one", metavar="A")
@cassette_name_argument("two", metavar="B")
@click.option(
    "--interaction",
    "only",
    metavar="N M",
    nargs=2,
    type=click.IntRange(min=0),
    help="Compare #N of A with #M of B, and nothing else.",
)
@click.option("--markdown", is_flag=True, help="Print Markdown, for a comment on a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with nothing shortened.")
@cassette_folder_options
def diff(*, one: str, two: str, only: tuple[int, int] | None, markdown: bool, as_json: bool, **flags: object) -> int:
    """Compare what is asked and said on the cassettes A and B.

    A and B are names of cassettes, or paths of files. Interactions belong together if a replay would take one request
    for the other, else if they are much alike. Times are shown and do not count; nor do ids, or the order of the
    interactions. The exit code is 0 if the content is the same, 1 if it differs or a cassette is damaged.
    """
    from gateway.tools.diff import compare, diff_json, diff_lines, diff_markdown  # noqa: PLC0415 - all dialects: slow

    if markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other.")
    config = configure(flags)
    first, second = (_loaded(*each, config) for each in zip((one, two), only or (None, None), strict=True))
    comparison = compare((one, two), first.sides, second.sides)
    if as_json:
        result_json(diff_json(comparison))
    else:
        result([diff_markdown(comparison)] if markdown else diff_lines(comparison))
    return OK if comparison.same and first.whole and second.whole else CHECK_FAILED


class _Loaded(NamedTuple):
    """What is to be compared of a cassette, and whether all of it could be read."""

    sides: "list[Side]"
    whole: bool


def _loaded(name: str, only: int | None, config: Config) -> _Loaded:
    """The interactions of the cassette that was named, or the one that is wanted. Raises CassetteError without any."""
    from gateway.rules import matcher_of  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.diff import side_of  # noqa: PLC0415 - brings all dialects, which --help does not need
    from gateway.tools.edit import check_indices  # noqa: PLC0415 - brings msgpack, as above
    from recorder.store import Store  # noqa: PLC0415 - the same

    store = Store(known_file(config.cassettes, name))
    entries = store.read()
    if store.damage:
        say(f"{store.damage.message}; only what is before that is compared")
    check_indices(name, len(entries), () if only is None else (only,))
    matcher = matcher_of(config)
    wanted = entries if only is None else [entries[only]]
    sides = [side_of(entry.index, store.load(entry), matcher) for entry in wanted]
    return _Loaded(sides, whole=store.damage is None)
