"""JSON values as the body of a stream, in each wire format, and as the interaction that they are of."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.gateway.eventstream import named

__all__ = ["conversation", "framed"]

MEDIA_TYPES = {
    "sse": "text/event-stream",
    "ndjson": "application/x-ndjson",
    "eventstream": "application/vnd.amazon.eventstream",
    "json": "application/json",
}


FRAMES: dict[str, Callable[[Any], bytes]] = {
    "sse": lambda value: f"data: {text(value)}\n\n".encode(),
    "ndjson": lambda value: f"{text(value)}\n".encode(),
    "eventstream": named,
    "json": lambda value: text(value).encode(),
}


def text(value: Any) -> str:
    """Its JSON; a text (`[DONE]`) as it is."""
    return value if isinstance(value, str) else json.dumps(value)


def framed(wire: str, values: Iterable[object]) -> list[bytes]:
    """Each value as one frame."""
    return [FRAMES[wire](value) for value in values]


def conversation(module, values: Iterable[object], end: End = COMPLETE) -> Interaction:
    """The values as the answer of the API that `module` (of tests/gateway/dialects/kinds) is about, a chunk each."""
    frames = framed(module.WIRE, values)
    chunks = tuple(Chunk(100_000 + 1_000 * number, frame) for number, frame in enumerate(frames))
    request = Request(module.API.partition(".")[0], "POST", module.PATH, (), b"{}")
    response = Response(200, (("content-type", MEDIA_TYPES[module.WIRE]),))
    return Interaction(request, response, 50_000, chunks, end, 100_000 + 1_000 * len(chunks))
