"""`python -m benchmarks.observing`: what it costs the relay that its streams are observed. See README.md.

Two gateways of one mode stand side by side, one observed (a page's feed is read, and the metrics are scraped each
second), one not. They are loaded in turn, window by window, so that each window has a neighbour to be compared with. No
window begins before the observer has read what it was told in the one before. Two processes of the very same program
differ by some hundredths for as long as they run: so each round has new ones, and many rounds say more than many pairs.

`busy` is the gateway that is not observed, while a process that does nothing of use takes of the other core what the
observer would take: with two cores, a neighbour alone makes the relay slower. on/busy is what is left to the relay.
With one stream after the other the observer has next to nothing to do: there is none then.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.machine import Cores
from benchmarks.peers import Running, tokentape
from benchmarks.workloads import WORKLOADS, Counts, Workload

MODES = {"live": "live", "recording": "all"}
SETTLED_NS = 20_000_000  # of 200 ms
# Full load lasts: what may wait for the observer has come by then, and what follows is how it goes on.
FILLED_MS = 2_500

# As the observer gives way: see gateway/observing.py.
SPINNER = ["nice", "-n", "10", "chrt", "--batch", "0", sys.executable, "-c", "while True: pass"]


@dataclass(frozen=True, slots=True)
class Window:
    """One loaded window: the number of the workload (µs), the CPU time of the observer (ns), what went unobserved.

    That is the share of the streams that were not told whole; `others` that of the processor which others had.
    """

    value: float
    observer: int
    chunks: int
    others: float
    unobserved: float = 0.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.observing", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=int, default=16, help="of new gateways (default %(default)s)")
    add("--pairs", type=int, default=1, help="windows of each kind in a round (default %(default)s)")
    add("--seconds", type=float, default=1.5, help="length of a window (default %(default)s)")
    add("--streams", type=int, default=200, help="streams at 30 ms gaps (default %(default)s)")
    add("--modes", default=",".join(MODES), help="default %(default)s")
    add("--loads", default="ttft,saturated,spaced", help="default %(default)s")
    add("--same-core", action="store_true", help="leave the observer on the relay's core, rather than with the rest")
    return parser.parse_args()


@contextlib.contextmanager
def watched(running: Running) -> Iterator[int]:
    """Read the page's feed and scrape the metrics while the block runs; gives how the observer is called."""
    stop = threading.Event()
    url = f"http://127.0.0.1:{running.port}/_/"
    feed = urllib.request.urlopen(f"{url}feed", timeout=30)

    def read() -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            while not stop.is_set() and feed.read1(1 << 16):
                pass

    def scrape() -> None:
        while not stop.wait(1.0):
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{url}metrics", timeout=10).read()

    threads = [threading.Thread(target=target, daemon=True) for target in (read, scrape)]
    for thread in threads:
        thread.start()
    assert running.pid
    (observer,) = machine.children(running.pid)
    try:
        yield observer
    finally:
        stop.set()


def window(load: Path, running: Running, source: int, workload: Workload, cores: Cores, observer: int | None) -> Window:
    """Load one gateway; count from the end of the warm-up on, the relay's CPU time without the observer's."""
    millis = int(workload.seconds * 1000)
    warm_up = FILLED_MS if workload.name == "saturated" else millis // 2
    numbers = [source, workload.streams, workload.deltas, workload.gap_us, warm_up, millis]
    assert running.pid
    with machine.running([str(load), str(running.port), running.path, *map(str, numbers)], cores.rest) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "window"
        missed = unobserved(running) if observer else 0
        before = machine.moment(cores, running.pid)
        relay, watching = machine.own_cpu_ns(running.pid), machine.own_cpu_ns(observer) if observer else 0
        chunks, requests, ttft = map(int, process.stdout.readline().split())
        relay = machine.own_cpu_ns(running.pid) - relay
        watching = machine.own_cpu_ns(observer) - watching if observer else 0
        others = max(machine.others(before, machine.moment(cores, running.pid)))
        missed = unobserved(running) - missed if observer else 0
        process.wait(30)
    if observer:
        settle(observer)
    value = workload.value(Counts(relay, chunks, requests, ttft))
    return Window(value, watching, chunks, others, min(missed / max(requests, 1), 1.0))


def unobserved(running: Running) -> int:
    """How many streams the observer was not told whole so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/_/health", timeout=30) as answer:
        return int(json.load(answer)["observing"]["unobserved"])


def settle(observer: int) -> None:
    """Return when the observer has next to nothing left to do."""
    used = 0
    while (now := machine.own_cpu_ns(observer)) - used > SETTLED_NS:
        used = now
        time.sleep(0.2)


def chosen(options: argparse.Namespace) -> list[Workload]:
    """The loads that the command line wants, as long as it wants."""
    named = [replace(each, seconds=options.seconds) for each in WORKLOADS if each.name in options.loads.split(",")]
    return [replace(each, streams=options.streams) if each.name == "spaced" else each for each in named]


@dataclass(frozen=True, slots=True)
class Taken:
    """Windows that belong together, and what the direct connection takes of the number (µs)."""

    off: Window
    busy: Window | None
    on: Window
    base: float


def pairs(mode: str, options: argparse.Namespace, cores: Cores, folder: Path, programs: tuple[Path, Path]) -> None:
    """Measure all loads in as many rounds as wanted, and print a row for each."""
    taken: dict[str, list[Taken]] = {workload.name: [] for workload in chosen(options)}
    for number in range(options.rounds):
        print(f"{mode}: round {number + 1} of {options.rounds} ...", file=sys.stderr)
        measure(mode, options, cores, folder, programs, taken, number)
    for workload in chosen(options):
        print(row(mode, workload, taken[workload.name]))


def measure(
    mode: str,
    options: argparse.Namespace,
    cores: Cores,
    folder: Path,
    programs: tuple[Path, Path],
    taken: dict[str, list[Taken]],
    turn: int,
) -> None:
    """One round of new gateways; adds to `taken`. From one `turn` to the next another kind of window is the first."""
    load, source = programs
    with contextlib.ExitStack() as stack:
        standing = stack.enter_context(machine.running([str(source)], cores.rest))
        port = int(standing.stdout.readline()) if standing.stdout else 0
        places = [Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder))) for _ in range(2)]
        off = stack.enter_context(tokentape(MODES[mode], "--no-observe")(port, places[0], cores.proxy))
        on = stack.enter_context(tokentape(MODES[mode], "--observe")(port, places[1], cores.proxy))
        observer = stack.enter_context(watched(on))
        if not options.same_core:
            os.sched_setaffinity(observer, {cores.rest})
        spinner = stack.enter_context(machine.running(SPINNER, cores.rest))
        spinner.send_signal(signal.SIGSTOP)
        direct = Running(standing, port, "/v1/messages")
        for workload in chosen(options):
            for pair in range(options.pairs):
                base = window(load, direct, port, workload, cores, None).value if workload.minus_direct else 0.0
                found: dict[str, Window] = {}
                kinds = ["off", "on"] if workload.minus_direct else ["off", "on", "busy"]
                first = (turn + pair) % len(kinds)
                for kind in kinds[first:] + kinds[:first]:
                    spinner.send_signal(signal.SIGCONT if kind == "busy" else signal.SIGSTOP)
                    watching = observer if kind == "on" else None
                    found[kind] = window(load, on if watching else off, port, workload, cores, watching)
                spinner.send_signal(signal.SIGSTOP)
                taken[workload.name].append(Taken(found["off"], found.get("busy"), found["on"], base))
        spinner.kill()  # one that is stopped does not hear of its end


def row(mode: str, workload: Workload, taken: list[Taken]) -> str:
    """Medians over the windows; a ratio is made of those that belong together."""
    off = [each.off.value - each.base for each in taken]
    busy = [each.busy.value - each.base for each in taken if each.busy is not None]
    on = [each.on.value - each.base for each in taken]
    values = "".join(f"{median(each):8.1f}" if each else f"{'':8}" for each in (off, busy, on))
    observer = median(each.on.observer / max(each.on.chunks, 1) / 1e3 for each in taken)
    missed = median(each.on.unobserved for each in taken)
    others = median(window.others for each in taken for window in (each.off, each.on))
    told = f"{observer:9.1f}{missed:11.0%}{others:7.0%}{len(taken):4}"
    return f"{f'{mode}, {workload.title}':36}{values}{ratios(on, off)}{ratios(on, busy)}{told}"


def ratios(those: list[float], others: list[float]) -> str:
    """The median and the quartiles of the ratios of what belongs together."""
    if not others:
        return f"{'':20}"
    found, quarter = sorted(a / b for a, b in zip(those, others, strict=True)), len(others) // 4
    return f"{median(found):7.2f} [{found[quarter]:.2f}..{found[-1 - quarter]:.2f}]"


def main() -> None:
    options = arguments()
    cores, started = machine.claim_cores(), time.monotonic()
    print(machine.line())
    where = "the relay's core" if options.same_core else "the other core, with source and load generator"
    print(f"relays alone on core {cores.proxy}, the observer on {where}; µs, medians of n pairs, quartiles of ratios")
    heads = f"{'off':>8}{'busy':>8}{'on':>8}{'on/off':>7}{'':13}{'on/busy':>7}{'':13}"
    print(f"{'':36}{heads}{'observer':>9}{'unobserved':>11}{'others':>7}{'n':>4}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = machine.compile_c("load", folder), machine.compile_c("source", folder)
        for mode in options.modes.split(","):
            pairs(mode, options, cores, folder, programs)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
