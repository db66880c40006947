"""`python -m benchmarks.stats`: how many streams a second `tokentape stats` measures, alone and in several processes.

Writes a cassette of as many streams as wanted, as the simulated provider answers: four APIs in turn, each stream with
its own prompt's words and its own times. Then measures it as the command does, in each number of processes in turn,
and prints the rates and the greatest memory of this process and of the largest of the others. The machine should have
nothing else to do; the rates are this machine's, the ratio between rows is what to look at.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from random import Random

from gateway.metrics.summary import Sample, summarize
from gateway.simulator.answer import Asked, answer
from gateway.simulator.anthropic import ANTHROPIC
from gateway.simulator.gemini import GEMINI_EVENTS
from gateway.simulator.ollama import OLLAMA_CHAT
from gateway.simulator.openai_chat import OPENAI_CHAT
from gateway.simulator.simulation import Simulation
from gateway.tools.stats import File, read_samples
from recorder.interaction import COMPLETE, Chunk, Interaction, Request
from recorder.store import Store

DIFFERENT = 40  # plans of each API; more would only make writing the cassette slow
SAYS = [{"role": "user", "content": "Tell me something."}]
GEMINI_SAYS = {"contents": [{"role": "user", "parts": [{"text": "Tell me something."}]}]}
APIS = (
    (ANTHROPIC, "anthropic", "/v1/messages", {"max_tokens": 9999, "stream": True, "messages": SAYS}),
    (
        OPENAI_CHAT,
        "openai",
        "/v1/chat/completions",
        {"stream": True, "stream_options": {"include_usage": True}, "messages": SAYS},
    ),
    (GEMINI_EVENTS, "gemini", "/v1beta/models/sim:streamGenerateContent?alt=sse", GEMINI_SAYS),
    (OLLAMA_CHAT, "ollama", "/api/chat", {"stream": True, "messages": SAYS}),
)


def plans(words: int) -> Iterator[Interaction]:
    """What the simulated provider would send, with the times that it would keep."""
    for number in range(DIFFERENT):
        for api, upstream, target, members in APIS:
            body = {"model": "sim", **members}
            fingerprint = f"{number:08x}{upstream}"
            planned = answer(Asked(api, body, "sim", Simulation(seed=number, words=words), None, fingerprint))
            chunks = tuple(Chunk(at // 1000, data) for at, data in zip(planned.offsets, planned.frames, strict=True))
            request = Request(upstream, "POST", target, (), json.dumps(body).encode())
            end = chunks[-1].at + 100
            yield Interaction(
                request, planned.head, chunks[0].at - 100, chunks, COMPLETE, end, {"connection": "reused"}
            )


def streams(count: int, words: int) -> Iterator[Interaction]:
    """As many streams, each at a pace of its own."""
    random = Random(1)
    for plan in islice(cycle(list(plans(words))), count):
        pace = random.lognormvariate(0, 0.3)
        chunks = tuple(Chunk(round(at * pace), data) for at, data in plan.chunks)
        head_at, end_at = round(plan.head_at * pace), round(plan.end_at * pace)
        yield replace(plan, head_at=head_at, chunks=chunks, end_at=end_at)


def record(path: Path, count: int, words: int) -> int:
    """Write the cassette; how many frames it has."""
    store, frames = Store(path), 0
    for number, stream in enumerate(streams(count, words)):
        store.append(stream, f"{number:064x}", 1)
        frames += len(stream.chunks)
    store.close()
    return frames


def processor_seconds() -> float:
    """What this process and those that have ended have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def memory(who: int) -> float:
    """The greatest resident set so far, in MiB."""
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stats", description=__doc__)
    parser.add_argument("--streams", type=int, default=10_000, help="on the cassette (default %(default)s)")
    parser.add_argument("--words", type=int, default=75, help="about so many in each (default %(default)s)")
    parser.add_argument("--processes", default="1,2", help="numbers of processes (default %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "many.cassette")
        frames = record(path, options.streams, options.words)
        size = path.stat().st_size / (1 << 20)
        print(
            f"{options.streams:,} streams of {frames / options.streams:.0f} chunks on average, {size:.1f} MiB on file"
        )
        print("processes  seconds  streams/s  CPU s  CPU us/chunk  here MiB  others MiB")
        for processes in map(int, options.processes.split(",")):
            began, used = time.perf_counter(), processor_seconds()
            found = read_samples([File("many", path)], processes=processes)
            groups = summarize(each for each in found if isinstance(each, Sample))
            took, used = time.perf_counter() - began, processor_seconds() - used
            assert sum(group.counted for group in groups) == options.streams
            row = f"{processes:>9}{took:>9.2f}{options.streams / took:>11,.0f}{used:>7.1f}{used / frames * 1e6:>14.1f}"
            print(f"{row}{memory(resource.RUSAGE_SELF):>10.0f}{memory(resource.RUSAGE_CHILDREN):>12.0f}")


if __name__ == "__main__":
    main()
