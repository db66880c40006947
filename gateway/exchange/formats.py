"""The formats by name: which one a file has, text of it to interactions, and back.

jsonl   loses nothing: export, import, and the file is the same
har     loses nothing either, if it is ours
vcrpy   has neither times nor chunks
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from gateway.exchange.brought import Brought
from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.har import har
from gateway.exchange.har_import import from_har
from gateway.exchange.json_lines import from_json_lines, json_lines
from gateway.exchange.json_text import parsed
from gateway.exchange.places import Places
from gateway.exchange.vcrpy import from_vcrpy, vcrpy_values
from recorder.interaction import Interaction

__all__ = ["Exported", "Format", "Yaml", "exported", "format_by_suffix", "imported"]

Format = Literal["jsonl", "har", "vcrpy"]

_SUFFIXES: dict[str, Format] = {".jsonl": "jsonl", ".har": "har", ".yaml": "vcrpy", ".yml": "vcrpy"}
_BEGINNINGS: dict[Format, str] = {
    "jsonl": r'\A\s*\{"tokentape"',
    "har": r'\A\s*\{\s*"log"',
    "vcrpy": r'^interactions:|\A\s*\{\s*"(interactions|version)"',
}


class Yaml(Protocol):
    """Reads and writes YAML: `gateway.exchange.vcrpy_yaml`, where PyYAML is installed."""

    def from_yaml(self, text: str, of: str) -> Cursor:
        """The value of a document; `of` is what messages call it. Raises Refused."""

    def to_yaml(self, values: Mapping[str, object]) -> str:
        """The document that holds `values`."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The text of an export, in pieces, and what it does not hold."""

    text: Iterable[str]
    remarks: tuple[str, ...] = ()


def format_by_suffix(path: Path) -> Format | None:
    """The format that a file's name speaks of."""
    return _SUFFIXES.get(path.suffix.lower())


def imported(form: Format | None, text: str, places: Places, yaml: Callable[[], Yaml]) -> Brought:
    """The interactions in `text`; without `form` it is told by the content. `yaml` is called if it is YAML.

    Raises Refused.
    """
    match form or _by_content(text):
        case "jsonl":
            return from_json_lines(text)
        case "har":
            return from_har(text, places)
        case "vcrpy":
            is_json = text.lstrip().startswith("{")  # vcrpy has a serializer for JSON too
            return from_vcrpy(parsed(text, "vcrpy") if is_json else yaml().from_yaml(text, "vcrpy"), places)


def _by_content(text: str) -> Format:
    for form, beginning in _BEGINNINGS.items():
        if re.search(beginning, text, re.MULTILINE):
            return form
    raise Refused("expected JSON lines of `cassette export`, HAR or a cassette of vcrpy; if it is one, add --format")


def exported(
    form: Format,
    interactions: Iterable[Interaction],
    places: Places,
    yaml: Callable[[], Yaml],
    seed: int | None = None,
) -> Exported:
    """`interactions` in a format. `places` gives the URLs; `yaml` is called if it is YAML; `seed`: see `Brought`."""
    match form:
        case "jsonl":
            return Exported(json_lines(interactions, seed))
        case "har":
            return Exported([har(interactions, places)])
        case "vcrpy":
            return _for_vcrpy(list(interactions), places, yaml())


def _for_vcrpy(interactions: list[Interaction], places: Places, yaml: Yaml) -> Exported:
    complete = [interaction for interaction in interactions if interaction.end.kind == "complete"]
    cut_off = len(interactions) - len(complete)
    remarks = ["vcrpy's format has no place for times and chunks: they are left out"]
    if cut_off:
        remarks.append(f"left out {cut_off} of {len(interactions)} interactions, which did not end complete")
    return Exported([yaml.to_yaml(vcrpy_values(complete, places))], tuple(remarks))
