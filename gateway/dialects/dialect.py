"""What the gateway knows of one provider API. One file per API makes one of these; `table` lists them.

Only what must be known to route a request, to forward its credentials and to answer in the API's own error shape. How
its stream is read comes with the decoders.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Dialect", "Outcome", "plain_error"]

Outcome = Literal["ok", "error event", "no terminal event", "not a stream"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider API.

    `error(status, kind, message)` is the JSON body of an error in the API's shape. `paths` are the path prefixes that
    only this API has (a final `*` stands for the rest of a segment). `credentials` are the request headers (lower case)
    that may carry its keys: those of other APIs are not forwarded to it. `foreign_keys` are key prefixes that belong to
    another provider, with that provider's name. `sdk_path` is what SDKs want after the gateway's URL and the name.
    `outcome(content_type, tail)` says how a complete response body ended, from its last bytes.
    """

    name: str
    error: Callable[[int, str, str], dict[str, object]]
    outcome: Callable[[str, bytes], Outcome]
    paths: tuple[str, ...] = ()
    credentials: frozenset[str] = frozenset({"authorization"})
    foreign_keys: tuple[tuple[str, str], ...] = ()
    sdk_path: str = ""


def plain_error(_status: int, kind: str, message: str) -> dict[str, object]:
    """An error for a client of whom we do not know which API it speaks: most SDKs find the message in this shape."""
    return {"type": "error", "error": {"type": kind, "message": message}}
