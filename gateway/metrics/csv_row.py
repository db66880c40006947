"""A row of CSV that a spreadsheet can be given, whatever the names in it are: they come from outside."""

import csv
import io
from collections.abc import Iterable

from gateway.escaping import escaped

__all__ = ["csv_row"]

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")


def csv_row(cells: Iterable[object]) -> str:
    """The row without its line break; None is an empty cell."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(map(_harmless, cells))
    return written.getvalue()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    shown = escaped(cell)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
