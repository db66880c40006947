"""JSON lines: everything that is stored, one interaction a line, after a first line that says what this is.

    {"tokentape":"cassette","version":1}
    {"request":{"upstream":"anthropic",...},"response":{...},"head_at":302000,"chunks":[...],"end":{...},"facts":{...}}

There and back gives the same cassette. A reader of another version refuses the file; so it does unknown members, which
would be lost. Fingerprints are not written: they follow from the requests.
"""

from collections.abc import Iterable, Iterator

from gateway.exchange.brought import Brought
from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.interaction_json import interaction_from, interaction_json
from gateway.exchange.json_text import json_text, parsed
from gateway.exchange.storable import storable
from recorder.interaction import Interaction

__all__ = ["from_json_lines", "is_json_lines", "json_lines"]

_VERSION = 1
_KIND = "cassette"


def json_lines(interactions: Iterable[Interaction]) -> Iterator[str]:
    """The lines of an export, each with its line break."""
    yield json_text({"tokentape": _KIND, "version": _VERSION}) + "\n"
    for interaction in interactions:
        yield json_text(interaction_json(interaction)) + "\n"


def is_json_lines(text: str) -> bool:
    """Whether `text` begins as such an export does."""
    return text.lstrip().partition("\n")[0].replace(" ", "").startswith('{"tokentape":')


def from_json_lines(text: str) -> Brought:
    """The interactions of an export. Raises Refused, which names line and member."""
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    number, first = next(lines, (1, ""))
    if not is_json_lines(first):
        raise Refused(
            f'line {number}: expected {{"tokentape":"{_KIND}","version":{_VERSION}}}, as `tokentape cassette export` '
            "writes it first"
        )
    _check_version(parsed(first, f"line {number}"))
    return Brought(tuple(_interaction(parsed(line, f"line {number}")) for number, line in lines))


def _check_version(first: Cursor) -> None:
    if first["tokentape"].text() != _KIND:
        raise first["tokentape"].refused(repr(_KIND))
    if first["version"].whole() != _VERSION:
        raise first["version"].refused(f"{_VERSION}, which this tokentape reads; a later one has written the file")
    first.only("tokentape", "version")


def _interaction(line: Cursor) -> Interaction:
    return storable(interaction_from(line), line)
