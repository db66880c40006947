"""`tokentape bench` as its users have it: real processes, and the truth from the provider that was measured."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles

import aiohttp
import pytest

from gateway.bench.lag import PROBE_NS
from gateway.hosting import hosted
from gateway.measuring import measurement_of
from gateway.simulator import Simulation, simulator_runner
from tests.integration.gateways import recorded
from tests.integration.programs import program_environment, run_program, served, simulated

ASKING = ("--model", "m", "--prompt", "Tell me about goats")
PACE = ("--ttft", "60", "--gap", "10", "--words", "20")
LOOPS = {"open": ("--rate", "20", "--arrivals", "poisson"), "closed": ("--concurrency", "4")}
WARM_UP = 2
MAIN = "from gateway.cli import main; main()"


@dataclass(frozen=True)
class Measured:
    """A run's own report, its requests, and the interactions on its cassette."""

    report: dict
    rows: list
    interactions: list

    @property
    def error(self):
        """What a single time may be off by (ns): the worst lateness that was seen, and what may lie between probes."""
        return self.report["error"]["loop_lag"]["max"] * 1e9 + PROBE_NS

    def sent(self):
        """When each request was sent, on the machine's clock (ns)."""
        return [self.report["began_monotonic_ns"] + row["sent"] * 1e9 for row in self.rows]

    def tokens(self):
        """When each frame with a token came, by stream (ns)."""
        streams = zip(self.sent(), map(measurement_of, self.interactions), strict=True)
        return [[sent + at * 1000 for at in measurement.token_at] for sent, measurement in streams]


async def bench(folder, *arguments):
    ran = await run_program("tokentape", "bench", *arguments, *ASKING, folder=folder)
    assert ran.code == 0, ran.stderr
    return ran


async def measured(folder, target, *arguments):
    ran = await bench(folder, target, *arguments, "--json", "--record", "run", "--jsonl", "rows.jsonl")
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]
    return Measured(json.loads(ran.stdout), rows, recorded(folder / "cassettes", "run"))


def provider(**simulation):
    """The simulated provider in this process, for what needs no truth about times; gives its URL."""
    return hosted(simulator_runner(Simulation(**{"ttft_ms": 10, "gap_ms": 1, **simulation})))


async def answers(url):
    """What the provider tells of the answers that it has sent."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/simulator/sent") as response:
        return (await response.json())["answers"]


async def left(url, *, tokens):
    """When the provider's frames with tokens left, by stream (ns); the warm-up's are left out."""
    sent = (await answers(url))[WARM_UP:]
    return [answer["left"][answer["opening"] : answer["opening"] + tokens] for answer in sent]


async def same_on_cassette(folder, report, name="run"):
    """Whether `stats` gives the numbers of the run from its cassette."""
    stats = await run_program("tokentape", "stats", name, "--json", "--processes", "1", folder=folder)
    return json.loads(stats.stdout)["groups"] == report["groups"]


@asynccontextmanager
async def targets(folder, kind):
    """The provider, and what is driven: itself, or a real gateway in front of it."""
    async with simulated(folder, *PACE) as process:
        if kind == "provider":
            yield process.url, (process.url, "--api", "anthropic")
            return
        async with served(folder / "gateway", process.url, "--mode", "live") as tape:
            yield process.url, (f"{tape.url}/anthropic",)


@pytest.mark.parametrize(("kind", "loop"), [("provider", "open"), ("provider", "closed"), ("gateway", "open")])
async def test_the_numbers_are_true_within_the_error_that_the_run_measured(tmp_path, kind, loop):
    async with targets(tmp_path, kind) as (url, target):
        run = await measured(tmp_path, *target, *LOOPS[loop], "--requests", "16")
        counts = {len(stream) for stream in run.tokens()}
        assert len(counts) == 1
        truth = await left(url, tokens=counts.pop())
    assert run.report["statuses"] == {"200": 16}
    assert len(truth) == 16

    # Of all frames, by the order in which they left and came: nothing came before it left, ...
    came = sorted(at for stream in run.tokens() for at in stream)
    went = sorted(at for stream in truth for at in stream)
    late = [after - before for after, before in zip(came, went, strict=True)]
    assert min(late) > -2_000  # recorded times are whole microseconds

    # ... and what is printed is off by no more than the run says. A gateway's own delay is no error: it is measured.
    if kind == "provider":
        ttft = [stream[0] - sent for stream, sent in zip(run.tokens(), run.sent(), strict=True)]
        true_ttft = [at - sent for at, sent in zip(sorted(s[0] for s in truth), sorted(run.sent()), strict=True)]
        for told, true in zip(quantiles(ttft, n=10), quantiles(true_ttft, n=10), strict=True):
            assert abs(told - true) <= run.error
        assert quantiles(late, n=100)[98] <= run.error

    # The cassette of the run has the same numbers, exactly.
    assert await same_on_cassette(tmp_path, run.report)
    (group,) = run.report["groups"]
    assert (group["n"], group["source"]) == (16, "live")
    assert sum(group["connections"].values()) == 16
    assert {"new", "reused"} >= set(group["connections"])


async def test_a_replay_is_told_apart_and_stays_so_on_the_cassette(tmp_path):
    async with provider() as url:
        await bench(tmp_path, url, "--api", "openai", "--requests", "1", "--record", "made")
    async with served(tmp_path, "", "--mode", "replay", "--cassette", "made", "--observe") as tape:
        ran = await run_program(
            *("tokentape", "bench", f"{tape.url}/openai/v1", "--cassette", "made", "--requests", "3", "--rate", "20"),
            *("--json", "--record", "again"),
            folder=tmp_path,
        )
    report = json.loads(ran.stdout)
    assert [group["source"] for group in report["groups"]] == ["replay"]
    assert await same_on_cassette(tmp_path, report, "again")


@pytest.mark.parametrize("sdk", ["anthropic", "openai"])
async def test_what_a_real_sdk_adds_is_told_for_every_event(tmp_path, sdk):
    async with provider() as url:
        target = (url, "--api", sdk, "--client", sdk, "--requests", "5", "--rate", "20")
        run = await measured(tmp_path, *target)
    client = run.report["client"]
    assert client["sdk_first_event"]["n"] == 5
    assert client["sdk_per_event"]["n"] > 5
    assert client["sdk_per_event"]["min"] >= 0
    assert all("authorization" not in dict(each.request.headers) for each in run.interactions)


async def test_what_is_late_is_counted_from_when_it_was_intended(tmp_path):
    """One at a time, at a rate that is far too high: the target is no slower, but who comes waits longer and longer."""
    async with provider(ttft_ms=50, gap_ms=0) as url:
        flags = ("--rate", "200", "--requests", "10", "--max-in-flight", "1")
        run = await measured(tmp_path, url, "--api", "ollama", *flags)
    waited = [row["ttft_from_intended"] for row in run.rows]
    assert run.report["held_back"] >= 8
    assert waited == sorted(waited)
    assert waited[-1] > 8 * 0.045
    assert run.report["client"]["queued"]["max"] > 7 * 0.045


async def test_one_key_that_is_wrong_is_one_sentence_before_anything_more_is_sent(tmp_path):
    async with provider() as url:
        ran = await run_program(
            *("tokentape", "bench", url, "--api", "openai", "--model", "simulate-401", "--prompt", "x"),
            folder=tmp_path,
        )
        assert len(await answers(url)) == 2
    assert (ran.code, ran.stdout) == (3, "")
    assert ran.stderr.splitlines()[-1] == (
        "tokentape: nothing was measured: all 2 requests got status 401: The key is not valid (simulated)."
    )


async def test_nobody_listens(tmp_path):
    ran = await run_program("tokentape", "bench", "http://127.0.0.1:1", "--api", "openai", *ASKING, folder=tmp_path)
    assert (ran.code, ran.stdout) == (3, "")
    said = "all 2 requests failed: http://127.0.0.1:1 refused the connection; is it running?"
    assert ran.stderr.splitlines()[-1] == f"tokentape: nothing was measured: {said}"


async def test_refusals_are_counted_with_what_they_say_and_never_sent_again(tmp_path):
    async with provider() as url:
        target = ("tokentape", "bench", url, "--api", "anthropic", "--prompt", "x", "--warmup", "0")
        ran = await run_program(*target, "--model", "simulate-429", "--requests", "3", "--rate", "50", folder=tmp_path)
        assert len(await answers(url)) == 3
    assert ran.code == 3
    assert "3 sent" in ran.stdout
    assert "429: 3" in ran.stdout
    assert "the refusals said retry-after: 1; nothing was sent again" in ran.stdout


async def test_goodput_below_what_was_asked_for_is_exit_code_1(tmp_path):
    async with provider(ttft_ms=50) as url:
        target = ("tokentape", "bench", url, "--api", "gemini", *ASKING, "--requests", "3", "--rate", "50")
        asked = ("--slo", "ttft=1ms", "--min-goodput", "50%")
        ran = await run_program(*target, *asked, folder=tmp_path, PYTHONIOENCODING="ascii")
    assert ran.code == 1
    assert ran.stdout.isascii()  # where the terminal has no bars, they are drawn with letters
    assert "goodput: 0 of 3 sent are ok and meet every objective (0.0%)" in ran.stdout


@asynccontextmanager
async def running(folder, *arguments, stderr):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, "bench", *arguments),
        cwd=folder,
        env=program_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def asked_for(url, count):
    """Wait until so many requests have reached the provider."""
    async with asyncio.timeout(20):
        while len(await answers(url)) < count:
            await asyncio.sleep(0.02)


async def test_ctrl_c_lets_streams_end_and_tells_what_was_measured(tmp_path):
    async with provider(ttft_ms=100) as url:
        arguments = (url, "--api", "openai", *ASKING, "--rate", "20", "--requests", "1000", "--json")
        async with running(tmp_path, *arguments, stderr=subprocess.PIPE) as process:
            await asked_for(url, 6)
            process.send_signal(signal.SIGINT)
            stdout, stderr = await asyncio.wait_for(process.communicate(), 20)
    report = json.loads(stdout)
    assert process.returncode == 130
    assert report["cut_short"]
    assert 0 < report["sent"] < 1000
    assert report["statuses"] == {"200": report["sent"]}
    assert "stopping: what is under way" in stderr.decode()


async def test_a_second_ctrl_c_ends_it_at_once(tmp_path):
    async with provider() as url:
        asking = ("--model", "simulate-stall", "--prompt", "x", "--warmup", "0", "--rate", "50", "--requests", "1000")
        async with running(tmp_path, url, "--api", "openai", *asking, "--json", stderr=subprocess.PIPE) as process:
            await asked_for(url, 3)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            while b"stopping" not in await asyncio.wait_for(process.stderr.readline(), 20):
                pass
            process.send_signal(signal.SIGINT)
            stdout, _ = await asyncio.wait_for(process.communicate(), 20)
    report = json.loads(stdout)
    assert process.returncode == 130
    assert sum(group["statuses"]["aborted"] for group in report["groups"]) > 0


async def test_a_terminal_has_two_lines_that_change_and_are_gone_at_the_end(tmp_path):
    ours, theirs = pty.openpty()
    async with provider(ttft_ms=300) as url:
        arguments = (url, "--api", "openai", *ASKING, "--rate", "10", "--requests", "5")
        async with running(tmp_path, *arguments, stderr=theirs) as process:
            os.close(theirs)
            stdout, _ = await asyncio.wait_for(process.communicate(), 30)
    shown = b""
    try:
        while piece := os.read(ours, 1 << 16):
            shown += piece
    except OSError:  # how Linux says that a terminal's other side has gone
        pass
    os.close(ours)
    assert process.returncode == 0
    assert b"first byte of the body, ms" in shown
    assert shown.endswith(b"\x1b[1A\x1b[2K\x1b[1A\x1b[2K")
    assert b"\x1b" not in stdout


async def test_closed_outputs_are_no_bug(tmp_path):
    async with provider() as url:
        line = [sys.executable, "-c", MAIN, "bench", url, "--api", "openai", *ASKING, "--requests", "2"]
        closing = '"$@" --rate 20 --record run >&- 2>&-'
        ran = await run_program("sh", "-c", closing, "sh", *line, folder=tmp_path)
    assert ran.code == 0
    assert len(recorded(tmp_path / "cassettes", "run")) == 2
