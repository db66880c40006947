"""The streams of a report one by one: their numbers, the times of their chunks, and what the slowest said.

Columns instead of objects, since ten thousand streams are to stay a small file:

    {"cassette": [0, 0, 1, ...], "ttft": [120430, ...], ..., "chunks": [49, ...], "ticks": [[434, 4, 5, ...], ...]}

Ticks are the times of chunks in TICK µs, each as the distance to the one before. Of a stream with many chunks not all
are there, but every k-th, with the first and the last; `chunks` says how many there were.
"""

from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from itertools import pairwise

from gateway.metrics.summary import Sample
from gateway.reader import read
from gateway.transcript import Transcript, transcript_lines
from recorder.interaction import Interaction

__all__ = ["LONGEST_TRANSCRIPT", "TICK", "Load", "columns", "slowest", "thinned"]

TICK = 100
"""The unit of ticks, in µs: a tenth of a millisecond, below what a pixel shows."""

# All ticks together; a number of them takes about four characters.
_MOST_TICKS = 1_000_000
_LEAST_PER_STREAM = 50
LONGEST_TRANSCRIPT = 20_000
"""Characters of a transcript that are kept."""

Load = Callable[[Sample], Interaction]
"""Gives the interaction that a sample was measured from."""


def columns(samples: Sequence[Sample], load: Load) -> dict[str, object]:
    """What the waterfall shows, a list for each member; times are µs, None for what is not known."""
    cassettes = list(dict.fromkeys(sample.cassette for sample in samples))
    models = list(dict.fromkeys(_who(sample) for sample in samples))
    most = max(_LEAST_PER_STREAM, _MOST_TICKS // max(1, len(samples)))
    measured = [sample.measurement for sample in samples]
    chunks = [[chunk.at for chunk in load(sample).chunks] for sample in samples]
    places = {name: number for number, name in enumerate(cassettes)}
    names = {name: number for number, name in enumerate(models)}
    return {
        "cassettes": cassettes,
        "models": models,
        "cassette": [places[sample.cassette] for sample in samples],
        "model": [names[_who(sample)] for sample in samples],
        "index": [sample.index for sample in samples],
        "status": [each.status for each in measured],
        "error": [each.error for each in measured],
        "ttfb": [each.ttfb for each in measured],
        "ttft": [each.ttft for each in measured],
        "ttfo": [each.ttfo for each in measured],
        "itl": [each.itl and round(each.itl) for each in measured],
        "stall_max": [each.stall_max for each in measured],
        "e2e": [each.e2e for each in measured],
        "duration": [each.duration for each in measured],
        "tokens_out": [each.tokens_out for each in measured],
        "chunks": [len(times) for times in chunks],
        "most_ticks": most,
        "ticks": [_ticks(thinned(times, most)) for times in chunks],
    }


def _who(sample: Sample) -> str:
    measurement = sample.measurement
    return " ".join(filter(None, (measurement.provider, measurement.model)))


def thinned(times: Sequence[int], most: int) -> list[int]:
    """At most `most` of the times, at equal distances in their order, the first and the last among them."""
    if len(times) <= most:
        return list(times)
    return [times[round(step * (len(times) - 1) / (most - 1))] for step in range(most)]


def _ticks(times: Iterable[int]) -> list[int]:
    at = [round(time / TICK) for time in times]
    return at[:1] + [later - earlier for earlier, later in pairwise(at)]


def slowest(samples: Sequence[Sample], load: Load, *, most: int) -> list[dict[str, object]]:
    """What those with the greatest ttft said, and those with the greatest e2e: `most` of each, the slowest first."""
    chosen: dict[int, list[str]] = {}
    for name in ("ttft", "e2e"):
        known = [(getattr(sample.measurement, name), -number) for number, sample in enumerate(samples)]
        for _, number in nlargest(most, [each for each in known if each[0] is not None]):
            chosen.setdefault(-number, []).append(name)
    return [{"stream": number, "by": by, **_said(load(samples[number]))} for number, by in chosen.items()]


def _said(interaction: Interaction) -> dict[str, object]:
    text = "\n".join(transcript_lines(Transcript.of(read(interaction))))
    return {"transcript": text[:LONGEST_TRANSCRIPT], "left_out": max(0, len(text) - LONGEST_TRANSCRIPT)}
