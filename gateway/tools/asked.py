"""A request from a file: as `cassette show --json` prints it, as HTTP, or as a bare body.

    {"upstream": ..., "method": ..., "target": ..., "headers": [...], "body": ...}      all but the body may be missing
    POST /v1/messages HTTP/1.1 ⏎ content-type: application/json ⏎ ⏎ {...}               the body is what follows
    {"model": ...}                                                                      anything else is a body

What a file does not say is what all interactions of the cassette have in common.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.exchange.cursor import Cursor
from gateway.exchange.interaction_json import bytes_from, headers_from
from recorder.interaction import Headers, Request

__all__ = ["Incomplete", "Partial", "completed", "overridden", "partial_from"]

_MEMBERS = ("upstream", "method", "target", "headers", "body")
# The two of which a bare body of some API would not have both.
_TELLING = {"method", "target"}
_HEAD = re.compile(rb"\A([A-Z]{3,10}) (/\S*)(?: HTTP/\d(?:\.\d)?)?\r?\n((?:[!-9;-~]+:[^\r\n]*\r?\n)*)(?:\r?\n|\Z)")


class Incomplete(ValueError):
    """The request cannot be completed; the message says what is missing and which flag gives it."""


@dataclass(frozen=True, slots=True)
class Partial:
    """As much of a request as is known; None where it is not."""

    upstream: str | None = None
    method: str | None = None
    target: str | None = None
    headers: Headers = ()
    body: bytes = b""


def partial_from(data: bytes, name: str) -> Partial:
    """What the file `name` says of a request. Raises Refused, which names the member that is not as it should be."""
    value = _members(data)
    if value is not None:
        return _from_json(Cursor(value, name))
    head = _HEAD.match(data)
    if head is None:
        return Partial(body=data)
    lines = head[3].decode("latin-1").splitlines()
    headers = tuple((key, text.strip()) for key, _, text in (line.partition(":") for line in lines))
    target = head[2].decode("latin-1")
    return Partial(None, head[1].decode(), target, headers, data[head.end() :])


def _members(data: bytes) -> dict[str, object] | None:
    """The object in `data`, if it is a request as `show --json` prints it."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(value.get("request"), dict) and "chunks" in value:
        value = value["request"]  # a whole interaction
    return value if isinstance(value, dict) and value.keys() >= _TELLING else None


def _from_json(value: Cursor) -> Partial:
    value.only(*_MEMBERS)
    return Partial(
        upstream=value["upstream"].text() if value["upstream"].here else None,
        method=value["method"].text(),
        target=value["target"].text(),
        headers=headers_from(value["headers"]) if value["headers"].here else (),
        body=bytes_from(value["body"]) if value["body"].here else b"",
    )


def completed(partial: Partial, stored: Sequence[Request]) -> Request:
    """The request, with what is missing as all of `stored` have it. Raises Incomplete if they differ, or are none."""

    def common(name: str, flag: str, values: set[str]) -> str:
        if len(values) == 1:
            return next(iter(values))
        there = f"the cassette has {', '.join(sorted(values)[:5])}" if values else "the cassette is empty"
        raise Incomplete(f"the request says no {name}; expected {flag}, since {there}")

    upstream = partial.upstream or common("upstream", "--upstream", {request.upstream for request in stored})
    there = [request for request in stored if request.upstream == upstream]
    target = partial.target or common("path", "--path", {request.target for request in there})
    there = [request for request in there if request.target == target]
    method = partial.method or common("method", "--method", {request.method for request in there} or {"POST"})
    return Request(upstream, method, target, partial.headers, partial.body)


def overridden(partial: Partial, upstream: str | None, method: str | None, target: str | None) -> Partial:
    """`partial` with what flags say in its place."""
    return replace(
        partial,
        upstream=upstream or partial.upstream,
        method=method or partial.method,
        target=target or partial.target,
    )
