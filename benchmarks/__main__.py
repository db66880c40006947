"""`python -m benchmarks`: measures all peers in interleaved rounds and prints the tables. See README.md."""

import argparse
import contextlib
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, report, workloads
from benchmarks.machine import Cores
from benchmarks.peers import PEERS, Running, nginx_program
from benchmarks.report import Round
from benchmarks.workloads import Sample, Workload


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=int, help="how often everything is measured (default 3; with --quick 1)")
    add("--quick", action="store_true", help="one round of half windows: a look, not a measurement")
    add("--streams", type=int, default=500, help="streams at 30 ms gaps (default %(default)s)")
    add("--peers", default=",".join(PEERS), help="default %(default)s")
    add("--tolerance", type=float, default=0.1, help="share of a core that others may use (default %(default)s)")
    add("--retries", type=int, default=1, help="how often a disturbed window is measured again (default %(default)s)")
    add("--folder", type=Path, help="where cassettes are written (default: a temporary folder)")
    options = parser.parse_args()
    options.peers = options.peers.split(",")
    options.rounds = options.rounds or (1 if options.quick else 3)
    if unknown := set(options.peers) - set(PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    return options


@dataclass(slots=True)
class Bench:
    """What all measurements of a run share."""

    cores: Cores
    load: Path
    source: Path
    tolerance: float
    retries: int
    thrown_away: int = 0

    def round(self, peers: list[str], wanted: list[Workload], folder: Path) -> Round:
        """Every workload on every peer, each peer (and its source) in a fresh process."""
        measured: Round = {}
        for peer in peers:
            with contextlib.ExitStack() as stack:
                source = stack.enter_context(machine.running([str(self.source)], self.cores.rest))
                port = int(source.stdout.readline()) if source.stdout else 0
                place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
                running = stack.enter_context(PEERS[peer](port, place, self.cores.proxy))
                for workload in wanted:
                    if running.process or workload.minus_direct:
                        measured[workload.name, peer] = self.sample(running, port, workload)
        return measured

    def sample(self, running: Running, port: int, workload: Workload) -> Sample:
        """Measure until nothing disturbs or the retries are used up; then the least disturbed window stands."""
        samples = [workloads.measure(self.load, running, port, workload, self.cores)]
        while samples[-1].others > self.tolerance and len(samples) <= self.retries:
            samples.append(workloads.measure(self.load, running, port, workload, self.cores))
        self.thrown_away += len(samples) - 1
        return min(samples, key=lambda sample: sample.others)


def main() -> None:
    options = arguments()
    peers = [peer for peer in options.peers if peer != "nginx" or nginx_program()]
    wanted = workloads.chosen(options.streams, options.quick)
    cores, started, rounds = machine.claim_cores(), time.monotonic(), []
    print(machine.line())
    print(f"proxy alone on core {cores.proxy}; source, load generator and this on core {cores.rest}")
    if peers != options.peers:
        print("nginx is not installed (Debian: apt install nginx-light): no multiples, no index")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        load, source = machine.compile_c("load", folder), machine.compile_c("source", folder)
        bench = Bench(cores, load, source, options.tolerance, options.retries)
        for number in range(1, options.rounds + 1):
            print(f"round {number} of {options.rounds} ...", file=sys.stderr)
            rounds.append(bench.round(peers, wanted, folder))
    for workload in wanted:
        print(*report.table(workload, peers, rounds, options.tolerance), sep="\n")
    print()
    print(*report.disturbance(rounds, options.tolerance, bench.thrown_away), sep="\n")
    print(f"{len(rounds)} rounds, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
