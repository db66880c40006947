"""`tokentape cassette check`: a gate for CI, and before a commit."""

import re
from datetime import timedelta

import click

from gateway.cli.cassette.known import known
from gateway.cli.console import CHECK_FAILED, OK, examples, result, result_json, say
from gateway.cli.options import cassette_folder_options, cassette_name_argument, configure, json_option
from gateway.tools.finding import KINDS, Level, finding_json, finding_line, summary
from recorder.naming import list_cassettes

__all__ = ["check"]

_EXAMPLES = examples(
    "tokentape cassette check",
    "tokentape cassette check greeting --strict",
    "tokentape cassette check --max-age 90d --ignore no-end",
    "tokentape cassette check --json | jq '.findings[].kind'",
)
_UNITS = {"h": 1, "d": 24, "w": 24 * 7}
_LEVELS: tuple[tuple[Level, str], ...] = (
    ("error", "Errors, for which the exit code is 1:"),
    ("warning", "Warnings:"),
)


def _kinds() -> str:
    """All kinds of findings, as lines that are shown as they are."""
    lines = ["\b"]
    for level, title in _LEVELS:
        lines += [title, *(f"  {name:<12}{rule.about}" for name, rule in KINDS.items() if rule.level == level)]
    return "\n".join(lines)


class _Age(click.ParamType[timedelta]):
    """`90d`, `12w` or `48h`."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        match = re.fullmatch(r"([0-9]{1,5})([hdw])", str(value))
        if match is None:
            self.fail(f"expected hours, days or weeks, such as 48h, 90d or 12w; got {value!r}", param, ctx)
        return timedelta(hours=int(match[1]) * _UNITS[match[2]])


@click.command(epilog=f"{_kinds()}\n\n{_EXAMPLES}")
@cassette_name_argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--max-age", metavar="AGE", type=_Age(), help="Find what was recorded longer ago: 90d, 12w or 48h.")
@click.option("--entropy", is_flag=True, help="Find long random texts too: they may be keys of unknown shape.")
@click.option(
    "--ignore",
    metavar="KIND",
    type=click.Choice(tuple(KINDS)),
    multiple=True,
    help="Leave out one kind. Can be repeated.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@json_option
@cassette_folder_options
def check(
    *,
    names: tuple[str, ...],
    max_age: timedelta | None,
    entropy: bool,
    ignore: tuple[str, ...],
    strict: bool,
    as_json: bool,
    **flags: object,
) -> int:
    """Check cassettes: are they whole, free of secrets, and can they be played?

    All of the folder, or those named. For CI and pre-commit hooks: nothing is changed, and no secret is printed.
    """
    from gateway.rules import matcher_of, redactor_of  # noqa: PLC0415 - brings msgpack, which --help does not need
    from gateway.tools.check import Check, CheckRules  # noqa: PLC0415 - brings all dialects
    from recorder.clock import SystemClock  # noqa: PLC0415 - brings asyncio

    config = configure(flags)
    if flags["cassettes"] is not None and not config.cassettes.is_dir():  # a slip in CI, where nobody would see it
        raise click.UsageError(f"--cassettes: there is no folder {config.cassettes}.")
    now = SystemClock().wall()
    rules = CheckRules(matcher_of(config), redactor_of(config), now, config.repeat, max_age, entropy)
    checking = Check(rules)
    stores = [(name, known(config.cassettes, name)) for name in names or list_cassettes(config.cassettes)]
    findings = [each for name, store in stores for each in checking.run(name, store) if each.kind not in ignore]
    if as_json:
        checked = {"cassettes": checking.cassettes, "interactions": checking.interactions}
        result_json({**checked, "findings": [finding_json(each) for each in findings]})
    else:
        result(map(finding_line, findings))
    say(summary(checking.cassettes, checking.interactions, findings))
    return CHECK_FAILED if any(strict or each.level == "error" for each in findings) else OK
