"""Damage on purpose, to what is replayed: docs/bad-streams.md says it for users.

    text ── spelling ──> Faults ──┐
    stored answer ── places ──────┴─ planning ──> Directions ── performance ──> cues     counts: stage

All but the stage is pure: the same text and answer give the same cues. Nothing here is ever recorded.
"""

from gateway.faults.spec import NO_FAULTS, Faults
from gateway.faults.spelling import parse_faults
from gateway.faults.stage import FaultStage, FaultTally

__all__ = ["NO_FAULTS", "FaultStage", "FaultTally", "Faults", "parse_faults"]
