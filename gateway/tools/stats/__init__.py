"""Cassettes in numbers: streams read and measured, in several processes where that pays; tables; what has changed.

files ── reading (workers) ──> Sample, Unread ──> gateway.metrics.Summary ──> table, forms
                                                                └── base ──> against: has it become slower?
"""

from gateway.tools.stats.against import (
    Against,
    against_lines,
    compare_groups,
    comparison_json,
    conclusion,
    nothing_in_common,
)
from gateway.tools.stats.base import Base, BaseUnreadable, base_of_groups, base_of_text
from gateway.tools.stats.forms import csv_lines, stats_json
from gateway.tools.stats.reading import File, Unread, read_samples
from gateway.tools.stats.table import ASCII_BLOCKS, BLOCKS, group_lines

__all__ = [
    "ASCII_BLOCKS",
    "BLOCKS",
    "Against",
    "Base",
    "BaseUnreadable",
    "File",
    "Unread",
    "against_lines",
    "base_of_groups",
    "base_of_text",
    "compare_groups",
    "comparison_json",
    "conclusion",
    "csv_lines",
    "group_lines",
    "nothing_in_common",
    "read_samples",
    "stats_json",
]
