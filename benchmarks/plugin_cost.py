"""`python -m benchmarks.plugin_cost`: what the pytest plugin costs a test, beside the same tests without it.

The tests are those of tests/many_streams: one short stream each, the real SDKs, half of them asynchronous. They are
recorded once against the simulated provider. Then each test is run in three ways, one right after the other in one
process, so that whatever else the machine does meets all of them:

    canned     without a cassette; a server in its own process that has all answers ready as bytes: SDK, socket, pytest
    serve      without a cassette; one `tokentape serve --mode replay --pacing instant` for all, in its own process
    plugin     a cassette of its own for each test, replayed by the gateway within the test's process

and, in a process without the plugin, as `absent`: `canned` once more. Of a test, with all of pytest's steps for it, it
tells how long it takes and its CPU time here (for `plugin` the gateway's, too) and in the server's process.
`--repeat N` then runs the plugin's tests N times in two workers (`-n 2`), in the order of chance, and says how many
failed.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from xml.etree import ElementTree

from benchmarks import machine
from tests.integration.programs import ROOT, program_environment

TOKENTAPE = (sys.executable, "-c", "from gateway.cli import main; main()")
REPLAYING = ("serve", "--port", "0", "--mode", "replay", "--pacing", "instant")
WITHOUT = ("-p", "no:tokentape")
KEYS = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "none")
PLUGIN: dict[str, dict[str, str]] = {"plugin": {}}

Costs = dict[str, dict[str, tuple[float, float]]]
"""By way and test: seconds that pass, and CPU seconds of the process that runs the tests."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of pytest: how many tests, how many of them failed, and the seconds that all of it took."""

    tests: int
    failed: int
    whole: float


@dataclass(frozen=True, slots=True)
class Project:
    """The copy of the tests that is run, and how many there are."""

    folder: Path
    many: int

    def run(self, *options: str, ways: dict[str, dict[str, str]], **environ: str) -> Run:
        report = self.folder / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options]
        environment = program_environment(MANY=str(self.many), WAYS=json.dumps(ways), **environ)
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

    def measured(self, *options: str, ways: dict[str, dict[str, str]]) -> Costs:
        """What each test costs, each way."""
        path = self.folder / "costs.json"
        run = self.run("-p", "no:randomly", *options, ways=ways, COSTS=str(path), CI="1")
        if run.failed:
            sys.exit(f"{run.failed} tests failed: nothing to measure")
        found: Costs = {way: {} for way in ways}
        for way, test, *cost in json.loads(path.read_text()):
            found[way][test] = (cost[0], cost[1])
        return found

    def record(self, provider: str) -> None:
        """Each test on a cassette of its own, and all on one for the others."""
        upstreams = f"anthropic={provider} openai={provider}"
        runs = [self.run("-n", "2", "--cassette-mode", "all", ways=PLUGIN, TOKENTAPE_UPSTREAMS=upstreams, **KEYS)]
        flags = [word for name in ("anthropic", "openai") for word in ("--upstream", f"{name}={provider}")]
        with listening(*TOKENTAPE, "serve", "--port", "0", "--mode", "all", *flags, folder=self.folder) as (url, _):
            runs.append(self.run(*WITHOUT, "-n", "2", ways={"serve": below(url)}))
        if any(run.failed for run in runs):
            sys.exit("not all tests passed when they were recorded")


def straight(url: str) -> dict[str, str]:
    """The SDKs' environment for a server that answers as the providers do."""
    return {"ANTHROPIC_BASE_URL": url, "OPENAI_BASE_URL": f"{url}/v1", **KEYS}


def below(url: str) -> dict[str, str]:
    """The same for a gateway."""
    return {"ANTHROPIC_BASE_URL": f"{url}/anthropic", "OPENAI_BASE_URL": f"{url}/openai/v1", **KEYS}


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


def measured(project: Project, rounds: int) -> tuple[Costs, dict[str, float]]:
    """What tests cost each way, and the CPU milliseconds of the ways' servers for one of them."""
    everything = str(project.folder / "cassettes" / "default.cassette")
    total: Costs = {"canned": {}, "serve": {}, "plugin": {}, "absent": {}}
    with (
        listening(sys.executable, "-m", "benchmarks.canned", everything, folder=ROOT) as (canned, canned_pid),
        listening(*TOKENTAPE, *REPLAYING, folder=project.folder) as (serve, serve_pid),
    ):
        ways = {"canned": straight(canned), "serve": below(serve), **PLUGIN}
        used = [machine.cpu_ns(pid) for pid in (canned_pid, serve_pid)]
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds} ...", file=sys.stderr)
            found = project.measured(ways=ways)
            found["absent"] = project.measured(*WITHOUT, ways={"canned": ways["canned"]})["canned"]
            for way, costs in found.items():
                total[way] |= {f"{test}/{number}": cost for test, cost in costs.items()}
        used = [machine.cpu_ns(pid) - before for pid, before in zip((canned_pid, serve_pid), used, strict=True)]
    a_test = [ns / 1e6 / rounds / project.many for ns in used]
    # The canned answers were asked for twice.
    return total, {"canned": a_test[0] / 2, "serve": a_test[1], "plugin": 0.0, "absent": a_test[0] / 2}


def table(total: Costs, servers: dict[str, float]) -> Iterator[str]:
    """A line for each way; the differences are those to the same test's `canned`, medians over all tests."""
    beside = f"{'beside canned':>20}"
    yield f"{'ms a test, medians':20}{'takes':>10}{beside}{'CPU':>10}{beside}{'server CPU':>12}"
    for way, server in servers.items():
        yield f"{way:20}{cells(total, way, 0)}{cells(total, way, 1)}{server:>12.1f}"


def cells(total: Costs, way: str, column: int) -> str:
    """Milliseconds, those more than `canned`, and how many times `canned`."""
    pairs = [(cost[column], total["canned"][test][column]) for test, cost in total[way].items()]
    middle = median(mine for mine, _ in pairs)
    added = median(mine - least for mine, least in pairs)
    times = 1 + added / median(least for _, least in pairs)
    return f"{middle * 1e3:>10.1f}{added * 1e3:>+12.1f}{times:>7.2f}x"


def again_and_again(project: Project, times: int) -> Iterator[str]:
    """In two workers, each time in another order."""
    runs = []
    for seed in range(1, times + 1):
        runs.append(project.run("-n", "2", f"--randomly-seed={seed}", ways=PLUGIN, CI="1"))
        print(f"run {seed} of {times}: {runs[-1].failed} failed", file=sys.stderr)
    total, failed = sum(run.tests for run in runs), sum(run.failed for run in runs)
    whole = [run.whole for run in runs]
    took = f"{min(whole):.1f} to {max(whole):.1f} s"
    yield f"{times} times with -n 2: {total:,} tests, {failed} failed; a run took {took}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plugin_cost", description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, default=200, help="how many (default %(default)s, a multiple of four)")
    parser.add_argument("--rounds", type=int, default=3, help="how often all is measured (default %(default)s; 0: not)")
    parser.add_argument("--repeat", type=int, default=0, metavar="N", help="then N runs in two workers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name) / "streams", options.tests)
        shutil.copytree(ROOT / "tests" / "many_streams", project.folder)
        simulate = (*TOKENTAPE, "simulate", "--port", "0", "--ttft", "0", "--gap", "0")
        with listening(*simulate, folder=Path(name)) as (provider, _):
            project.record(provider)
        print(machine.line())
        if options.rounds:
            print(*table(*measured(project, options.rounds)), sep="\n", flush=True)
        if options.repeat:
            print(*again_and_again(project, options.repeat), sep="\n")


if __name__ == "__main__":
    main()
