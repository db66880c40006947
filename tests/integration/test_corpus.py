"""Any body, cut anywhere: recorded and replayed byte for byte, chunk for chunk.

The bodies are made here: any bytes at all, in the formats of the APIs. Where it lies beside this repository, there also
is a corpus of responses that real providers gave.
"""

import asyncio
import base64
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from recorder.interaction import COMPLETE
from tests.integration.gateways import Answered, Gateway, RawClient, gateway, post, recorded
from tests.integration.lockstep import Steps, chunks_of, cut, lockstep
from tests.integration.programs import ROOT
from tests.integration.upstreams import Visit, scripted

CORPUS = ROOT.parent / "shared" / "corpus"
AT_ONCE = 8

# Characters of every UTF-8 length, those that careless readers take for line ends, and one of several code points.
_WORDS = ["gull", "été", "世界", "👩‍💻", "a\u2028b", "\u0085", "\\u00e9", "\r", "x" * 3000, "data: [DONE]", "\x00"]


@dataclass(frozen=True)
class Sample:
    """One response: what an upstream sends, however it is cut."""

    name: str
    status: int
    content_type: str | None
    body: bytes
    chunked: bool

    @property
    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Status"]
        lines += [f"Content-Type: {self.content_type}"] if self.content_type else []
        lines += ["Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode()


def corpus() -> Iterator[Sample]:
    for path in sorted(CORPUS.rglob("*.json")):
        entry = json.loads(path.read_text())
        response = entry["response"]
        headers = {name.lower(): value for name, value in response["headers"]}
        yield Sample(
            entry["id"],
            response["status"],
            headers.get("content-type"),
            base64.b64decode(response["body_b64"]),
            entry["stream_kind"] != "none",
        )


def generated() -> Iterator[Sample]:
    random = Random(20)
    for number in range(12):
        for line_end in ("\n", "\r\n", "\r"):
            body = sse(random, line_end)
            yield Sample(f"sse{number}{line_end!r}", 200, "text/event-stream", body, True)
        lines = [json.dumps({"content": text(random)}, ensure_ascii=False) for _ in range(9)]
        yield Sample(f"ndjson{number}", 200, "application/x-ndjson", "\n".join(lines).encode(), True)
        array = ",\r\n".join(lines)
        yield Sample(f"array{number}", 200, "application/json", f"[{array}]".encode(), True)
        frames = b"".join(eventstream_message(random.randbytes(random.randrange(300))) for _ in range(7))
        yield Sample(f"frames{number}", 200, "application/vnd.amazon.eventstream", frames, True)
        yield Sample(f"noise{number}", 200, None, random.randbytes(random.choice([1, 2, 999, 200_000])), True)
        status = random.choice([201, 400, 404, 429, 500, 529])
        yield Sample(f"plain{number}", status, "application/json", json.dumps({"e": text(random)}).encode(), False)
    looks_like_http = b"\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nno!"
    yield Sample("http in the body", 200, "text/plain", looks_like_http, True)
    yield Sample("nothing", 200, "text/event-stream", b"", True)
    yield Sample("nothing, announced", 200, "application/json", b"", False)


def text(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=random.randrange(12)))


def sse(random: Random, line_end: str) -> bytes:
    events = (f"event: delta{line_end}data: {json.dumps(text(random), ensure_ascii=False)}" for _ in range(9))
    return ("\ufeff" * random.randrange(2) + f"{line_end * 2}".join(events) + line_end * random.randrange(3)).encode()


def eventstream_message(payload: bytes) -> bytes:
    """A message of application/vnd.amazon.eventstream: sizes, a checksum, the payload, a checksum."""
    prelude = struct.pack(">II", 16 + len(payload), 0)
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + payload
    return message + struct.pack(">I", zlib.crc32(message))


def request_for(number: int) -> bytes:
    return post(f"/own/v1/sample/{number}", b'{"number": %d}' % number)


async def ask_for_all(gate: Gateway, numbers: range, steps: dict[int, Steps]) -> dict[int, Answered]:
    """Ask for every sample, several at once, each on a connection of its own."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Answered:
        async with places, RawClient.to(gate.port) as client:
            return await lockstep(client, request_for(number), steps.get(number))

    return dict(zip(numbers, await asyncio.gather(*map(one, numbers)), strict=True))


def assert_same(sample: Sample, pieces: tuple[bytes, ...], answered: Answered) -> None:
    assert answered.ended == "clean", sample.name
    assert answered.status == sample.status, sample.name
    assert answered.header("content-type") == sample.content_type, sample.name
    assert answered.body == sample.body, sample.name
    if sample.chunked:
        assert tuple(chunks_of(answered)) == pieces, sample.name
    else:
        assert answered.header("content-length") == str(len(sample.body)), sample.name


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("source", [generated, corpus])
async def test_a_body_cut_anywhere_is_replayed_as_it_came(source, seed: int, cassettes: Path) -> None:
    samples = list(source())
    if not samples:
        pytest.skip("the corpus is not beside this repository")
    random = Random(seed)
    every = range(len(samples))
    steps = {n: Steps(cut(each.body, random), each.head, chunked=each.chunked) for n, each in enumerate(samples)}

    async def provider(visit: Visit) -> None:
        while True:
            asked = await visit.request()
            await steps[json.loads(asked.body)["number"]].play(visit)

    async with scripted(provider) as upstream:
        async with gateway(upstream.url, mode="all", cassettes=cassettes, idle_timeout=5) as gate:
            live = await ask_for_all(gate, every, steps)
        asked = len(upstream.requests)
        async with gateway(upstream.url, mode="replay", cassettes=cassettes) as gate:
            replayed = await ask_for_all(gate, every, {})
        assert len(upstream.requests) == asked == len(samples)

    on_file = {json.loads(interaction.request.body)["number"]: interaction for interaction in recorded(cassettes)}
    for number, sample in enumerate(samples):
        pieces = steps[number].pieces
        interaction = on_file[number]
        assert_same(sample, pieces, live[number])
        assert tuple(piece.data for piece in interaction.chunks) == pieces, sample.name
        assert interaction.response.status == sample.status
        assert interaction.end == COMPLETE
        assert_same(sample, pieces, replayed[number])
