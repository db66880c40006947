"""What a reader has found."""

from gateway.exchange.brought import Brought
from tests.gateway.exchange.interactions import BROKEN, STREAM


def test_interactions_and_reasons_are_told_apart():
    assert Brought.of([STREAM, "no", BROKEN, "no"]) == Brought((STREAM, BROKEN), ("no", "no"))
