"""`python -m benchmarks.plugin_cost`: what the pytest plugin costs a test, beside the same tests without it.

The tests are those of tests/many_streams: one short stream each, the real SDKs, half of them asynchronous. They are
recorded once against the simulated provider and then run, in turn and in one process, in four ways:

    canned     no plugin; answers that lie ready as bytes, in a process of its own: SDK, socket and pytest alone
    loaded     the same, with the plugin loaded and no test that has its marker
    serve      no plugin; one `tokentape serve --mode replay --pacing instant` for all, in a process of its own
    plugin     the plugin: a gateway within the test process, a session and a cassette of its own for each test

Two things are told of a test, all of pytest's steps for it together: how long it takes, and how much CPU time it uses
in its own process (which for `plugin` is the gateway's, too) and in the server's. CPU time is what to compare on a
machine that has other things to do. `--repeat N` then runs the tests N times in two workers (`-n 2`), in the order of
chance, and says how many failed.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from statistics import median
from xml.etree import ElementTree

from benchmarks import machine
from tests.integration.programs import ROOT, program_environment

TOKENTAPE = (sys.executable, "-c", "from gateway.cli import main; main()")
WITHOUT = ("-p", "no:tokentape")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of all tests: of a test the median of what passes and of its process's CPU time, in seconds.

    `server` is the server's CPU time for a test, `whole` what all of pytest took; `failed` tests did not pass.
    """

    tests: int
    failed: int
    whole: float
    passes: float = 0.0
    cpu: float = 0.0
    server: float = 0.0

    @property
    def used(self) -> float:
        """CPU seconds of a test, wherever."""
        return self.cpu + self.server


@dataclass(frozen=True, slots=True)
class Project:
    """The copy of the tests that is run, and how many there are."""

    folder: Path
    many: int

    def run(self, *options: str, **environ: str) -> Run:
        report = self.folder / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options]
        environment = program_environment(MANY=str(self.many), **environ)
        started = time.monotonic()
        done = subprocess.run(command, cwd=self.folder, env=environment, text=True, capture_output=True, check=False)
        whole = time.monotonic() - started
        if done.returncode not in (0, 1):
            sys.exit(f"pytest ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        if done.returncode:
            print(done.stdout[-5000:], file=sys.stderr)
        suite = ElementTree.parse(report).getroot()[0]
        tests, *bad = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors"))
        return Run(tests, sum(bad), whole)

    def measured(self, run: Callable[..., Run], pid: int | None, *options: str, **more: str) -> Run:
        """The same with what a test costs, in this process and in that of the server."""
        costs = self.folder / "costs.json"
        before = machine.cpu_ns(pid) if pid else 0
        done = run(*options, "-p", "no:randomly", COSTS=str(costs), **more)
        server = (machine.cpu_ns(pid) - before) / 1e9 / self.many if pid else 0.0
        passes, cpu = (median(column) for column in zip(*json.loads(costs.read_text()), strict=True))
        return replace(done, passes=passes, cpu=cpu, server=server)

    def plain(self, url: str, *options: str, below: bool = False, **environ: str) -> Run:
        """Without the marker, against what listens at `url`, or below it as a gateway has it."""
        anthropic, openai = (f"{url}/anthropic", f"{url}/openai/v1") if below else (url, f"{url}/v1")
        keys = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "none")
        base_urls = {"ANTHROPIC_BASE_URL": anthropic, "OPENAI_BASE_URL": openai}
        return self.run(*options, PLAIN="1", **base_urls, **keys, **environ)

    def record(self, provider: str) -> None:
        """Each test on a cassette of its own, and all on one for `serve`."""
        upstreams = f"anthropic={provider} openai={provider}"
        keys = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "none")
        runs = [self.run("-n", "2", "--cassette-mode", "all", TOKENTAPE_UPSTREAMS=upstreams, **keys)]
        flags = [word for name in ("anthropic", "openai") for word in ("--upstream", f"{name}={provider}")]
        with listening(*TOKENTAPE, "serve", "--port", "0", "--mode", "all", *flags, folder=self.folder) as (url, _):
            runs.append(self.plain(url, *WITHOUT, "-n", "2", below=True))
        if any(run.failed for run in runs):
            sys.exit("not all tests passed when they were recorded")


@contextmanager
def listening(*command: str, folder: Path) -> Iterator[tuple[str, int]]:
    """A server while the block runs; gives its URL and its process."""
    process = subprocess.Popen(
        command, cwd=folder, env=program_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            sys.exit(f"{command} did not start: {line!r}")
        yield found[0], process.pid
    finally:
        process.terminate()
        process.wait()


def costs(project: Project, rounds: int) -> dict[str, list[Run]]:
    """All four ways, in turn, so that a slow minute meets all of them."""
    runs: dict[str, list[Run]] = {"canned": [], "loaded": [], "serve": [], "plugin": []}
    everything = str(project.folder / "cassettes" / "default.cassette")
    replaying = (*TOKENTAPE, "serve", "--port", "0", "--mode", "replay", "--pacing", "instant")
    with (
        listening(sys.executable, "-m", "benchmarks.canned", everything, folder=ROOT) as (canned, its_pid),
        listening(*replaying, folder=project.folder) as (serve, serve_pid),
    ):
        to_canned, to_serve = partial(project.plain, canned), partial(project.plain, serve, below=True)
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds} ...", file=sys.stderr)
            runs["canned"].append(project.measured(to_canned, its_pid, *WITHOUT))
            runs["loaded"].append(project.measured(to_canned, its_pid))
            runs["serve"].append(project.measured(to_serve, serve_pid, *WITHOUT))
            runs["plugin"].append(project.measured(project.run, None, CI="1"))
    return runs


def table(runs: dict[str, list[Run]]) -> Iterator[str]:
    """A line for each way: medians over the rounds; what is beside `canned` is of the same round."""
    yield f"{'':10}{'takes':>8}{'beside':>10}{'CPU':>8}{'server':>9}{'together':>10}{'added':>8}{'beside':>10}"
    yield f"{'a test':10}{'ms':>8}{'canned':>10}{'ms':>8}{'ms':>9}{'ms':>10}{'ms':>8}{'canned':>10}{'failed':>8}"
    for way, its in runs.items():
        pairs = list(zip(its, runs["canned"], strict=True))
        longer = median(run.passes / least.passes for run, least in pairs)
        added = median(run.used - least.used for run, least in pairs)
        more = median(run.used / least.used for run, least in pairs)
        passes, cpu, server, used = (
            median(value(run) for run in its) * 1e3 for value in map(attrgetter, ("passes", "cpu", "server", "used"))
        )
        measured = f"{way:10}{passes:>8.1f}{longer:>9.2f}x{cpu:>8.1f}{server:>9.1f}{used:>10.1f}"
        yield f"{measured}{added * 1e3:>8.1f}{more:>9.2f}x{sum(run.failed for run in its):>8}"


def again_and_again(project: Project, times: int) -> Iterator[str]:
    """In two workers, each time in another order."""
    runs = []
    for seed in range(1, times + 1):
        runs.append(project.run("-n", "2", f"--randomly-seed={seed}", CI="1"))
    total, failed = sum(run.tests for run in runs), sum(run.failed for run in runs)
    whole = [run.whole for run in runs]
    took = f"{min(whole):.1f} to {max(whole):.1f} s"
    yield f"{times} times with -n 2: {total:,} tests, {failed} failed; a run took {took}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plugin_cost", description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, default=200, help="how many (default %(default)s, a multiple of four)")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=0, metavar="N", help="then N runs in two workers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name) / "streams", options.tests)
        shutil.copytree(ROOT / "tests" / "many_streams", project.folder)
        simulate = (*TOKENTAPE, "simulate", "--port", "0", "--ttft", "0", "--gap", "0")
        with listening(*simulate, folder=Path(name)) as (provider, _):
            project.record(provider)
        print(machine.line())
        print(*table(costs(project, options.rounds)), sep="\n")
        if options.repeat:
            print(*again_and_again(project, options.repeat), sep="\n")


if __name__ == "__main__":
    main()
