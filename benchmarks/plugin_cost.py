"""`python -m benchmarks.plugin_cost`: what the pytest plugin costs a test, beside the same tests without it.

The tests are those of tests/many_streams: one short stream each, the real SDKs, half of them asynchronous. They are
recorded once against the simulated provider and then run, in turn and in one process, in four ways:

    canned     no plugin; answers that lie ready as bytes, in a process of its own: SDK, socket and pytest alone
    loaded     the same, with the plugin loaded and no test that has its marker
    serve      no plugin; one `tokentape serve --mode replay --pacing instant` for all, in a process of its own
    plugin     the plugin: a gateway within the test process, a session and a cassette of its own for each test

Per test counts what pytest itself does: setup, call and teardown. `--repeat N` then runs them N times in two workers
(`-n 2`), in the order of chance, and says how many failed.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from xml.etree import ElementTree

from benchmarks import machine
from tests.integration.programs import ROOT, program_environment

TOKENTAPE = (sys.executable, "-c", "from gateway.cli import main; main()")
INSTANT = ("--mode", "replay", "--pacing", "instant")
WITHOUT = ("-p", "no:tokentape")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of all tests: seconds of each test, of pytest's whole process, and how many did not pass."""

    tests: list[float]
    whole: float
    failed: int


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
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        return Run([float(case.get("time", 0)) for case in suite.iter("testcase")], whole, bad)

    def plain(self, url: str, *options: str, below: bool = False) -> Run:
        """Without the marker, against what listens at `url`, or below it as a gateway has it."""
        anthropic, openai = (f"{url}/anthropic", f"{url}/openai/v1") if below else (url, f"{url}/v1")
        keys = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "none")
        return self.run(*options, PLAIN="1", ANTHROPIC_BASE_URL=anthropic, OPENAI_BASE_URL=openai, **keys)

    def record(self, provider: str) -> None:
        """Each test on a cassette of its own, and all on one for `serve`."""
        upstreams = f"anthropic={provider} openai={provider}"
        keys = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "none")
        runs = [self.run("-n", "2", "--cassette-mode", "all", TOKENTAPE_UPSTREAMS=upstreams, **keys)]
        flags = [word for name in ("anthropic", "openai") for word in ("--upstream", f"{name}={provider}")]
        with listening(*TOKENTAPE, "serve", "--port", "0", "--mode", "all", *flags, folder=self.folder) as url:
            runs.append(self.plain(url, *WITHOUT, "-n", "2", below=True))
        if any(run.failed for run in runs):
            sys.exit("not all tests passed when they were recorded")


@contextmanager
def listening(*command: str, folder: Path) -> Iterator[str]:
    """A server while the block runs; gives its URL."""
    process = subprocess.Popen(
        command, cwd=folder, env=program_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        yield found[0] if found else sys.exit(f"{command} did not start: {line!r}")
    finally:
        process.terminate()
        process.wait()


def costs(project: Project, rounds: int) -> dict[str, list[Run]]:
    """All four ways, in turn, so that a slow minute meets all of them."""
    runs: dict[str, list[Run]] = {"canned": [], "loaded": [], "serve": [], "plugin": []}
    in_order = ("-p", "no:randomly")
    with ExitStack() as stack:
        everything = str(project.folder / "cassettes" / "default.cassette")
        canned = stack.enter_context(listening(sys.executable, "-m", "benchmarks.canned", everything, folder=ROOT))
        serve = stack.enter_context(listening(*TOKENTAPE, "serve", "--port", "0", *INSTANT, folder=project.folder))
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds} ...", file=sys.stderr)
            runs["canned"].append(project.plain(canned, *WITHOUT, *in_order))
            runs["loaded"].append(project.plain(canned, *in_order))
            runs["serve"].append(project.plain(serve, *WITHOUT, *in_order, below=True))
            runs["plugin"].append(project.run(*in_order, CI="1"))
    return runs


def table(runs: dict[str, list[Run]]) -> Iterator[str]:
    """A line for each way: medians over the rounds."""
    yield f"{'ms a test':10}{'median':>9}{'mean':>9}{'added':>9}{'beside canned':>15}{'whole run, s':>14}{'failed':>8}"
    floor = [median(run.tests) for run in runs["canned"]]
    for way, its in runs.items():
        middles = [median(run.tests) for run in its]
        added = median(one - least for one, least in zip(middles, floor, strict=True))
        times = median(one / least for one, least in zip(middles, floor, strict=True))
        average, whole = median(mean(run.tests) for run in its), median(run.whole for run in its)
        cells = f"{median(middles) * 1e3:>9.1f}{average * 1e3:>9.1f}{added * 1e3:>9.1f}{times:>14.2f}x{whole:>14.1f}"
        yield f"{way:10}{cells}{sum(run.failed for run in its):>8}"


def again_and_again(project: Project, times: int) -> Iterator[str]:
    """In two workers, each time in another order."""
    runs = []
    for seed in range(1, times + 1):
        runs.append(project.run("-n", "2", f"--randomly-seed={seed}", CI="1"))
    total, failed = sum(len(run.tests) for run in runs), sum(run.failed for run in runs)
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
        with listening(*simulate, folder=Path(name)) as provider:
            project.record(provider)
        print(machine.line())
        print(*table(costs(project, options.rounds)), sep="\n")
        if options.repeat:
            print(*again_and_again(project, options.repeat), sep="\n")


if __name__ == "__main__":
    main()
