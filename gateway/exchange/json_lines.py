"""JSON lines: everything that is stored, one interaction a line, after a first line that says what this is.

    {"tokentape":"cassette","version":1}
    {"request":{"upstream":"anthropic",...},"response":{...},"head_at":302000,"chunks":[...],"end":{...},"facts":{...}}

There and back gives the same file. The text of a later version is refused, and so is a member that is not known, which
would be lost. What follows from the rest is not written: sizes, fingerprints, and the seed of the file unless the
interaction that gave it has been changed since.
"""

from collections.abc import Iterable, Iterator

from gateway.exchange.brought import Brought
from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.interaction_json import interaction_from, interaction_json
from gateway.exchange.json_text import json_text, parsed
from gateway.exchange.storable import storable
from recorder.interaction import Interaction

__all__ = ["from_json_lines", "json_lines"]

_VERSION = 1
_KIND = "cassette"


def json_lines(interactions: Iterable[Interaction], seed: int | None = None) -> Iterator[str]:
    """The lines of an export, each with its line break. `seed`: see `Brought`."""
    own = {} if seed is None else {"seed": seed}
    yield json_text({"tokentape": _KIND, "version": _VERSION, **own}) + "\n"
    for interaction in interactions:
        yield json_text(interaction_json(interaction)) + "\n"


def from_json_lines(text: str) -> Brought:
    """The interactions of an export. Raises Refused, which names line and member."""
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    number, first = next(lines, (1, ""))
    if not first.replace(" ", "").startswith('{"tokentape":'):
        raise Refused(
            f'line {number}: expected {{"tokentape":"{_KIND}","version":{_VERSION}}}, as `tokentape cassette export` '
            "writes it first"
        )
    seed = _first_line(parsed(first, f"line {number}"))
    return Brought(tuple(_interaction(parsed(line, f"line {number}")) for number, line in lines), seed=seed)


def _first_line(first: Cursor) -> int | None:
    """The seed, if there is one."""
    if first["tokentape"].text() != _KIND:
        raise first["tokentape"].refused(repr(_KIND))
    if first["version"].whole() != _VERSION:
        raise first["version"].refused(f"{_VERSION}, which this tokentape reads; a later one has written the file")
    first.only("tokentape", "version", "seed")
    seed = first["seed"]
    if seed.here and not 0 < seed.whole() < 1 << 32:
        raise seed.refused("a number of 32 bits that is not 0")
    return seed.whole() if seed.here else None


def _interaction(line: Cursor) -> Interaction:
    return storable(interaction_from(line), line)
