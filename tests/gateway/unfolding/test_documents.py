import json

import pytest

from gateway.unfolding.documents import as_document
from tests.scaling import assert_linear


@pytest.mark.parametrize(
    "piece",
    [
        b'event: x\nid: 7\ndata: {"a": [1, "b"]}\n\n',
        b'data:{"a": [1,\r\ndata: "b"]}\r\n\r\n',
        b': data\nevent: {"no": 1}\ndata: {"a": [1, "b"]}',
        b'{"a": [1, "b"]}\n',
        b'\xef\xbb\xbf [ {"a": [1, "b"]}',
        b',\r\n{"a": [1, "b"]}]',
    ],
)
def test_the_json_stays_where_it_is(piece: bytes) -> None:
    text = as_document(piece)
    assert len(text) == len(piece)
    assert text.index(b'"a"') == piece.index(b'"a"')
    assert json.JSONDecoder().raw_decode(text.decode().lstrip())[0] == {"a": [1, "b"]}


@pytest.mark.parametrize("piece", [b"", b"data:", b"text", b"\n\n", b": comment\n\n"])
def test_what_is_no_json_is_no_error(piece: bytes) -> None:
    assert len(as_document(piece)) == len(piece)


@pytest.mark.parametrize("piece", [b" ", b"\n", b"\r", b"[", b",", b"data:", b"a", b"data: {"])
def test_the_time_is_linear(piece: bytes) -> None:
    assert_linear(lambda size: as_document(piece * size), 8000)
