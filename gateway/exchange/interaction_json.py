"""One interaction as a JSON value, and back: what `show --json` prints and what a line of an export holds.

Nothing is lost: bytes are text where they are UTF-8, else `{"base64": ...}`; times are µs since the request was sent.
"""

import base64
from collections.abc import Iterable
from typing import get_args

from gateway.exchange.cursor import Cursor
from gateway.exchange.words import text_of
from recorder.interaction import Chunk, End, EndKind, Fact, Headers, Interaction, Request, Response

__all__ = ["bytes_from", "bytes_json", "end_from", "facts_from", "headers_from", "interaction_from", "interaction_json"]

_MEMBERS = ("request", "response", "head_at", "chunks", "end", "facts")
# What `show --json` adds for people; it follows from the rest.
_DERIVED = ("index", "outcome")

_END_KINDS: dict[str, EndKind] = {kind: kind for kind in get_args(EndKind)}


def interaction_json(interaction: Interaction) -> dict[str, object]:
    """Everything that is stored of an interaction, as a JSON object."""
    request, response = interaction.request, interaction.response
    return {
        "request": {
            "upstream": request.upstream,
            "method": request.method,
            "target": request.target,
            "headers": _pairs(request.headers),
            "body": bytes_json(request.body),
        },
        "response": {"status": response.status, "headers": _pairs(response.headers)},
        "head_at": interaction.head_at,
        "chunks": [{"at": chunk.at, "data": bytes_json(chunk.data)} for chunk in interaction.chunks],
        "end": {"kind": interaction.end.kind, "reason": interaction.end.reason, "at": interaction.end_at},
        "facts": dict(sorted(interaction.facts.items())),
    }


def interaction_from(value: Cursor) -> Interaction:
    """The interaction that `interaction_json` has written. Raises Refused, which names the member."""
    value.only(*_MEMBERS, *_DERIVED)
    request, response = value["request"], value["response"]
    request.only("upstream", "method", "target", "headers", "body")
    response.only("status", "headers")
    end, end_at = end_from(value["end"])
    return Interaction(
        request=Request(
            upstream=request["upstream"].text(),
            method=request["method"].text(),
            target=request["target"].text(),
            headers=headers_from(request["headers"]),
            body=bytes_from(request["body"]),
        ),
        response=Response(response["status"].whole(), headers_from(response["headers"])),
        head_at=value["head_at"].whole(),
        chunks=tuple(map(_chunk, value["chunks"])),
        end=end,
        end_at=end_at,
        facts=facts_from(value["facts"]),
    )


def bytes_json(data: bytes) -> str | dict[str, str]:
    """Text where the bytes are UTF-8, else `{"base64": ...}`."""
    text = text_of(data)
    return {"base64": base64.b64encode(data).decode()} if text is None else text


def bytes_from(value: Cursor) -> bytes:
    """The bytes that `bytes_json` has written. Raises Refused."""
    if isinstance(value.value, dict):
        value.only("base64")
        return value["base64"].decoded()
    return value.encoded()


def _pairs(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def headers_from(value: Cursor) -> Headers:
    """Headers, from a list of names and values. Raises Refused."""
    return tuple(map(_pair, value))


def _pair(value: Cursor) -> tuple[str, str]:
    parts = list(value)
    if len(parts) != 2:
        raise value.refused("a list of name and value")
    return parts[0].text(), parts[1].text()


def _chunk(value: Cursor) -> Chunk:
    value.only("at", "data")
    return Chunk(value["at"].whole(), bytes_from(value["data"]))


def end_from(value: Cursor) -> tuple[End, int]:
    """How and when a reply ended, from `{"kind", "reason", "at"}`. Raises Refused."""
    value.only("kind", "reason", "at")
    kind = _END_KINDS.get(value["kind"].text())
    if kind is None:
        raise value["kind"].refused(f"one of {', '.join(_END_KINDS)}")
    return End(kind, value["reason"].text()), value["at"].whole()


def facts_from(value: Cursor) -> dict[str, Fact]:
    """Facts, from an object of texts, whole numbers and truths. Raises Refused."""
    return {name: _fact(value[name]) for name in value.names()}


def _fact(value: Cursor) -> Fact:
    if not isinstance(value.value, str | int):
        raise value.refused("text, a whole number, true or false")
    return value.value
