"""Two cassettes compared: what was asked and said first, times apart.

    interactions ── side_of ──> Side ─┐
                                      ├─ alignment ──> pairs ── compare ──> Comparison ──> diff_lines (for people)
    interactions ── side_of ──> Side ─┘                                             ├────> diff_markdown (for CI)
                                                                                    └────> diff_json (for programs)
Pure. Times do not count as a difference, nor does the order of interactions: a replay finds them by what is asked.
"""

from gateway.tools.diff.comparison import Compared, Comparison, Side, Timing, compare, side_of
from gateway.tools.diff.lines import diff_lines
from gateway.tools.diff.markdown import diff_markdown
from gateway.tools.diff.plain import diff_json

__all__ = [
    "Compared",
    "Comparison",
    "Side",
    "Timing",
    "compare",
    "diff_json",
    "diff_lines",
    "diff_markdown",
    "side_of",
]
