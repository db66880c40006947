"""Responses that real providers gave, where that corpus lies beside this repository; else none, and tests of it skip.

One JSON file each: the request, the response's head, its body. Chunk boundaries were not kept by those who recorded
them, so `interaction` cuts the body as it is told.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
REASON = "the corpus of provider responses is not beside this repository"


@dataclass(frozen=True)
class Sample:
    """`wire` is the format of the body (`openai.chat`), `stream_kind` its framing (`sse`, `ndjson`, ..., `none`)."""

    id: str
    provider: str
    wire: str
    stream_kind: str
    features: tuple[str, ...]
    request: Request
    response: Response
    body: bytes

    def interaction(self, sizes: Sequence[int] = (), end: End = COMPLETE) -> Interaction:
        """The body in chunks of these sizes (what is left over is the last one), 1 ms apart from 100 ms on."""
        chunks, start = [], 0
        for size in (*sizes, len(self.body)):
            if data := self.body[start : start + size]:
                chunks.append(Chunk(100_000 + 1000 * len(chunks), data))
            start += size
        end_at = 100_000 + 1000 * len(chunks)
        return Interaction(self.request, self.response, 50_000, tuple(chunks), end, end_at)


@cache
def samples() -> tuple[Sample, ...]:
    """All of them, in the order of their ids."""
    return tuple(_load())


def of_wire(*wires: str, streams: bool = True) -> list[Sample]:
    """The samples of these wires: the streams, or the errors and plain responses."""
    return [sample for sample in samples() if sample.wire in wires and (sample.stream_kind != "none") == streams]


def _load() -> Iterator[Sample]:
    for path in sorted(CORPUS.rglob("*.json")):
        entry = json.loads(path.read_text())
        url = urlsplit(entry["request"]["url"])
        target = url.path + (f"?{url.query}" if url.query else "")
        body = entry["request"]["body"]
        request = Request(
            entry["provider"],
            entry["request"]["method"],
            target,
            _pairs(entry["request"]["headers"]),
            body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode(),
        )
        # The corpus keeps bodies decoded; what coding they had is no longer true of them.
        headers = tuple(pair for pair in _pairs(entry["response"]["headers"]) if pair[0].lower() != "content-encoding")
        yield Sample(
            entry["id"],
            entry["provider"],
            entry["wire"],
            entry["stream_kind"],
            tuple(entry["features"]),
            request,
            Response(entry["response"]["status"], headers),
            base64.b64decode(entry["response"]["body_b64"]),
        )


def _pairs(headers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers)
