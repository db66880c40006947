"""The stage of a session: which fault is whose turn, and what has been done so far.

    the request, asked      1st       2nd       3rd             4th ...
    status=429*2; cut*1     429       429       the answer, cut   the answer

Counts are kept for each distinct request, as the cassette tells them apart. An answer keeps its turn while a status is
given in its place, and when a counted fault has broken it off: whoever asks again gets it then.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace

from gateway.dialects.apis import api_of
from gateway.dialects.failing import refusal
from gateway.escaping import escaped
from gateway.faults.performance import perform
from gateway.faults.places import plain
from gateway.faults.planning import NOT_APPLIED, plan
from gateway.faults.spec import Fault, Faults
from gateway.headers import FAULT_HEADER
from recorder.interaction import COMPLETE, Chunk, Headers, Interaction, Response
from recorder.pacing import Pacing
from recorder.staging import Act, cues_of

__all__ = ["FaultStage", "FaultTally"]

logger = logging.getLogger(__name__)

# Texts are kept for the report; an endless loop of faults is only counted.
_TEXTS_KEPT = 100


@dataclass(slots=True)
class FaultTally:
    """The faults of a session, in words, a hundred at most; `count` of all that were applied."""

    count: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, reports: tuple[str, ...]) -> None:
        """Note what has been done to one answer, or could not be."""
        self.count += sum(not report.startswith(NOT_APPLIED) for report in reports)
        self.texts += reports[: _TEXTS_KEPT - len(self.texts)]


class FaultStage:
    """Applies faults to what is replayed."""

    def __init__(self, faults: Faults, tally: FaultTally) -> None:
        self._statuses = [fault for fault in faults.faults if fault.kind == "status"]
        self._others = [fault for fault in faults.faults if fault.kind != "status"]
        self._faults = faults
        self._tally = tally
        self._asked: Counter[str] = Counter()

    def act(self, fingerprint: str, interaction: Interaction, pacing: Pacing) -> Act:
        """How the stored answer to a request is played this time."""
        turn = self._asked[fingerprint]
        self._asked[fingerprint] += 1
        for fault in self._statuses:
            if not fault.times or turn < fault.times:
                return self._refused(fault, turn, interaction)
            turn -= fault.times
        striking = [fault for fault in self._others if not fault.times or turn < fault.times]
        if not striking and self._faults.boundaries.kind == "recorded":
            return Act(interaction, cues_of(interaction, pacing), keeps_turn=False)
        answer = plain(interaction)
        planned = plan(answer, striking, self._faults.boundaries, self._faults.seed)
        self._note(planned.reports, interaction)
        directions = replace(planned.directions, head=_told(planned.directions.head, planned.reports))
        keeps_turn = planned.breaks_off and any(fault.times for fault in striking if fault.breaks_off)
        return Act(interaction, perform(cues_of(answer, pacing), directions), keeps_turn=keeps_turn)

    def _refused(self, fault: Fault, turn: int, interaction: Interaction) -> Act:
        request = interaction.request
        report = (f"status {fault.status}" + (f" ({turn + 1} of {fault.times})" if fault.times else ""),)
        self._note(report, interaction)
        headers, body = refusal(api_of(request.path), request.upstream, fault.status)
        length = ("Content-Length", str(len(body)))
        head = _told(Response(fault.status, (*headers, length, *_retry_after(fault))), report)
        chunks = (Chunk(0, body),) if request.method != "HEAD" else ()
        answer = Interaction(request, head, 0, chunks, COMPLETE, 0)
        return Act(None, cues_of(answer, Pacing("instant")), keeps_turn=True)

    def _note(self, reports: tuple[str, ...], interaction: Interaction) -> None:
        self._tally.add(reports)
        request = interaction.request
        for report in reports:
            level = logging.WARNING if report.startswith(NOT_APPLIED) else logging.INFO
            logger.log(level, "fault for %s %s: %s", request.method, escaped(request.path), report)


def _told(head: Response, reports: tuple[str, ...]) -> Response:
    return Response(head.status, (*head.headers, (FAULT_HEADER, "; ".join(reports))))


def _retry_after(fault: Fault) -> Headers:
    """When to try again: in whole seconds as HTTP has it, and in milliseconds, which the SDKs prefer."""
    if fault.wait is None:
        return ()
    return (("retry-after", str(-(-fault.wait // 1000))), ("retry-after-ms", str(fault.wait)))
