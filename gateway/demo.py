"""The demonstration: one stream from the simulated provider, recorded and then replayed without it.

    provider ──> gateway (all) ──> client                 cassette ──> gateway (replay) ──> client
                     └──> cassette      provider stopped ────┘

The client is a plain HTTP client that notes when each piece of text arrives.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from gateway.hosting import gateway_beside, hosted
from gateway.settings import Config, UpstreamSpec
from gateway.simulator import Simulation, simulator_runner
from recorder.clock import Clock, SystemClock

__all__ = ["CASSETTE", "Demonstration", "Heard", "Piece", "demonstrate", "heard", "side_by_side"]

CASSETTE = "demo"

_SIMULATION = Simulation(seed=1, ttft_ms=300, gap_ms=50, spread=0.6, words=14)
_REQUEST = {
    "model": "claude-simulated",
    "max_tokens": 200,
    "stream": True,
    "messages": [{"role": "user", "content": "Write me a 1 verse song about goldfish on the moon"}],
}
_TEXT_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and when the client had it, in microseconds since it had sent the request."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a client received: the exact body, and the pieces of text in it."""

    body: bytes
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the client received while recording, and in the replay."""

    recorded: Heard
    replayed: Heard

    @property
    def same(self) -> bool:
        """Whether there was something, and the replay brought it byte for byte."""
        return bool(self.recorded.pieces) and self.recorded.body == self.replayed.body


async def demonstrate(folder: Path, tell: Callable[[str], None]) -> Demonstration:
    """Record a stream to `folder`, stop the provider, replay it. `tell` hears what happens, line by line."""
    clock = SystemClock()
    async with hosted(simulator_runner(_SIMULATION)) as provider:
        tell(f"a simulated provider listens on {provider}")
        config = Config(
            port=0, mode="all", cassettes=folder, cassette=CASSETTE, upstreams=(UpstreamSpec("anthropic", provider),)
        )
        async with gateway_beside(config) as (url, _):
            tell(f"a gateway on {url} relays one stream and records it ...")
            recorded = await _ask(url, clock)
    tell("the provider is stopped")
    async with gateway_beside(Config(port=0, mode="replay", cassettes=folder, cassette=CASSETTE)) as (url, _):
        tell(f"a gateway on {url} replays it, at the recorded times ...")
        replayed = await _ask(url, clock)
    return Demonstration(recorded, replayed)


async def _ask(url: str, clock: Clock) -> Heard:
    """Send the request as any HTTP client would, and note when each read came."""
    reads: list[tuple[int, bytes]] = []
    async with aiohttp.ClientSession() as session:
        await session.get(f"{url}/_/health")  # connects, so that both times count from the request alone
        sent = clock.now()
        async with session.post(f"{url}/anthropic/v1/messages", json=_REQUEST) as response:
            response.raise_for_status()
            async for data in response.content.iter_any():
                reads.append(((clock.now() - sent) // 1000, data))  # noqa: PERF401 - the time is that of the read
    return heard(reads)


def heard(reads: Iterable[tuple[int, bytes]]) -> Heard:
    """Reads with their times (µs) -> the text pieces, each with the time of the read that completed its frame."""
    body = b""
    pieces: list[Piece] = []
    done = 0
    for at, data in reads:
        body += data
        while (end := body.find(b"\n\n", done)) >= 0:
            text = _text(body[done:end])
            pieces += [Piece(at, text)] if text else []
            done = end + 2
    return Heard(body, tuple(pieces))


def _text(frame: bytes) -> str:
    """The text that one frame of the simulated stream brings, or nothing."""
    data = frame.partition(b"data: ")[2]
    event = json.loads(data) if data else {}
    return str(event.get("delta", {}).get("text", ""))


def side_by_side(shown: Demonstration) -> Iterator[str]:
    """Both receptions in columns: when each piece came (ms), by how much the replay differed, and the text."""
    yield "  recorded    replayed  difference   text"
    for recorded, replayed in zip(shown.recorded.pieces, shown.replayed.pieces, strict=False):
        times = (
            f"{recorded.at / 1000:7.1f} ms  {replayed.at / 1000:7.1f} ms  {(replayed.at - recorded.at) / 1000:+7.1f} ms"
        )
        yield f"{times}   {json.dumps(replayed.text, ensure_ascii=False)}"
    size = len(shown.recorded.body)
    if shown.same:
        yield f"all {size} bytes of the replay equal the recorded ones"
    else:
        yield f"THE REPLAY DIFFERS: {size} bytes recorded, {len(shown.replayed.body)} replayed"
