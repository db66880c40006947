import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unfolding.pieces import cut, cut_again
from gateway.wire import Document
from gateway.wire.json_array import JsonArray
from gateway.wire.ndjson import Ndjson
from gateway.wire.sse import Sse


@pytest.mark.parametrize(
    ("decoder", "body", "pieces"),
    [
        (Sse, b"data: 1\n\n\ndata: 2\n\nda", [b"data: 1\n\n", b"\ndata: 2\n\n", b"da"]),
        (Sse, b"data: 1\r\n\r\ndata: 2\r\n\r\n", [b"data: 1\r\n\r\n", b"data: 2\r\n\r\n"]),
        (Ndjson, b"1\n2\n3", [b"1\n", b"2\n", b"3"]),
        (JsonArray, b"[1,\n2]", [b"[1", b",\n2", b"]"]),
        (Document, b"{}\n\n{}", [b"{}\n\n{}"]),
    ],
)
def test_a_frame_in_each_piece(decoder, body, pieces):  # type: ignore[no-untyped-def]
    assert cut(body, decoder()) == pieces


@given(st.sampled_from([Sse, Ndjson, JsonArray, Document]), st.text('a\r\n[{},:"d').map(str.encode))
def test_every_byte_is_in_one_piece(decoder, body):  # type: ignore[no-untyped-def]
    assert b"".join(cut(body, decoder())) == body


@given(st.lists(st.binary()))
def test_what_was_joined_is_cut_again(pieces: list[bytes]) -> None:
    assert cut_again(b"\n".join(pieces), pieces) == pieces
