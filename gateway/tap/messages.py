"""What the relay tells the observer: records, one after another, in batches.

    read of a stream    number, read at, written to the client at (ns), size | its bytes
    anything else       0, 0, 0, size | marshal of (number, kind, fields): `fields` are those of the class in `KINDS`

    batch               size of what follows | packed at (ns) | records

A read is packed at once: no object is left of it that would have to be kept, fetched again from memory when all are
packed, and looked at by the garbage collector meanwhile.
marshal is no format to store or to take from strangers, and need not be: both ends are the same Python, and one has
started the other. Times are of the one monotonic clock that both have. Number 0 is no stream.
"""

import marshal
from struct import Struct
from typing import Any, NamedTuple

__all__ = [
    "KINDS",
    "PREFIX",
    "READ",
    "Began",
    "Ended",
    "Failed",
    "Head",
    "Health",
    "Lost",
    "Message",
    "Sent",
    "Setup",
    "messages_of",
    "packed",
    "record",
    "unpacked",
]

PREFIX = Struct("<I")
"""The length of a batch, before it."""

READ = Struct("<Iqqi")
"""What stands before the bytes of each record."""

_PACKED_AT = Struct("<q")

# marshal's later versions look for each object among those that were packed before.
_VERSION = 2

Message = tuple[Any, ...]
"""(number, read at, written at, bytes) or (number, kind, fields)."""


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
    """So many streams were not told at all; these will not be told to their end."""

    streams: int
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


def record(message: Message) -> bytes:
    """A message that is no read. Raises ValueError if there is something in it that is no plain value."""
    data = marshal.dumps(message, _VERSION)
    return READ.pack(0, 0, 0, len(data)) + data


def packed(at: int, records: bytes | bytearray) -> bytes:
    """One batch, ready to be written."""
    return b"".join((PREFIX.pack(_PACKED_AT.size + len(records)), _PACKED_AT.pack(at), records))


def unpacked(data: bytes) -> tuple[int, list[Message]]:
    """When a batch was packed, and its messages. `data` comes from the process that has started this one."""
    (at,) = _PACKED_AT.unpack_from(data)
    return at, messages_of(data, _PACKED_AT.size)


def messages_of(records: bytes | bytearray, start: int = 0) -> list[Message]:
    """The messages in these records, from `start` on."""
    messages: list[Message] = []
    while start < len(records):
        number, at, out, size = READ.unpack_from(records, start)
        data = records[start + READ.size : start + READ.size + size]
        messages.append((number, at, out, data) if number else marshal.loads(data))  # noqa: S302 - from nobody else
        start += READ.size + size
    return messages
