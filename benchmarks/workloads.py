"""What is asked of every peer: one table of workloads, and how one of them is measured."""

import dataclasses
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.machine import Cores
from benchmarks.peers import Running


@dataclass(frozen=True, slots=True)
class Counts:
    """What one window brought: CPU time (ns), chunks and requests that arrived, median time to first token (ns)."""

    cpu: int
    chunks: int
    requests: int
    ttft: int


@dataclass(frozen=True, slots=True)
class Workload:
    """A load (see load.c), the number (in microseconds) that is made of its counts, and what we hold it to.

    `most` and `aim` are (multiple of nginx, index), as issue and design state them; None where they state none.
    """

    name: str
    title: str
    value: Callable[[Counts], float]
    streams: int
    deltas: int
    gap_us: int
    seconds: float
    most: tuple[float | None, float]
    aim: tuple[float | None, float]
    minus_direct: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured window. `others`: the greater share of a core that processes which are not ours used."""

    value: float
    proxy_core: float
    others: float
    chunks_per_second: float


WORKLOADS = [
    Workload(
        "ttft", "added time to first token", lambda n: n.ttft / 1e3,
        streams=1, deltas=1, gap_us=0, seconds=1.5, most=(9, 0.9), aim=(3, 0.3), minus_direct=True,
    ),
    Workload(
        "small", "CPU per small request", lambda n: n.cpu / n.requests / 1e3,
        streams=16, deltas=-1, gap_us=0, seconds=2, most=(None, 0.9), aim=(None, 0.4),
    ),
    Workload(
        "saturated", "CPU per chunk, saturated", lambda n: n.cpu / n.chunks / 1e3,
        streams=64, deltas=200, gap_us=0, seconds=3, most=(2.4, 0.9), aim=(1.8, 0.6),
    ),
    Workload(
        "spaced", "CPU per chunk, 30 ms gaps", lambda n: n.cpu / n.chunks / 1e3,
        streams=500, deltas=200, gap_us=30_000, seconds=3, most=(1.8, 0.8), aim=(1.5, 0.5),
    ),
]  # fmt: skip


def chosen(spaced_streams: int, quick: bool) -> list[Workload]:
    """The workloads with the options that the command line gave."""
    picked = [dataclasses.replace(w, streams=spaced_streams) if w.name == "spaced" else w for w in WORKLOADS]
    return [dataclasses.replace(w, seconds=w.seconds / 2) for w in picked] if quick else picked


def measure(load: Path, peer: Running, source_port: int, workload: Workload, cores: Cores) -> Sample:
    """Load one peer; count from the end of the warm-up (half a window) on."""
    window_ms = int(workload.seconds * 1000)
    numbers = [source_port, workload.streams, workload.deltas, workload.gap_us, window_ms // 2, window_ms]
    command = [str(load), str(peer.port), peer.path, *map(str, numbers)]
    with machine.running(command, cores.rest) as process:
        _line(process, "window")
        before = machine.moment(cores, peer.pid)
        row = _line(process)
        after = machine.moment(cores, peer.pid)
        process.wait(30)
    chunks, requests, ttft = map(int, row.split())
    seconds = (after.at - before.at) / 1e9
    cpu = after.proxy - before.proxy
    value = workload.value(Counts(cpu, chunks, requests, ttft))
    return Sample(value, cpu / 1e9 / seconds, max(machine.others(before, after)), chunks / seconds)


def _line(process: subprocess.Popen[str], expected: str | None = None) -> str:
    row = process.stdout.readline().strip() if process.stdout else ""
    if not row or (expected and row != expected):
        raise RuntimeError(f"the load generator said {row!r}, not {expected or 'its counts'}; see its message above")
    return row
