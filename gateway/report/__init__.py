"""A report to send on: recorded streams as one HTML file, and as plots.

samples (of gateway.metrics) ──┬─ figures ── tables, curves, comparison ─┐
load(sample) ── interaction ───┴─ streams ── waterfall, transcripts ─────┴─ document ──> report.html
"""

from gateway.report.shelf import Shelf
from gateway.report.write import Comparison, Report, html

__all__ = ["Comparison", "Report", "Shelf", "html"]
