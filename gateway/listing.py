"""Cassettes as text: what `cassette ls` and `cassette show` print. Values in, texts out; only `row_of` reads.

Whatever came from outside (names, targets, bodies, reasons) passes `escaped`. The JSON forms lose nothing: a body that
is not UTF-8 is given as base64.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.endings import ending_of, is_stream, looks_whole
from gateway.escaping import escaped
from gateway.exchange.interaction_json import interaction_json as stored_json
from recorder.errors import CassetteError
from recorder.interaction import Chunk, Fact, Interaction, Request
from recorder.store import Entry, Store

__all__ = [
    "Row",
    "cassette_lines",
    "columns",
    "duration",
    "interaction_json",
    "interaction_lines",
    "interaction_title",
    "row_json",
    "row_of",
    "size",
]

_PREVIEW = 60  # bytes of a chunk
_BAD_ENDINGS = ("not complete", "damaged", "no terminal event", "cut off", "unreadable", "error event")
_CHUNKS = 200  # chunks that are listed one by one


@dataclass(frozen=True, slots=True)
class Row:
    """One cassette in the list: bytes on disk, when it was last added to (ISO 8601, or empty), its problems."""

    name: str
    interactions: int
    size: int
    recorded: str = ""
    problems: tuple[str, ...] = ()


def size(count: int) -> str:
    """Bytes for people: `812 B`, `3.4 KiB`, `64.0 MiB`."""
    if count < 1 << 10:
        return f"{count} B"
    return f"{count / (1 << 10):.1f} KiB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MiB"


def duration(micros: int) -> str:
    """Microseconds for people: `0.4 ms`, `312.0 ms`, `12.31 s`."""
    return f"{micros / 1000:.1f} ms" if micros < 10_000_000 else f"{micros / 1_000_000:.2f} s"


def row_of(name: str, store: Store, most: int | None = None) -> Row:
    """Sum up one cassette; a file that cannot be used is a row with that problem.

    Of more interactions than `most`, none is read: of their ends only what their heads say is told.
    """
    file_size = store.path.stat().st_size
    try:
        entries = store.read(verify=False)
    except CassetteError as error:
        return Row(name, 0, file_size, problems=(str(error),))
    look = most is None or len(entries) <= most
    endings = Counter(_verdict(store, entry) if look else _end(entry) for entry in entries)
    problems = [f"{endings[bad]} {bad}" for bad in _BAD_ENDINGS if endings[bad]]
    damage = [store.damage.message] if store.damage else []
    recorded = str(entries[-1].facts.get("recorded_at", "")) if entries else ""
    return Row(name, len(entries), file_size, recorded, (*problems, *damage))


def _end(entry: Entry) -> str:
    return "ok" if entry.end.kind == "complete" else "not complete"


def _verdict(store: Store, entry: Entry) -> str:
    """How an interaction ended, as far as it can be told without reading the bodies of what is no stream."""
    if _end(entry) != "ok":
        return "not complete"
    if not is_stream(entry.response):
        return "ok"
    try:
        interaction = store.load(entry)
    except CassetteError:
        return "damaged"
    return "ok" if looks_whole(interaction) else ending_of(interaction).verdict


def cassette_lines(rows: Sequence[Row]) -> Iterator[str]:
    """The list of cassettes, in columns."""
    table = [("NAME", "INTERACTIONS", "SIZE", "LAST RECORDED", "PROBLEMS")]
    table += [
        (escaped(row.name), str(row.interactions), size(row.size), escaped(row.recorded) or "-", _problems(row))
        for row in rows
    ]
    yield from columns(table, gap=2)


def columns(table: Sequence[Sequence[str]], gap: int) -> Iterator[str]:
    """The rows of a table, its columns `gap` spaces apart."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield (" " * gap).join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _problems(row: Row) -> str:
    return "; ".join(escaped(problem) for problem in row.problems) or "-"


def row_json(row: Row) -> dict[str, object]:
    """One cassette of the list, for `--json`."""
    return {
        "name": row.name,
        "interactions": row.interactions,
        "size": row.size,
        "recorded": row.recorded or None,
        "problems": list(row.problems),
    }


def interaction_title(index: int, request: Request) -> str:
    """The first line of what is shown of an interaction."""
    return f"#{index}  {escaped(request.method)} {escaped(request.target)}  ({escaped(request.upstream)})"


def interaction_lines(index: int, interaction: Interaction) -> Iterator[str]:
    """One interaction for people: a head line, how it went, and its chunks with their times."""
    request, response = interaction.request, interaction.response
    yield interaction_title(index, request)
    yield "    " + "  ".join(
        [
            f"status {response.status}",
            *([f"model {escaped(model)}"] if (model := _model(request)) else []),
            f"{len(interaction.chunks)} chunks",
            size(sum(len(chunk.data) for chunk in interaction.chunks)),
            f"head after {duration(interaction.head_at)}",
            f"end after {duration(interaction.end_at)}",
            _ended(interaction),
        ]
    )
    if interaction.facts:
        yield f"    {_facts(interaction.facts)}"
    yield from map(_chunk_line, interaction.chunks[:_CHUNKS])
    if (rest := len(interaction.chunks) - _CHUNKS) > 0:
        yield f"    ... and {rest} more chunks (--json has all)"


def _model(request: Request) -> str:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return ""
    model = body.get("model") if isinstance(body, dict) else None
    return model if isinstance(model, str) else ""


def _ended(interaction: Interaction) -> str:
    end = interaction.end
    if end.kind == "complete":
        verdict = ending_of(interaction).verdict
        return f"complete, but {verdict}" if verdict in _BAD_ENDINGS else "complete"
    return f"NOT COMPLETE: {end.kind}" + (f" ({escaped(end.reason)})" if end.reason else "")


def _facts(facts: Mapping[str, Fact]) -> str:
    return "  ".join(f"{escaped(name)}: {escaped(str(value))}" for name, value in sorted(facts.items()))


def _chunk_line(chunk: Chunk) -> str:
    preview = chunk.data[:_PREVIEW].decode("utf-8", "replace")
    more = "..." if len(chunk.data) > _PREVIEW else ""
    return f"    {duration(chunk.at):>11}  {size(len(chunk.data)):>9}  {escaped(preview)}{more}"


def interaction_json(index: int, interaction: Interaction) -> dict[str, object]:
    """One interaction for `--json`: everything that is stored, its number, and how a complete answer ended."""
    outcome = ending_of(interaction).verdict if interaction.end.kind == "complete" else None
    return {"index": index, **stored_json(interaction), "outcome": outcome}
