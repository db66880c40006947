"""The values: one request and all of its reply, as bytes and times.

Frozen, and free of meaning: nothing here knows a provider. Header names and values are `str` decoded as Latin-1, which
loses nothing; their order and spelling are kept. Chunk times are integer microseconds since the request had been sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

__all__ = [
    "COMPLETE",
    "Chunk",
    "End",
    "EndKind",
    "Fact",
    "Headers",
    "Interaction",
    "Request",
    "Response",
    "header",
]

Headers = tuple[tuple[str, str], ...]

EndKind = Literal["complete", "upstream_error", "client_closed", "gateway_closed"]

Fact = str | int | bool


def header(headers: Headers, name: str) -> str | None:
    """The first value under `name` (lower case), or None."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked of one upstream. `target` is path and query exactly as they go up, never re-encoded."""

    upstream: str
    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value under `name` (lower case), or None."""
        return header(self.headers, name)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the first `?`, or an empty string."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """The response head."""

    status: int
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """The first value under `name` (lower case), or None."""
        return header(self.headers, name)


class Chunk(NamedTuple):
    """The body bytes of one read from the upstream, and when it came (µs since the request was sent)."""

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class End:
    """How a reply ended. Only `complete` means that the body is whole; `reason` says which error it was."""

    kind: EndKind
    reason: str = ""


COMPLETE = End("complete")


@dataclass(frozen=True, slots=True)
class Interaction:
    """One request and all of its reply. `head_at` and `end_at` are µs since the request was sent.

    `facts` are for people (when recorded, by which version, what was redacted) and never decide what is replayed.
    """

    request: Request
    response: Response
    head_at: int
    chunks: tuple[Chunk, ...]
    end: End
    end_at: int
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The response body, joined."""
        return b"".join([chunk.data for chunk in self.chunks])
