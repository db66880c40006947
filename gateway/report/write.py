"""All of a report put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.metrics.summary import Group, Sample
from gateway.report.document import document
from gateway.report.figures import BINS, CURVE_STEPS, figures, quantities_json
from gateway.report.streams import LONGEST_TRANSCRIPT, TICK, Load, columns, slowest
from recorder import __version__

__all__ = ["Comparison", "Report", "html"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the streams are compared with, and the outcome.

    `told` is what `tokentape stats --compare --json` prints. `groups` are those of the base, drawn beside the others;
    none where the base has values only. `threshold` is a share of the base's median.
    """

    told: Mapping[str, object]
    threshold: float
    groups: Sequence[Group] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported: streams in the order of their recording, and the groups that they make, `by` what.

    `transcripts`: of how many of the slowest the transcript is shown, by ttft and by e2e. `unread`: sentences about
    what could not be read. `made` is the time of day, ISO 8601.
    """

    title: str
    samples: Sequence[Sample]
    groups: Sequence[Group]
    by: Sequence[str]
    load: Load
    made: str
    comparison: Comparison | None = None
    transcripts: int = 10
    unread: Sequence[str] = ()


def html(report: Report) -> str:
    """The report as one HTML page. Raises CassetteError where `load` does."""
    limits = {"curve_steps": CURVE_STEPS, "bins": BINS, "tick_us": TICK, "transcript": LONGEST_TRANSCRIPT}
    data = {
        "title": report.title,
        "made": report.made,
        "version": __version__,
        "by": list(report.by),
        "limits": limits | {"transcripts": report.transcripts},
        "unread": list(report.unread),
        "quantities": quantities_json(),
        "groups": [figures(group) for group in report.groups],
        "comparison": _comparison(report.comparison),
        "streams": columns(report.samples, report.load),
        "slowest": slowest(report.samples, report.load, most=report.transcripts),
    }
    return document(data, title=report.title)


def _comparison(comparison: Comparison | None) -> dict[str, object] | None:
    if comparison is None:
        return None
    drawn = {"threshold": comparison.threshold, "groups": [figures(group) for group in comparison.groups]}
    return {**comparison.told, **drawn}
