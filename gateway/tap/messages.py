"""What the relay tells the observer: plain tuples, packed in batches.

    (number, at, out, data)      one read of stream `number`: read at, written to the client at (ns), its bytes
    (number, kind, fields)       anything else; `fields` are those of the class in `KINDS`
    (0, "health", (text,))       what `/_/health` says, as JSON; 0 is no stream

    batch: length (4 bytes) | marshal of (packed at (ns), messages)

marshal packs a chunk in half a microsecond. It is no format to store or to take from strangers, and need not be:
both ends are the same Python, and one has started the other. Times are of the one monotonic clock that both have.
"""

import marshal
from struct import Struct
from typing import Any, NamedTuple

__all__ = [
    "KINDS",
    "PREFIX",
    "Began",
    "Ended",
    "Failed",
    "Head",
    "Health",
    "Lost",
    "Message",
    "Sent",
    "Setup",
    "packed",
    "unpacked",
]

PREFIX = Struct("<I")
"""The length of a batch, before it."""

# The later ones look for each object among those that were packed before, which takes longer than packing it.
_VERSION = 2

Message = tuple[Any, ...]


class Setup(NamedTuple):
    """What the observer must know before the first stream: the rules by which secrets are found, where things are.

    `servers` are host and port of each upstream by name; `cassettes` is the folder.
    `otel`: numbers and spans are sent by OpenTelemetry.
    """

    cassettes: str
    mode: str
    version: str
    redact: tuple[str, ...] = ()
    redact_paths: tuple[str, ...] = ()
    servers: tuple[tuple[str, str, int], ...] = ()
    otel: bool = False


class Began(NamedTuple):
    """A request is about to be answered. `whole`: `body` is all of it. `cassette` is None where none is used.

    `exact`: a replay of it is meant to keep the recorded times.
    """

    id: str
    started: float
    at: int
    upstream: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool
    cassette: str | None
    mode: str
    exact: bool


class Sent(NamedTuple):
    """The request had been sent at `at`. `reused` is None for a replay; `overhead` is the gateway's own time (ns)."""

    at: int
    reused: bool | None
    overhead: int | None


class Head(NamedTuple):
    """The response head, as it came."""

    at: int
    status: int
    headers: tuple[tuple[str, str], ...]


class Ended(NamedTuple):
    """The reply has ended, or its client has left it."""

    at: int
    kind: str
    reason: str


class Failed(NamedTuple):
    """There was no reply: what the gateway answered in its place."""

    at: int
    status: int
    source: str
    kind: str
    message: str


class Lost(NamedTuple):
    """So many messages could not be told; these streams are not whole."""

    messages: int
    numbers: tuple[int, ...]


class Health(NamedTuple):
    """What the gateway says of itself, as JSON."""

    text: str


KINDS: dict[str, type[Any]] = {
    "setup": Setup,
    "began": Began,
    "sent": Sent,
    "head": Head,
    "ended": Ended,
    "failed": Failed,
    "lost": Lost,
    "health": Health,
}
"""What the fields of a message are, by its kind."""


def packed(at: int, messages: list[Message]) -> bytes:
    """One batch, ready to be written. Raises ValueError if there is something in it that is no plain value."""
    data = marshal.dumps((at, messages), _VERSION)
    return PREFIX.pack(len(data)) + data


def unpacked(data: bytes) -> tuple[int, list[Message]]:
    """When a batch was packed, and its messages. `data` comes from the process that has started this one."""
    at, messages = marshal.loads(data)  # noqa: S302 - from nobody else
    return at, messages
