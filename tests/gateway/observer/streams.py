"""Messages of streams, and boards that have been told some."""

import json

from gateway.observer import Board, BoardLimits
from gateway.tap.messages import Began, Ended, Failed, Head, Sent, Setup
from recorder.redaction import Redactor

__all__ = ["KEY", "SETUP", "began", "board", "failed", "tell", "text_frame"]

MS = 1_000_000
KEY = "sk-ant-api03-" + "aB3" * 20

SETUP = Setup("/tapes", "all", "0", servers=(("anthropic", "api.test", 443),))
SSE = (("content-type", "text/event-stream"),)


def began(number: int, *, mode: str = "all", exact: bool = True, body: bytes = b'{"model":"asked"}') -> Began:
    return Began(
        id=f"s-{number}",
        started=1000.0,
        at=0,
        upstream="anthropic",
        method="POST",
        target=f"/v1/messages?key={KEY}",
        headers=(("x-api-key", KEY), ("User-Agent", "test")),
        body=body,
        whole=True,
        cassette="tape",
        mode=mode,
        exact=exact,
    )


def text_frame(text: str) -> bytes:
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    return f"event: content_block_delta\ndata: {json.dumps(delta)}\n\n".encode()


START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"answering","role":"assistant",'
    b'"content":[],"usage":{"input_tokens":3,"output_tokens":1}}}\n\n'
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":""}}\n\n'
)
STOP = (
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},'
    b'"usage":{"output_tokens":5}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'
)


def board(**limits: int) -> Board:
    return Board(SETUP, Redactor(), BoardLimits(**limits))


def tell(
    told: Board,
    number: int,
    *texts: str,
    reused: bool | None = False,
    end: str | None = "complete",
    late: int = MS // 2,
    **fields,
) -> None:
    """A stream: sent at 10 ms, its head 100 ms later, a text every 50 ms from 200 ms on, its end 10 ms after that."""
    told.began(number, began(number, **fields))
    told.sent(number, Sent(10 * MS, reused, 2 * MS))
    told.head(number, Head(110 * MS, 200, SSE))
    told.chunk(number, 110 * MS, 110 * MS + late, START)
    at = 210 * MS
    for text in texts:
        told.chunk(number, at, at + late, text_frame(text))
        at += 50 * MS
    if end == "complete":
        told.chunk(number, at, at + late, STOP)
    if end is not None:
        told.ended(number, Ended(at + 10 * MS, end, ""))


def failed(told: Board, number: int, **fields) -> None:
    told.began(number, began(number, **fields))
    told.failed(number, Failed(30 * MS, 404, "gateway", "cassette_miss", "nothing matches"))
