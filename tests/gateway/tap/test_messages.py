"""Batches: what is packed is what is read, and nothing but plain values is packed."""

import pytest

from gateway.tap.messages import KINDS, PREFIX, READ, Began, Ended, packed, record, unpacked

BEGAN = Began("s-1", 1.5, 7, "own", "POST", "/v1", (("a", "b"),), b"{}", True, None, "live", True)


def test_a_batch_comes_back_as_it_was():
    messages = [(1, "began", tuple(BEGAN)), (1, 10, 20, b"data"), (1, "ended", (30, "complete", ""))]
    began, (number, at, out, data), ended = messages
    batch = packed(5, record(began) + READ.pack(number, at, out, len(data)) + data + record(ended))
    (size,) = PREFIX.unpack(batch[: PREFIX.size])
    assert size == len(batch) - PREFIX.size
    assert unpacked(batch[PREFIX.size :]) == (5, messages)


def test_the_fields_of_a_kind_make_it_again():
    assert KINDS["began"](*tuple(BEGAN)) == BEGAN
    assert KINDS["ended"](30, "complete", "") == Ended(30, "complete", "")


def test_what_is_no_plain_value_is_refused():
    with pytest.raises(ValueError, match="unmarshallable"):
        record((1, "ended", (object(),)))
