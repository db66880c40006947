"""A diagnosis, and how diagnoses are shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from gateway.escaping import escaped
from recorder.plural import count

__all__ = ["Diagnosis", "Level", "diagnosis_json", "diagnosis_lines", "worst"]

Level = Literal["ok", "warning", "problem"]
_LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found about `topic`. `remedy` is a command, or a short instruction; empty where all is well."""

    level: Level
    topic: str
    text: str
    remedy: str = ""


def worst(diagnoses: Iterable[Diagnosis]) -> Level:
    """The level of the worst of them; `ok` without any."""
    return max((diagnosis.level for diagnosis in diagnoses), key=_LEVELS.index, default="ok")


def diagnosis_lines(diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """The diagnoses for people, in columns, and how many of which level there are."""
    width = max((len(diagnosis.topic) for diagnosis in diagnoses), default=0)
    for diagnosis in diagnoses:
        yield f"{diagnosis.level:<7}  {diagnosis.topic:<{width}}  {escaped(diagnosis.text, 400)}"
        if diagnosis.remedy:
            yield f"{'':<7}  {'':<{width}}  -> {escaped(diagnosis.remedy, 400)}"
    levels = [diagnosis.level for diagnosis in diagnoses]
    yield ", ".join(count(levels.count(level), level) for level in ("problem", "warning"))


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, str]:
    """One diagnosis as JSON; `remedy` may be empty."""
    return asdict(diagnosis)
