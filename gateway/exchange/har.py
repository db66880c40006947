"""HAR 1.2, written: http://www.softwareishard.com/blog/har-12-spec/. Every viewer reads it, and nothing is lost.

What HAR has no place for stands in fields that begin with `_`, which the specification allows: `_chunks` has the time
and size of each chunk, `_tokentape` the rest. Texts of bodies are decoded, as viewers expect; where a body came
compressed, its bytes as sent are in `_sent`.
"""

import base64
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from gateway.exchange.json_text import json_text
from gateway.exchange.places import Places
from gateway.exchange.words import phrase_of, text_of
from recorder import __version__
from recorder.content_coding import decoded
from recorder.errors import Unredactable
from recorder.interaction import Headers, Interaction, Request

__all__ = ["har"]

_STARTED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_UNKNOWN_START = "1970-01-01T00:00:00.000Z"


def har(interactions: Iterable[Interaction], places: Places) -> str:
    """A HAR file with one entry for each interaction. `places` gives the URLs."""
    log = {
        "version": "1.2",
        "creator": {"name": "tokentape", "version": __version__},
        "entries": [_entry(interaction, places) for interaction in interactions],
    }
    return json_text({"log": log}, indent=1) + "\n"


def _entry(interaction: Interaction, places: Places) -> dict[str, object]:
    wait, receive = _millis(interaction.head_at), _millis(interaction.end_at - interaction.head_at)
    end = interaction.end
    return {
        "startedDateTime": _started(interaction),
        "time": wait + receive,
        "request": _request(interaction.request, places),
        "response": _response(interaction),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": receive},
        "_chunks": [{"at": chunk.at, "size": len(chunk.data)} for chunk in interaction.chunks],
        "_tokentape": {
            "upstream": interaction.request.upstream,
            "target": interaction.request.target,
            "head_at": interaction.head_at,
            "end": {"kind": end.kind, "reason": end.reason, "at": interaction.end_at},
            "facts": dict(sorted(interaction.facts.items())),
        },
    }


def _millis(micros: int) -> float:
    """HAR's times are milliseconds, and never negative."""
    return max(0, micros) / 1000


def _started(interaction: Interaction) -> str:
    recorded = interaction.facts.get("recorded_at")
    return recorded if isinstance(recorded, str) and _STARTED.fullmatch(recorded) else _UNKNOWN_START


def _request(request: Request, places: Places) -> dict[str, object]:
    return {
        "method": request.method,
        "url": places.url(request.upstream, request.target),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": _query(request.query),
        **(
            {"postData": {"mimeType": request.header("content-type") or "", **_post_text(request.body)}}
            if request.body
            else {}
        ),
        "headersSize": -1,
        "bodySize": len(request.body),
    }


def _query(query: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)]


def _post_text(body: bytes) -> dict[str, str]:
    """HAR has no encoding for what was sent; bytes that are no text go beside it."""
    text = text_of(body)
    return {"text": text} if text is not None else {"text": "", "_base64": _base64(body)}


def _response(interaction: Interaction) -> dict[str, object]:
    response, body = interaction.response, interaction.body
    plain = _decoded(body, response.headers)
    content = body if plain is None else plain
    text = text_of(content)
    return {
        "status": response.status,
        "statusText": phrase_of(response.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(response.headers),
        "content": {
            "size": len(content),
            "compression": len(content) - len(body),
            "mimeType": response.header("content-type") or "",
            **({"text": text} if text is not None else {"text": _base64(content), "encoding": "base64"}),
            **({"_sent": _base64(body)} if plain is not None else {}),
        },
        "redirectURL": response.header("location") or "",
        "headersSize": -1,
        "bodySize": len(body),
    }


def _decoded(body: bytes, headers: Headers) -> bytes | None:
    """The body without its compression; None if it has none, or one that cannot be read here."""
    try:
        found = decoded(body, headers)
    except Unredactable:
        return None
    return found.data if found is not None and found.sound else None


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
