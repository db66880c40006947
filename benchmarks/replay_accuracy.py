"""`python -m benchmarks.replay_accuracy`: how exactly a replay with recorded pacing keeps the recorded times.

Records one stream of 30 ms gaps, replays it to 1, 50 and 200 clients at once, and compares when each chunk came with
when it came in the recording, in two ways: counted from the response head (what an SDK's user sees as rhythm) and from
the request (what replay promises: it schedules on absolute deadlines from there). The error of a chunk is the absolute
difference. Whoever measures is late too, so the same client also reads N streams straight from the source and is
compared with the source's schedule: that is the bound below which this benchmark sees nothing.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from benchmarks import machine
from benchmarks.machine import Cores
from benchmarks.peers import Running, direct, tokentape
from recorder.interaction import Interaction
from recorder.store import Store

GAP_US = 30_000
OPENING = 2  # events that the source sends with the head, at once

Times = list[float]
"""Milliseconds since the request: of the head, then of each event's end."""


def trace(load: Path, running: Running, source: int, streams: int, deltas: int) -> list[Times]:
    """Read `streams` streams at once; the times of each."""
    numbers = [source, streams, deltas, GAP_US, 0, 0]
    command = [str(load), str(running.port), running.path, *map(str, numbers)]
    rows = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return [[int(number) / 1e6 for number in row.split()] for row in rows]


def recorded(interaction: Interaction) -> Times:
    """The times on the cassette."""
    times, body = [interaction.head_at / 1e3], b""
    for chunk in interaction.chunks:
        body += chunk.data
        times += [chunk.at / 1e3] * (body.count(b"\n\n") + 1 - len(times))
    return times


def scheduled(events: int) -> Times:
    """The source's own schedule: the opening with the head, then an event every gap."""
    return [0.0] * OPENING + [number * GAP_US / 1e3 for number in range(events - OPENING + 1)]


def errors(seen: list[Times], wanted: Times, *, from_head: bool) -> list[float]:
    """The absolute error of every event of every stream, in milliseconds."""
    return [
        abs((at - times[0] * from_head) - (due - wanted[0] * from_head))
        for times in seen
        for at, due in zip(times[1:], wanted[1:], strict=True)
    ]


def summary(values: Sequence[float]) -> str:
    """p50, p99 and max as columns."""
    hundredths = quantiles(values, n=100, method="inclusive")
    return f"{hundredths[49]:8.2f}{hundredths[98]:8.2f}{max(values):8.2f}"


def replays(load: Path, folder: Path, source: int, cores: Cores, crowd: list[int], deltas: int) -> Iterator[str]:
    """The rows of the table."""
    with tokentape("all")(source, folder, cores.proxy) as running:
        trace(load, running, source, 1, deltas)
    store = Store(next(folder.glob("cassettes/**/*.cassette")))
    wanted = recorded(store.load(store.read()[0]))
    for streams in crowd:
        with tokentape("replay", "--pacing", "recorded")(source, folder, cores.proxy) as running:
            seen = trace(load, running, source, streams, deltas)
        with direct(source, folder, cores.proxy) as running:
            own = trace(load, running, source, streams, deltas)
        yield (
            f"{streams:>8}{len(seen) * len(wanted[1:]):>9,}  {summary(errors(seen, wanted, from_head=True))}"
            f"  {summary(errors(seen, wanted, from_head=False))}"
            f"  {summary(errors(own, scheduled(len(own[0]) - 1), from_head=True))}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay_accuracy", description=__doc__)
    parser.add_argument("--streams", default="1,50,200", help="how many at once (default %(default)s)")
    parser.add_argument("--deltas", type=int, default=100, help="chunks of the stream (default %(default)s)")
    options = parser.parse_args()
    cores = machine.claim_cores()
    print(machine.line())
    print("error of chunk offsets in replay, recorded pacing, in ms; the last columns are the client's own error")
    print(f"{'':17}  {'from the head':>24}  {'from the request':>24}  {'client alone':>24}")
    print(f"{'at once':>8}{'events':>9}" + f"  {'p50':>8}{'p99':>8}{'max':>8}" * 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        load, program = machine.compile_c("load", folder), machine.compile_c("source", folder)
        with machine.running([str(program)], cores.rest) as process:
            source = int(process.stdout.readline()) if process.stdout else 0
            for row in replays(
                load, folder, source, cores, [int(n) for n in options.streams.split(",")], options.deltas
            ):
                print(row, flush=True)


if __name__ == "__main__":
    main()
