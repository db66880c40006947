"""What a run found, read when it is over: every answer's events folded to numbers, exactly as those of a cassette are.

    Outcome ── read_shots ──> Reading, Reading, ... ──> groups as `tokentape stats` has them, goodput, own delays

Requests without an answer have no numbers and are counted by why. All that is told of the client itself (its queue, its
connecting, its lateness) stands apart from what is told of the target.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.bench.run import Outcome
from gateway.bench.shot import Shot
from gateway.bench.slo import Goodput, Objective, goodput
from gateway.dialects.json_object import json_object
from gateway.dialects.provider_error import error_in
from gateway.headers import SOURCE_HEADER
from gateway.measuring import measurement_of
from gateway.metrics import Measurement
from gateway.metrics.statistics import Distribution
from gateway.metrics.summary import Group, Sample, summarize
from recorder.interaction import Fact, Interaction

__all__ = ["Reading", "Result", "read_shots", "refusal_of", "result_of"]

_REFUSALS = frozenset({400, 401, 403, 404, 405, 422})
"""A target that answers so to one request will do so to all of its kind."""
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured request; without an answer it has neither interaction nor measurement."""

    shot: Shot
    interaction: Interaction | None = None
    measurement: Measurement | None = None

    @property
    def ttft_from_intended(self) -> int | None:
        """From the intended start to the first token (µs): what somebody who came on time has waited."""
        if self.shot.intended is None or self.measurement is None or self.measurement.ttft is None:
            return None
        return (self.shot.sent_at - self.shot.intended) // 1000 + self.measurement.ttft


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The numbers of a run, which `began` then on the machine's monotonic clock (ns). Distributions in µs.

    `statuses` by HTTP status, or by why there was no answer. `queued`: intended to actual start.
    `connecting`: start to the request's being sent. `from_intended`: see Reading.
    """

    began: int
    readings: Sequence[Reading]
    groups: Sequence[Group]
    statuses: Mapping[str, int]
    retry_after: Sequence[str]
    queued: Distribution
    connecting: Distribution
    from_intended: Distribution
    goodput: Goodput | None


def read_shots(shots: Iterable[Shot], facts_of: Callable[[Shot], Mapping[str, Fact]]) -> Iterator[Reading]:
    """The shots' answers, read. `facts_of` one go on the cassette with it; a replay's answer is known by its header."""
    for shot in shots:
        replayed = shot.head is not None and shot.head.header(SOURCE_HEADER) == "replay"
        interaction = shot.interaction({**facts_of(shot), **({"source": "replay"} if replayed else {})})
        yield Reading(shot, interaction, None if interaction is None else measurement_of(interaction))


def result_of(outcome: Outcome, readings: Sequence[Reading], objectives: Sequence[Objective] | None) -> Result:
    """Everything that is told of a run; with `objectives`, of which there may be none, its goodput too."""
    measured = [reading.measurement for reading in readings if reading.measurement is not None]
    shots = [reading.shot for reading in readings]
    window = outcome.window / 1e9
    return Result(
        began=min((shot.started if shot.intended is None else shot.intended for shot in shots), default=0),
        readings=readings,
        groups=summarize(map(Sample, measured)),
        statuses=dict(Counter(shot.status for shot in shots).most_common()),
        retry_after=_retry_after(shots),
        queued=Distribution.of(queued / 1000 for shot in shots if (queued := shot.queued) is not None),
        connecting=Distribution.of((shot.sent_at - shot.started) / 1000 for shot in shots if shot.sent_at),
        from_intended=Distribution.of(
            waited
            for reading in readings
            if reading.measurement is not None
            and reading.measurement.status == "ok"
            and (waited := reading.ttft_from_intended) is not None
        ),
        goodput=None if objectives is None else goodput(measured, objectives, sent=len(shots), window=window),
    )


def _retry_after(shots: Iterable[Shot]) -> list[str]:
    """What the answers that said when to come back said, each once."""
    said = (shot.head.header("retry-after") for shot in shots if shot.head is not None and shot.head.status >= 400)
    return sorted({value for value in said if value is not None})


def refusal_of(shots: Sequence[Shot]) -> str | None:
    """A sentence, if the target refused every one of these requests alike: there is no point in sending more."""
    kinds = {shot.status for shot in shots}
    if len(kinds) != 1:
        return None
    first = shots[0]
    count = f"all {len(shots)} requests" if len(shots) > 1 else "the request"
    if first.failure is not None and first.failure.reason not in ("abandoned", "timeout"):
        return f"{count} failed: {first.failure.message}"
    if first.head is None or first.head.status not in _REFUSALS:
        return None
    said = _said(b"".join(data for _, data in first.reads))
    return f"{count} got status {first.head.status}{': ' + said if said else ''}"


def _said(body: bytes) -> str:
    """What an error's body says."""
    text = body.decode(errors="replace")
    try:
        message = error_in(json_object(text))[1]
    except ValueError:
        message = text
    return " ".join(message.split())[:_LONGEST]
