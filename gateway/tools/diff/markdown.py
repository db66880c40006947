"""A comparison as Markdown, for a comment on a change: the verdict in sight, the rest to be unfolded.

What comes from cassettes stands in fences that it cannot close, or as escaped text inside <code>: it makes no HTML, no
links, and calls nobody by name.
"""

import html
import re
from collections.abc import Iterable, Iterator

from gateway.tools.diff.comparison import Compared, Comparison
from gateway.tools.diff.lines import changes, summary, timing_lines, title

__all__ = ["diff_markdown"]

# GitHub takes 65,536 characters in a comment, and who posts it may add to it.
_LONGEST = 60_000


def diff_markdown(comparison: Comparison) -> str:
    """The comparison as GitHub's Markdown, at most 60,000 characters of it."""
    verdict = "✅ same content" if comparison.same else "⚠️ different content"
    parts = [f"**{verdict}**: {_code(summary(comparison))}\n"]
    told = [compared for compared in comparison.interactions if compared.kind != "same" or compared.moved]
    sections = [*map(_changed, told), *_timing(comparison)]
    room = _LONGEST - len(parts[0]) - 100
    for number, section in enumerate(sections):
        room -= len(section) + 1
        if room < 0:
            parts.append(f"... and {len(sections) - number} more: too long for a comment.\n")
            break
        parts.append(section)
    return "\n".join(parts)


def _changed(compared: Compared) -> str:
    return _folded(_code(title(compared)), "diff", [_marked(line) for line in changes(compared)])


def _timing(comparison: Comparison) -> Iterator[str]:
    lines = list(timing_lines(comparison))
    if lines:
        yield _folded("Times (they do not count)", "text", lines)


def _marked(line: str) -> str:
    """Colours come from a mark in the first column."""
    return line.removeprefix("  ")


def _folded(summary: str, language: str, lines: Iterable[str]) -> str:
    content = "\n".join(lines)
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"<details><summary>{summary}</summary>\n\n{fence}{language}\n{content}\n{fence}\n\n</details>\n"


def _code(text: str) -> str:
    """As HTML and not as a code span, whose text an unbalanced backtick would end."""
    return f"<code>{html.escape(text)}</code>"
