"""Cassettes for the page: written as the recorder writes them."""

from pathlib import Path

from recorder.cassette import Cassette
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.store import Store, cassette_path
from tests.browser.puppet import DONE, LAST, NAME, PATH, delta, frame, request_body

__all__ = ["put", "said"]

_JSON = (("content-type", "application/json"),)
_SSE = Response(200, (("content-type", "text/event-stream"),))


def put(folder: Path, name: str, *interactions: Interaction) -> Path:
    """Record these to the cassette `name`; its file."""
    store = Store(cassette_path(folder, name))
    cassette = Cassette(name, store)
    for each in interactions:
        cassette.record(each)
    store.close()
    return store.path


def said(model: str, *pieces: tuple[int, str]) -> Interaction:
    """The puppet's answer with these pieces of text: each with its time (ms), its text."""
    chunks = [Chunk(at * 1000, frame(model, delta(content=text))) for at, text in pieces]
    end = max((chunk.at for chunk in chunks), default=0) + 50_000
    return Interaction(
        request=Request(NAME, "POST", PATH, _JSON, request_body(model)),
        response=_SSE,
        head_at=50_000,
        chunks=(*chunks, Chunk(end, frame(model, LAST) + DONE)),
        end=COMPLETE,
        end_at=end,
        facts={"recorded_at": "2026-11-21T12:00:00.000+00:00", "mode": "once"},
    )
