"""What a check finds: kinds of findings, with what to do about each.

A finding never holds a secret, only where it stands. Whatever came from outside is escaped when it is shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gateway.escaping import escaped
from recorder.plural import count

__all__ = ["KINDS", "Finding", "KindRule", "Level", "finding_json", "finding_line", "summary"]

Level = Literal["error", "warning"]


class KindRule(NamedTuple):
    """How bad a kind of finding is, what it is in words, and what to do. `{name}` is the cassette."""

    level: Level
    about: str
    remedy: str


KINDS: Mapping[str, KindRule] = {
    "damaged": KindRule("error", "the file cannot be read, or not to its end", ""),
    "secret": KindRule("error", "what the rules of redaction would not let through", "cassette redact {name}"),
    "incomplete": KindRule(
        "error", "an answer that ended too early, so it is never played", "cassette prune {name} --incomplete"
    ),
    "no-end": KindRule(
        "error",
        "it looks whole and is cut off: a stream without its last event, say",
        "run --mode all --cassette {name}",
    ),
    "unreadable": KindRule("error", "the answer is not what it is said to be", "run --mode all --cassette {name}"),
    "unmatched": KindRule(
        "error", "by today's rules its own request would not get the answer", "cassette redact {name}"
    ),
    "old": KindRule("error", "longer ago than --max-age", "run --mode all --cassette {name}"),
    "undated": KindRule(
        "warning", "--max-age was given, and nothing says when it was recorded", "run --mode all --cassette {name}"
    ),
    "duplicate": KindRule("warning", "without it the same answer would be given", "cassette prune {name} --duplicates"),
    "random": KindRule("warning", "--entropy: a long random text, perhaps a key", ""),
    "empty": KindRule("warning", "nothing was recorded in it", ""),
}
"""By their names, the worst first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a cassette, or with one interaction of it.

    `message` says what was found, `part` and `where` at which place of the interaction, `remedy` what to do where that
    is not what the kind says.
    """

    cassette: str
    kind: str
    message: str
    interaction: int | None = None
    part: str = ""
    where: str = ""
    remedy: str = ""

    @property
    def level(self) -> Level:
        """How bad it is: an error fails a check."""
        return KINDS[self.kind].level

    @property
    def advice(self) -> str:
        """What to do about it: mostly a command."""
        command = KINDS[self.kind].remedy.format(name=self.cassette)
        if command.startswith("run "):
            command += " -- COMMAND"
        return self.remedy or (f"tokentape {command}" if command else "")


def finding_line(finding: Finding) -> str:
    """One finding on one line, harmless to a terminal."""
    number = "" if finding.interaction is None else f" #{finding.interaction}"
    place = f" in the {finding.part}, at {escaped(finding.where)}" if finding.part else ""
    advice = f"; {finding.advice}" if finding.advice else ""
    text = f"{escaped(finding.message, 1000)}{place}{escaped(advice, 1000)}"
    return f"{finding.level}: {escaped(finding.cassette, 1000)}{number}: {finding.kind}: {text}"


def finding_json(finding: Finding) -> dict[str, object]:
    """One finding, for `--json`."""
    return {
        "cassette": finding.cassette,
        "interaction": finding.interaction,
        "level": finding.level,
        "kind": finding.kind,
        "message": finding.message,
        "part": finding.part or None,
        "where": finding.where or None,
        "remedy": finding.advice or None,
    }


def summary(cassettes: int, interactions: int, findings: Sequence[Finding]) -> str:
    """What was checked and found, in one line."""
    checked = f"checked {count(cassettes, 'cassette')}, {count(interactions, 'interaction')}"
    return f"{checked}: {', '.join(_counts(findings)) or 'nothing found'}"


def _counts(findings: Sequence[Finding]) -> Iterator[str]:
    levels = Counter(finding.level for finding in findings)
    for level in ("error", "warning"):
        if levels[level]:
            kinds = Counter(finding.kind for finding in findings if finding.level == level)
            told = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
            yield f"{count(levels[level], level)} ({told})"
