"""When each frame leaves. Pure: offsets from the request in nanoseconds, absolute, so that lateness never adds up.

request ──────── ttft ────────> first token ─ gap ─ next frame ─ gap ─ ...
          opening frames, before the first token: a gap apart, closer where the time is short
"""

from itertools import accumulate
from random import Random

from gateway.simulator.simulation import Simulation

__all__ = ["offsets"]

_NS_PER_MS = 1_000_000


def offsets(simulation: Simulation, fingerprint: str, frames: int, opening: int = 0) -> list[int]:
    """The offset of each of `frames` frames, of which the first `opening` come before the first token."""
    rng = Random(f"pace|{simulation.seed}|{fingerprint}")

    def varied(milliseconds: float) -> float:
        return milliseconds * (1 + simulation.spread * (2 * rng.random() - 1))

    first = varied(simulation.ttft_ms)
    step = min(simulation.gap_ms, first / (opening + 1))
    early = [first - step * left for left in range(min(opening, frames), 0, -1)]
    gaps = (varied(simulation.gap_ms) for _ in range(frames - len(early) - 1))
    later = accumulate(gaps, initial=first) if frames > len(early) else ()
    return [round(offset * _NS_PER_MS) for offset in (*early, *later)]
