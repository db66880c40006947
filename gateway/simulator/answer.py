"""One request's answer, planned before a byte of it leaves: head, frames, when each leaves, how it ends. Pure."""

import json
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Literal

from gateway.simulator.api import Api, Frames, packed
from gateway.simulator.faults import Fault, shortened
from gateway.simulator.pace import offsets
from gateway.simulator.prompt import Json
from gateway.simulator.script import born, write
from gateway.simulator.simulation import Simulation
from recorder.interaction import Response

__all__ = ["Answer", "Asked", "Ending", "answer", "plain", "refusal", "understood"]

Ending = Literal["end", "close", "reset", "silence"]

_ENDINGS: dict[str, Ending] = {"cut": "reset", "stall": "silence"}
_MESSAGES = {
    400: "The request is not valid (simulated).",
    401: "The key is not valid (simulated).",
    404: "There is no such thing (simulated).",
    429: "This request would exceed the rate limit (simulated).",
    503: "The model is overloaded (simulated).",
    529: "Overloaded (simulated).",
}
# A client is asked to come back for these.
_PASSING = frozenset({429, 503, 529})


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves: the head with the first frame, each frame in one write at its offset (ns since the request).

    The first `opening` frames come before the first token.
    """

    head: Response
    frames: tuple[bytes, ...]
    offsets: tuple[int, ...]
    ending: Ending = "end"
    opening: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, understood: its body, whom it asks for what, under which options and with which fault.

    Requests with the same `fingerprint` have the same body, so that comparing need not look into it.
    """

    api: Api
    body: Json = field(compare=False)
    model: str
    simulation: Simulation
    fault: Fault | None
    fingerprint: str


def understood(raw: bytes, needs: tuple[str, ...]) -> Json:
    """The JSON body of a request. Raises ValueError that says what is wrong with it."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as wrong:
        raise ValueError(f"The request body is not valid JSON: {wrong}") from wrong
    if not isinstance(body, dict):
        raise ValueError(  # noqa: TRY004 - the caller answers 400 to it, as to the others
            f"The request body: expected a JSON object, got {type(body).__name__}"
        )
    for name in needs:
        if name not in body:
            raise ValueError(f"{name}: Field required")
    return body


def answer(asked: Asked) -> Answer:
    """The answer, or the fault that was asked for."""
    api, body, simulation, fault, fingerprint = asked.api, asked.body, asked.simulation, asked.fault, asked.fingerprint
    streamed = api.streams(body)
    if fault and (fault.kind == "error" or (fault.kind == "error-mid-stream" and not streamed)):
        return refusal(api, fault.status, simulation.seed, fingerprint, retry_ms=fault.retry_ms)
    script = write(api.read(body), asked.model, simulation, fingerprint)
    frames = api.stream(script, body) if streamed else Frames((packed(api.whole(script, body)),))
    left = shortened(frames.all, fault)
    if fault and fault.kind == "error-mid-stream":
        left += api.failure(script, body, len(left))
    # An answer in one piece leaves when its last token is there.
    times = offsets(simulation, fingerprint, len(left), frames.opening) if streamed else ()
    times = times or offsets(simulation, fingerprint, max(script.output_tokens, 1))[-1:]
    return Answer(
        head=_head(api, 200, simulation.seed, fingerprint, None if streamed else len(frames.all[0])),
        frames=left,
        offsets=tuple(times),
        ending=_ending(fault, streamed),
        opening=frames.opening,
    )


def _ending(fault: Fault | None, streamed: bool) -> Ending:
    """How the connection ends; a body with a length can end early only with its connection."""
    if fault is None or fault.kind == "error-mid-stream":
        return "end"
    if fault.kind in _ENDINGS:
        return _ENDINGS[fault.kind]
    return "end" if streamed else "close"


def plain(api: Api, value: Json, seed: int, fingerprint: str) -> Answer:
    """A JSON answer that leaves at once."""
    data = packed(value)
    return Answer(_head(api, 200, seed, fingerprint, len(data)), (data,), (0,))


def refusal(
    api: Api, status: int, seed: int, fingerprint: str, *, message: str = "", retry_ms: int | None = None
) -> Answer:
    """An error answer in the provider's shape, at once."""
    message = message or _MESSAGES.get(status, f"Status {status} (simulated).")
    data = packed(api.refusal(status, message, fingerprint))
    head = _head(api, status, seed, fingerprint, len(data))
    if retry_ms is not None and status in _PASSING:
        waiting = (("retry-after", str(-(-retry_ms // 1000))), ("retry-after-ms", str(retry_ms)))
        head = Response(status, (*head.headers, *waiting, ("x-should-retry", "true")))
    return Answer(head, (data,), (0,))


def _head(api: Api, status: int, seed: int, fingerprint: str, length: int | None) -> Response:
    """The response head; `length` is that of a JSON body, None for a stream."""
    created = born(seed)
    stream = (("content-type", api.media), ("cache-control", "no-cache"))
    whole = (("content-type", "application/json"), ("content-length", str(length)))
    date = ("date", formatdate(created, usegmt=True))
    head = api.head(fingerprint, created)
    return Response(status, (*(stream if length is None else whole), date, ("server", "tokentape-simulator"), *head))
