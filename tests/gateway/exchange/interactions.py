"""Interactions for the tests of exchange: what is stored in earnest, and anything that may be stored."""

from pathlib import Path

from hypothesis import strategies as st

from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.store import Store

ROOT = Path(__file__).parents[3]

STREAM = Interaction(
    request=Request(
        "anthropic", "POST", "/v1/messages?beta=true", (("content-type", "application/json"),), b'{"stream": true}'
    ),
    response=Response(200, (("content-type", "text/event-stream"), ("request-id", "req_1"))),
    head_at=302_000,
    chunks=(
        Chunk(302_400, b'event: ping\ndata: {"a": "\xe4\xb8'),
        Chunk(1_350_000, b'\x96"}\n\n'),
        Chunk(1_350_000, b"\xff"),
    ),
    end=COMPLETE,
    end_at=1_350_100,
    facts={"recorded_at": "2026-11-21T10:00:00.000+00:00", "redacted": 2, "client_left": True},
)
BROKEN = Interaction(
    Request("own", "GET", "/x?a=%20&b", (), b"\x00\xff"), Response(500), -15, (), End("upstream_error", "reset"), -1
)

_times = st.integers(-(2**53) + 1, 2**53 - 1)
_names = st.text("abcXYZ-", min_size=1, max_size=12)
_values = st.text(
    st.characters(
        min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f" + bytes(range(0x80, 0xA0)).decode("latin-1")
    )
)
_headers = st.lists(st.tuples(_names, _values), max_size=3).map(tuple)
_visible = st.text(
    st.characters(min_codepoint=0x21, exclude_categories=("Cs",), exclude_characters="\x7f"), max_size=12
)
_facts = st.dictionaries(
    st.text(max_size=8), st.text(max_size=8) | st.booleans() | st.integers(-(2**63), 2**64 - 1), max_size=3
)

ANY = st.builds(
    Interaction,
    request=st.builds(Request, _visible, st.sampled_from(["GET", "POST"]), _visible, _headers, st.binary(max_size=20)),
    response=st.builds(Response, st.integers(200, 599), _headers),
    head_at=_times,
    chunks=st.lists(st.builds(Chunk, _times, st.binary(max_size=9) | st.text(max_size=9).map(str.encode))).map(tuple),
    end=st.just(COMPLETE) | st.builds(End, st.just("upstream_error"), st.text(max_size=9)),
    end_at=_times,
    facts=_facts,
)
"""Whatever a cassette may hold."""


def on_file(path):
    """What is on a cassette."""
    store = Store(path)
    return [store.load(entry) for entry in store.read()]


CASSETTES = sorted((ROOT / "cassettes").glob("*.cassette"))
