"""Interactions for the tests of cassette files."""

from hypothesis import strategies as st

from recorder.entry import sections_of
from recorder.format import HEADER_SIZE, PREFIX_SIZE, Header, decode_prefix, encode_header, encode_record, seed_for
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response

STREAM = Interaction(
    request=Request(
        upstream="anthropic",
        method="POST",
        target="/v1/messages?beta=true",
        headers=(("Content-Type", "application/json"), ("anthropic-version", "2023-06-01")),
        body=b'{"model":"m","stream":true}',
    ),
    response=Response(200, (("content-type", "text/event-stream"), ("X-Name", "caf\xe9"))),
    head_at=310_000,
    chunks=(
        Chunk(310_500, b"event: ping\ndata: {}\n\n"),
        Chunk(340_500, "data: 世".encode()[:-1]),
        Chunk(340_500, b"\x96\n\n"),
        Chunk(2_340_501, b""),
    ),
    end=COMPLETE,
    end_at=2_340_600,
    facts={"recorded_at": "2026-11-21T12:00:00.000+00:00", "redacted": 2, "client_left": True},
)
REFUSED = Interaction(  # answered before the upload was over, so before time 0; and without a body
    request=Request("openai", "PUT", "/v1/files", body=b"\x00" * 20),
    response=Response(429, (("retry-after", "2"), ("retry-after", "3"))),
    head_at=-15,
    chunks=(),
    end=COMPLETE,
    end_at=-15,
)
BROKEN = Interaction(
    request=Request("simulated", "GET", "/"),
    response=Response(200),
    head_at=5,
    chunks=(Chunk(10, b"half of it"),),
    end=End("upstream_error", "reset"),
    end_at=12,
    facts={"redacted": 0, "client_left": False},
)
THREE = (STREAM, REFUSED, BROKEN)
FINGERPRINTS = ("a1" * 32, "b2" * 32, "c3" * 32)


def cassette(*interactions: Interaction, seed: int | None = None) -> bytes:
    """The bytes of a cassette with these interactions."""
    sections = [sections_of(each, FINGERPRINTS[index % 3], 1) for index, each in enumerate(interactions)]
    seed = seed or seed_for(sections[0].meta, sections[0].data)
    records = [encode_record(meta, data, seed) for *_, meta, data in sections]
    return encode_header(Header(seed)) + b"".join(records)


def ends(raw: bytes) -> list[int]:
    """Where the header and each record of an intact cassette end."""
    seed = int.from_bytes(raw[16:20], "little")
    found = [HEADER_SIZE]
    while found[-1] < len(raw):
        prefix = decode_prefix(raw[found[-1] : found[-1] + PREFIX_SIZE], seed)
        assert prefix is not None
        found.append(found[-1] + prefix.record_size)
    return found


_times = st.integers(-(2**53) + 1, 2**53 - 1)
_visible = st.text(st.characters(min_codepoint=0x21, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=20)
_tokens = st.text("!#$%&'*+-.^_`|~019AZaz", min_size=1, max_size=12)
_values = st.text(st.sampled_from("\t ~az09\x80\xa0\xff\x85"), max_size=20)
_headers = st.lists(st.tuples(_tokens, _values), max_size=4).map(tuple)
_facts = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(-(2**63), 2**63 - 1) | st.booleans())

interactions = st.builds(
    Interaction,
    request=st.builds(Request, _visible, _tokens, _visible, _headers, st.binary(max_size=50)),
    response=st.builds(Response, st.integers(200, 599), _headers),
    head_at=_times,
    chunks=st.lists(st.builds(Chunk, _times, st.binary(max_size=20)), max_size=6).map(tuple),
    end=st.builds(
        End,
        st.sampled_from(["complete", "upstream_error", "client_closed", "gateway_closed"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    end_at=_times,
    facts=_facts,
)
