"""`python -m benchmarks.normalising [CASSETTE...]`: what it costs to show streams as tokentape/1, for each API.

Reads recorded streams over and over in this process, one chunk per frame as providers send them, and prints per API how
many frames and events a second one core makes, the CPU time per event, and the same beside what is below any of it:
`json.loads` alone over the data of the same frames, in the same round. The multiple is what to look at; the rates are
this machine's. Streams: the cassettes named, else the samples of this repository and, where it is there, the corpus
that the tests use.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import machine
from gateway.dialects.apis import api_of
from gateway.events import event_sse
from gateway.reader import read
from gateway.wire import Frame, decoder_for
from recorder.interaction import Chunk, Interaction
from recorder.store import Store
from tests.corpus import samples

ROOT = Path(__file__).parent.parent
WINDOW_S = 0.25


@dataclass(frozen=True, slots=True)
class Load:
    """All streams of one API: as interactions with a frame a chunk, and the data of their frames."""

    interactions: list[Interaction]
    data: list[bytes]
    events: int


def interactions(paths: list[Path]) -> Iterator[Interaction]:
    for path in paths or sorted(ROOT.glob("cassettes/*.cassette")):
        store = Store(path)
        yield from [store.load(entry) for entry in store.read()]
    if not paths:
        yield from (sample.interaction() for sample in samples() if sample.stream_kind != "none")


def loads(paths: list[Path]) -> dict[str, Load]:
    """What there is to read, by API; error responses and unknown APIs are left out."""
    by_api: dict[str, list[Interaction]] = defaultdict(list)
    for interaction in interactions(paths):
        api = api_of(interaction.request.path).name
        if interaction.response.status == 200 and interaction.body and api != "unknown":
            by_api[api].append(interaction)
    return {api: load(found) for api, found in sorted(by_api.items())}


def load(found: list[Interaction]) -> Load:
    frames = [(interaction, frames_of(interaction)) for interaction in found]
    cut = [frame_a_chunk(interaction, its) for interaction, its in frames]
    data = [frame.data for _, its in frames for frame in its if frame.kind == "data" and frame.data[:1] == b"{"]
    return Load(cut, data, sum(len(list(read(interaction))) for interaction in cut))


def frames_of(interaction: Interaction) -> list[Frame]:
    decoder = decoder_for(interaction.response.header("content-type") or "", interaction.body)
    return decoder.feed(interaction.body, 0) + decoder.close(0)


def frame_a_chunk(interaction: Interaction, frames: list[Frame]) -> Interaction:
    body = interaction.body
    chunks = tuple(Chunk(frame.index, body[frame.start : frame.end]) for frame in frames)
    return Interaction(
        interaction.request, interaction.response, 0, chunks, interaction.end, len(chunks), interaction.facts
    )


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one go, from as many as fill the window."""
    work()
    rounds, started = 0, time.process_time()
    while (spent := time.process_time() - started) < WINDOW_S:
        work()
        rounds += 1
    return spent / rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.normalising", description=__doc__)
    parser.add_argument("cassettes", nargs="*", type=Path, metavar="CASSETTE")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured (default %(default)s)")
    options = parser.parse_args()
    work = loads(options.cassettes)
    measured: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for _ in range(options.rounds):
        for api, of in work.items():
            measured[api].append(
                (
                    seconds(lambda of=of: [json.loads(data) for data in of.data]),
                    seconds(lambda of=of: [list(read(interaction)) for interaction in of.interactions]),
                    seconds(lambda of=of: [[*map(event_sse, read(interaction))] for interaction in of.interactions]),
                )
            )
    print(machine.line())
    print("{:25}{:>8}{:>9}{:>10}{:>10}{:>10}{:>10}{:>12}{:>18}".format(*HEADS[0]))
    print("{:25}{:>8}{:>9}{:>10}{:>10}{:>10}{:>10}{:>12}{:>18}".format(*HEADS[1]))
    for api, of in work.items():
        alone, events, text = (median(column) for column in zip(*measured[api], strict=True))
        print(row(api, of, alone, events, text))


HEADS = (
    ("", "frames", "bytes", "frames", "events", "µs CPU", "as SSE", "json.loads", "beside json.loads"),
    ("", "", "a frame", "a second", "a second", "an event", "µs", "µs a frame", "events, as SSE"),
)


def row(api: str, of: Load, alone: float, events: float, text: float) -> str:
    """One line of the table, from CPU seconds: of json.loads alone, of making events, of making their text too."""
    frames = sum(len(interaction.chunks) for interaction in of.interactions)
    size = sum(map(len, of.data)) // max(1, len(of.data))
    rates = f"{frames / events:>10,.0f}{of.events / events:>10,.0f}"
    micros = f"{events / of.events * 1e6:>10.1f}{text / of.events * 1e6:>10.1f}{alone / len(of.data) * 1e6:>12.1f}"
    return f"{api:25}{frames:>8,}{size:>9,}{rates}{micros}{events / alone:>11.1f}x,{text / alone:>4.1f}x"


if __name__ == "__main__":
    main()
