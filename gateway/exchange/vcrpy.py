"""Cassettes of vcrpy and pytest-recording, as the values that their YAML (or JSON) holds.

    {version: 1, interactions: [{request: {method, uri, headers, body}, response: {status, headers, body: {string}}}]}

Read: as vcrpy 1 to 9 write them, with httpx's form of before vcrpy 6 and with the `parsed_body` of serializers that
projects have written for themselves. Such a file has no times and no chunks: each answer becomes one chunk, and a fact
says so. Written: to be given complete answers only, since vcrpy would serve any other as if it were whole.
"""

import json
from collections.abc import Iterable, Iterator

from gateway.exchange.brought import Brought
from gateway.exchange.cursor import Cursor
from gateway.exchange.foreign import answer_headers, asked_headers, is_coded
from gateway.exchange.places import Places
from gateway.exchange.storable import storable
from gateway.exchange.words import phrase_of, text_of
from recorder.interaction import COMPLETE, Chunk, Headers, Interaction, Request, Response

__all__ = ["from_vcrpy", "vcrpy_values"]

_VERSION = 1


def vcrpy_values(interactions: Iterable[Interaction], places: Places) -> dict[str, object]:
    """What vcrpy's file holds. Times and chunks have no place in it."""
    return {"interactions": [_values(each, places) for each in interactions], "version": _VERSION}


def _values(interaction: Interaction, places: Places) -> dict[str, object]:
    request, response = interaction.request, interaction.response
    return {
        "request": {
            "method": request.method,
            "uri": places.url(request.upstream, request.target),
            "headers": _by_name(request.headers),
            "body": _text_or_bytes(request.body),
        },
        "response": {
            "status": {"code": response.status, "message": phrase_of(response.status)},
            "headers": _by_name(response.headers),
            "body": {"string": _text_or_bytes(interaction.body)},
        },
    }


def _by_name(headers: Headers) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, value in headers:
        names.setdefault(name, []).append(value)
    return names


def _text_or_bytes(data: bytes) -> str | bytes:
    text = text_of(data)
    return data if text is None else text


def from_vcrpy(file: Cursor, places: Places) -> Brought:
    """The interactions of a file, in its order. Raises Refused, which names the place."""
    return Brought.of(_interaction(each, places) for each in file["interactions"])


def _interaction(item: Cursor, places: Places) -> Interaction | str:
    request, response = item["request"], item["response"]
    url = request["uri"].text()
    place = places.find(url)
    if place is None:
        return places.unknown(url)
    old = response["status_code"].here
    status = response["status_code"] if old else response["status"]["code"]
    if not 200 <= status.whole() <= 599:
        return f"status {status.whole()} is none of an answer that can be replayed"
    body = _body(response["content"]) if old else _answer(response)
    interaction = Interaction(
        request=Request(
            *_asked(request, place), headers=asked_headers(_pairs(request["headers"])), body=_sent(request)
        ),
        response=Response(status.whole(), answer_headers(_pairs(response["headers"]), body, coded=is_coded(body))),
        head_at=0,
        chunks=(Chunk(0, body),) if body else (),
        end=COMPLETE,
        end_at=0,
        facts={"imported_from": "vcrpy", "times": "none: the file has neither times nor chunks"},
    )
    return storable(interaction, item)


def _asked(request: Cursor, place: tuple[str, str]) -> tuple[str, str, str]:
    upstream, target = place
    return upstream, request["method"].text(), target


def _sent(request: Cursor) -> bytes:
    return _parsed(request) if request["parsed_body"].here else _body(request["body"])


def _answer(response: Cursor) -> bytes:
    if response["parsed_body"].here:
        return _parsed(response)
    body = response["body"]
    return _body(body["string"]) if isinstance(body.value, dict) else _body(body)


def _parsed(message: Cursor) -> bytes:
    """A body that was stored as its JSON value: the bytes that such a serializer gives back."""
    try:
        return json.dumps(message["parsed_body"].value).encode()
    except (TypeError, ValueError, RecursionError):
        raise message["parsed_body"].refused("what JSON can hold") from None


def _body(value: Cursor) -> bytes:
    """Text, bytes, pieces of them (an iterator's), or nothing."""
    if not value.here:
        return b""
    if isinstance(value.value, bytes):
        return value.value
    if isinstance(value.value, list | tuple):
        return b"".join(map(_body, value))
    return value.encoded()


def _pairs(headers: Cursor) -> Iterator[tuple[str, str]]:
    """Names with a value or a list of values."""
    for name in headers.names():
        values = headers[name]
        for value in values if isinstance(values.value, list | tuple) else [values]:
            yield name, _value(value)


def _value(value: Cursor) -> str:
    """A header's value: text; a number, where somebody has edited the file; bytes, from old versions of Python."""
    if isinstance(value.value, bytes):
        return value.value.decode("latin-1")
    return str(value.whole()) if isinstance(value.value, int) else value.text()
