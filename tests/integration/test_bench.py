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
from gateway.measuring import measurement_of
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


async def left(provider, *, tokens):
    """When the provider's frames with tokens left, by stream (ns); the warm-up's are left out."""
    async with aiohttp.ClientSession() as session, session.get(f"{provider.url}/simulator/sent") as response:
        answers = (await response.json())["answers"][WARM_UP:]
    return [answer["left"][answer["opening"] : answer["opening"] + tokens] for answer in answers]


@asynccontextmanager
async def targets(folder, kind):
    """The provider, and what is driven: itself, or a real gateway in front of it."""
    async with simulated(folder, *PACE) as provider:
        if kind == "provider":
            yield provider, (provider.url, "--api", "anthropic")
            return
        async with served(folder / "gateway", provider.url, "--mode", "live") as tape:
            yield provider, (f"{tape.url}/anthropic",)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", ["provider", "gateway"])
async def test_the_numbers_are_true_within_the_error_that_the_run_measured(tmp_path, kind, loop):
    async with targets(tmp_path, kind) as (provider, target):
        run = await measured(tmp_path, *target, *LOOPS[loop], "--requests", "16")
        counts = {len(stream) for stream in run.tokens()}
        assert len(counts) == 1
        truth = await left(provider, tokens=counts.pop())
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


@pytest.mark.parametrize("loop", LOOPS)
async def test_the_cassette_of_a_run_has_the_same_numbers(tmp_path, loop):
    async with targets(tmp_path, "provider") as (_, target):
        run = await measured(tmp_path, *target, *LOOPS[loop], "--requests", "12")
    stats = await run_program("tokentape", "stats", "run", "--json", folder=tmp_path)
    assert json.loads(stats.stdout)["groups"] == run.report["groups"]
    group = run.report["groups"][0]
    assert (group["n"], group["source"]) == (12, "live")
    assert sum(group["connections"].values()) == 12
    assert {"new", "reused"} >= set(group["connections"])


async def test_a_replay_is_told_apart_and_stays_so_on_the_cassette(tmp_path):
    async with simulated(tmp_path) as provider:
        await bench(tmp_path, provider.url, "--api", "openai", "--requests", "1", "--record", "made")
    async with served(tmp_path, "", "--mode", "replay", "--cassette", "made") as tape:
        ran = await run_program(
            *("tokentape", "bench", f"{tape.url}/openai/v1", "--cassette", "made", "--requests", "3", "--rate", "20"),
            *("--json", "--record", "again"),
            folder=tmp_path,
        )
    groups = json.loads(ran.stdout)["groups"]
    assert [group["source"] for group in groups] == ["replay"]
    stats = await run_program("tokentape", "stats", "again", "--json", folder=tmp_path)
    assert json.loads(stats.stdout)["groups"] == groups


@pytest.mark.parametrize("sdk", ["anthropic", "openai"])
async def test_what_a_real_sdk_adds_is_told_for_every_event(tmp_path, sdk):
    async with simulated(tmp_path) as provider:
        target = (provider.url, "--api", sdk, "--client", sdk, "--requests", "5", "--rate", "20")
        run = await measured(tmp_path, *target)
    client = run.report["client"]
    assert client["sdk_first_event"]["n"] == 5
    assert client["sdk_per_event"]["n"] > 5
    assert client["sdk_per_event"]["min"] >= 0
    stats = await run_program("tokentape", "stats", "run", "--json", folder=tmp_path)
    assert json.loads(stats.stdout)["groups"] == run.report["groups"]
    assert all("authorization" not in dict(each.request.headers) for each in run.interactions)


async def test_what_is_late_is_counted_from_when_it_was_intended(tmp_path):
    """One at a time, at a rate that is far too high: the target is no slower, but who comes waits longer and longer."""
    async with simulated(tmp_path, "--ttft", "50", "--gap", "0") as provider:
        flags = ("--rate", "200", "--requests", "10", "--max-in-flight", "1")
        run = await measured(tmp_path, provider.url, "--api", "ollama", *flags)
    waited = [row["ttft_from_intended"] for row in run.rows]
    assert run.report["held_back"] >= 8
    assert waited == sorted(waited)
    assert waited[-1] > 8 * 0.045
    assert run.report["client"]["queued"]["max"] > 7 * 0.045


async def test_one_key_that_is_wrong_is_one_sentence_before_anything_more_is_sent(tmp_path):
    async with simulated(tmp_path) as provider:
        ran = await run_program(
            *("tokentape", "bench", provider.url, "--api", "openai", "--model", "simulate-401", "--prompt", "x"),
            folder=tmp_path,
        )
        async with aiohttp.ClientSession() as session, session.get(f"{provider.url}/simulator/sent") as response:
            assert len((await response.json())["answers"]) == 2
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
    async with simulated(tmp_path) as provider:
        target = ("tokentape", "bench", provider.url, "--api", "anthropic", "--prompt", "x", "--warmup", "0")
        ran = await run_program(*target, "--model", "simulate-429", "--requests", "3", "--rate", "50", folder=tmp_path)
        async with aiohttp.ClientSession() as session, session.get(f"{provider.url}/simulator/sent") as response:
            assert len((await response.json())["answers"]) == 3
    assert ran.code == 3
    assert "3 sent" in ran.stdout
    assert "429: 3" in ran.stdout
    assert "the refusals said retry-after: 1; nothing was sent again" in ran.stdout


async def test_goodput_below_what_was_asked_for_is_exit_code_1(tmp_path):
    async with simulated(tmp_path, "--ttft", "50") as provider:
        target = ("tokentape", "bench", provider.url, "--api", "gemini", *ASKING, "--requests", "3", "--rate", "50")
        never = await run_program(*target, "--slo", "ttft=1ms", "--min-goodput", "50%", folder=tmp_path)
        always = await run_program(*target, "--slo", "ttft=60s", "--min-goodput", "100%", folder=tmp_path)
    assert (never.code, always.code) == (1, 0)
    assert "goodput: 0 of 3 sent are ok and meet every objective (0.0%)" in never.stdout
    assert "goodput: 3 of 3 sent" in always.stdout


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


async def asked_for(provider, count):
    """Wait until so many requests have reached the provider."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            async with session.get(f"{provider.url}/simulator/sent") as response:
                if len((await response.json())["answers"]) >= count:
                    return
            await asyncio.sleep(0.02)


async def test_ctrl_c_lets_streams_end_and_tells_what_was_measured(tmp_path):
    async with simulated(tmp_path, "--ttft", "100") as provider:
        arguments = (provider.url, "--api", "openai", *ASKING, "--rate", "20", "--requests", "1000", "--json")
        async with running(tmp_path, *arguments, stderr=subprocess.PIPE) as process:
            await asked_for(provider, 6)
            process.send_signal(signal.SIGINT)
            stdout, stderr = await asyncio.wait_for(process.communicate(), 20)
    report = json.loads(stdout)
    assert process.returncode == 130
    assert report["cut_short"]
    assert 0 < report["sent"] < 1000
    assert report["statuses"] == {"200": report["sent"]}
    assert "stopping: what is under way" in stderr.decode()


async def test_a_second_ctrl_c_ends_it_at_once(tmp_path):
    async with simulated(tmp_path) as provider:
        asking = ("--model", "simulate-stall", "--prompt", "x", "--warmup", "0", "--rate", "50", "--requests", "1000")
        async with running(
            tmp_path, provider.url, "--api", "openai", *asking, "--json", stderr=subprocess.PIPE
        ) as process:
            await asked_for(provider, 3)
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
    async with simulated(tmp_path, "--ttft", "300") as provider:
        arguments = (provider.url, "--api", "openai", *ASKING, "--rate", "10", "--requests", "5")
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


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
async def test_a_closed_output_is_no_bug(tmp_path, closed):
    async with simulated(tmp_path) as provider:
        line = [sys.executable, "-c", MAIN, "bench", provider.url, "--api", "openai", *ASKING, "--requests", "2"]
        redirect = {"stdout": ">&-", "stderr": "2>&-"}[closed]
        ran = await run_program("sh", "-c", f'"$@" --rate 20 {redirect}', "sh", *line, folder=tmp_path)
    assert ran.code == 0
    assert "Traceback" not in ran.stderr
    assert ("loop lag" in ran.stdout) == (closed == "stderr")
