"""Which interaction of one cassette belongs to which of the other.

    the same request ──> the same answer too ──> in their order       what is left, of one endpoint ──> most alike

Requests are the same exactly if a replay takes one for the other. What has no counterpart was added or removed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from recorder.alignment import Pair, Shapes, aligned, in_order
from recorder.canonical import Tree, canonical_text

__all__ = ["moved", "paired"]

_Asked = Mapping[str, Tree]
_ENDPOINT = ("upstream", "method", "path")


def paired(one: Sequence[tuple[_Asked, Tree]], two: Sequence[tuple[_Asked, Tree]]) -> list[Pair]:
    """Every place of both sides once; each side is a sequence of requests and their answers."""
    first = [(canonical_text(dict(asked)), canonical_text(answer)) for asked, answer in one]
    second = [(canonical_text(dict(asked)), canonical_text(answer)) for asked, answer in two]
    found: list[Pair] = []
    rows, columns = dict(enumerate(first)), dict(enumerate(second))
    for parts in (2, 1):  # request and answer, then the request alone
        for row, column in _equal(rows, columns, parts):
            del rows[row], columns[column]
            found.append((row, column))
    return sorted([*found, *_alike(one, two, rows, columns)], key=_place)


_Keys = Mapping[int, tuple[str, str]]


def _equal(rows: _Keys, columns: _Keys, parts: int) -> list[tuple[int, int]]:
    """Those whose keys agree in their first `parts`: the first with the first, the second with the second..."""
    waiting: dict[tuple[str, ...], list[int]] = {}
    for column in sorted(columns, reverse=True):
        waiting.setdefault(columns[column][:parts], []).append(column)
    keys = ((row, key[:parts]) for row, key in sorted(rows.items()))
    return [(row, waiting[key].pop()) for row, key in keys if waiting.get(key)]


def _alike(
    one: Sequence[tuple[_Asked, Tree]], two: Sequence[tuple[_Asked, Tree]], rows: Iterable[int], columns: Iterable[int]
) -> Iterator[Pair]:
    """What is left, endpoint by endpoint: pairs in order, by how alike the requests are."""
    shapes = Shapes()
    left: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for side, asked, places in ((0, one, rows), (1, two, columns)):
        for place in sorted(places):
            endpoint = tuple(canonical_text(asked[place][0].get(name)) for name in _ENDPOINT)
            left.setdefault(endpoint, ([], []))[side].append(place)
    for left_rows, left_columns in left.values():
        bodies = [_content(one[row][0]) for row in left_rows], [_content(two[column][0]) for column in left_columns]
        for row, column in aligned(*bodies, shapes):
            yield None if row is None else left_rows[row], None if column is None else left_columns[column]


def _content(asked: _Asked) -> Tree:
    """What tells requests to one endpoint apart."""
    return asked.get("body") or asked.get("parts") or asked.get("query")


def _place(pair: Pair) -> tuple[int, bool]:
    """As the second side has it; what only the first has stands where it was."""
    row, column = pair
    return (column, False) if column is not None else (row or 0, True)


def moved(pairs: Sequence[Pair]) -> set[tuple[int, int]]:
    """The pairs that stand at another place among the others: all but a longest run that kept its order."""
    both = {(row, column) for row, column in pairs if row is not None and column is not None}
    return both - {*in_order(both)}
