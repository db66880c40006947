"""HAR, read: our own loses nothing; of those of browsers and proxies an entry becomes an answer in one chunk.

    entry ── ours (has _tokentape)? ──yes──> as it was exported
                 └─no──> URL of an upstream? body there? ──yes──> one chunk, at the time of the end; a fact says so
                                                   └─no──> left out, with the reason

Bodies in foreign files are decoded while their headers are not: `gateway/exchange/foreign.py`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, pairwise
from urllib.parse import urlencode

from gateway.exchange.brought import Brought
from gateway.exchange.cursor import Cursor
from gateway.exchange.foreign import answer_headers, asked_headers
from gateway.exchange.interaction_json import end_from, facts_from
from gateway.exchange.json_text import parsed
from gateway.exchange.places import Places
from gateway.exchange.storable import storable
from recorder.interaction import COMPLETE, Chunk, End, Fact, Headers, Interaction, Request, Response

__all__ = ["from_har"]

# Free text of a foreign file goes into no fact: facts are not searched for secrets.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]{5,24}(Z|[+-]\d\d:?\d\d)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z .]{0,40}")
_ERROR = re.compile(r"net::[A-Z_]{1,60}")

_FORM = "application/x-www-form-urlencoded"


def from_har(text: str, places: Places) -> Brought:
    """The interactions of a HAR file, in the order in which they began. Raises Refused, which names the entry."""
    log = parsed(text, "HAR")["log"]
    entries = list(log["entries"])
    source = _source(log)
    if not all(_is_ours(entry) for entry in entries):
        entries = _in_order(entries)
    return Brought.of(_own(entry) if _is_ours(entry) else _foreign(entry, places, source) for entry in entries)


def _is_ours(entry: Cursor) -> bool:
    return entry["_tokentape"].here


def _source(log: Cursor) -> str:
    creator = log["creator"]
    name = creator["name"] if creator.here else creator
    return f"HAR of {name.text()}" if name.here and _NAME.fullmatch(name.text()) else "HAR"


def _in_order(entries: list[Cursor]) -> list[Cursor]:
    """Sorted by their start, as the specification tells readers to; as they are where that cannot be."""
    try:
        return sorted(entries, key=lambda entry: datetime.fromisoformat(entry["startedDateTime"].text()))
    except (ValueError, TypeError):  # no such time, or some with a zone and some without
        return entries


# An entry of ours


def _own(entry: Cursor) -> Interaction:
    ours, request, response = entry["_tokentape"], entry["request"], entry["response"]
    end, end_at = end_from(ours["end"])
    content = response["content"]
    body = content["_sent"].decoded() if content["_sent"].here else _content(content)
    interaction = Interaction(
        request=Request(
            ours["upstream"].text(),
            request["method"].text(),
            ours["target"].text(),
            _exact_headers(request["headers"]),
            _posted(request["postData"]),
        ),
        response=Response(response["status"].whole(), _exact_headers(response["headers"])),
        head_at=ours["head_at"].whole(),
        chunks=tuple(_chunks(entry["_chunks"], body)),
        end=end,
        end_at=end_at,
        facts=facts_from(ours["facts"]),
    )
    return storable(interaction, entry)


def _chunks(chunks: Cursor, body: bytes) -> Iterator[Chunk]:
    listed = [(chunk["at"].whole(), chunk["size"].whole()) for chunk in chunks]
    bounds = list(accumulate((size for _, size in listed), initial=0))
    if any(size < 0 for _, size in listed) or bounds[-1] != len(body):
        raise chunks.refused(f"chunks of {len(body)} bytes together, as the body has")
    for (at, _), (start, stop) in zip(listed, pairwise(bounds), strict=True):
        yield Chunk(at, body[start:stop])


def _exact_headers(headers: Cursor) -> Headers:
    return tuple((header["name"].text(), header["value"].text()) for header in headers)


# An entry of another program


def _foreign(entry: Cursor, places: Places, source: str) -> Interaction | str:
    request, response = entry["request"], entry["response"]
    url = request["url"].text()
    place = places.find(url)
    if place is None:
        return places.unknown(url)
    status = response["status"].whole()
    if not 200 <= status <= 599:
        return "no answer came" if status == 0 else f"status {status} is none of an answer that can be replayed"
    if _is_missing(request["postData"], request["bodySize"]):
        return "the body of the request is not in the file"
    if _is_missing(response["content"]["text"], response["content"]["size"], response["bodySize"]):
        return "the body of the answer is not in the file"
    return storable(_interaction(entry, *place, source), entry)


def _is_missing(body: Cursor, *sizes: Cursor) -> bool:
    return not body.here and any(size.here and size.number() > 0 for size in sizes)


def _interaction(entry: Cursor, upstream: str, target: str, source: str) -> Interaction:
    request, response = entry["request"], entry["response"]
    body = _content(response["content"])
    wait, receive = (_micros(entry["timings"][name]) for name in ("wait", "receive"))
    error = response["_error"]  # Chrome's: why the body stopped
    return Interaction(
        request=Request(
            upstream, request["method"].text(), target, asked_headers(_pairs(request)), _posted(request["postData"])
        ),
        response=Response(response["status"].whole(), answer_headers(_pairs(response), body, coded=False)),
        head_at=wait,
        chunks=(Chunk(wait + receive, body),) if body else (),
        end=_stopped(error.text()) if error.here else COMPLETE,
        end_at=wait + receive,
        facts=_facts(entry, source),
    )


def _stopped(error: str) -> End:
    return End("upstream_error", error if _ERROR.fullmatch(error) else "")


def _facts(entry: Cursor, source: str) -> dict[str, Fact]:
    started = entry["startedDateTime"]
    known = started.here and _TIME.fullmatch(started.text())
    recorded: dict[str, Fact] = {"recorded_at": started.text()} if known else {}
    return {**recorded, "imported_from": source, "times": "head and end only: the file has no chunks"}


def _pairs(message: Cursor) -> Iterator[tuple[str, str]]:
    return ((header["name"].text(), header["value"].text()) for header in message["headers"])


def _micros(millis: Cursor) -> int:
    """A timing in ms; what does not apply is -1 or absent."""
    return max(0, round(millis.number() * 1000)) if millis.here else 0


# Bodies, of either


def _posted(data: Cursor) -> bytes:
    """The request's body, of which HAR knows only text and forms."""
    if not data.here:
        return b""
    if data["_base64"].here:
        return data["_base64"].decoded()
    if data["text"].here:
        return _encoded(data["text"])
    if data["mimeType"].here and data["mimeType"].text().startswith(_FORM):
        return urlencode([(each["name"].text(), each["value"].text()) for each in data["params"]]).encode()
    raise data.refused("a body as text")


def _content(content: Cursor) -> bytes:
    text = content["text"]
    if not text.here:
        return b""
    is_base64 = content["encoding"].here and content["encoding"].text().lower() == "base64"
    return text.decoded() if is_base64 else _encoded(text)


def _encoded(text: Cursor) -> bytes:
    return text.encoded("surrogateescape")  # mitmproxy's way to write bytes that are no text
