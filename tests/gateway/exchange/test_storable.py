"""What no cassette can hold is refused where its place is still known."""

from dataclasses import replace

import pytest

from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.storable import storable
from recorder.interaction import Response
from tests.gateway.exchange.interactions import STREAM


def test_what_can_be_stored_is_handed_on():
    assert storable(STREAM, Cursor({}, "x")) is STREAM


def test_what_cannot_is_refused():
    with pytest.raises(Refused) as refused:
        storable(replace(STREAM, response=Response(100)), Cursor({}, "file", "entries[3]"))
    assert str(refused.value) == (
        "file: entries[3]: the interaction cannot be stored: `status` must be a whole number from 200 to 599, "
        "but it is 100"
    )
