"""Each quantity of one stream, by hand."""

import pytest

from gateway.metrics.quantities import QUANTITIES
from tests.gateway.metrics.samples import measurement


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ttfb", [80]),
        ("ttfc", [90]),
        ("ttft", [100]),
        ("ttfo", [160]),
        ("itl", [10.0]),
        ("icl", [60, 30]),
        ("stall_max", [60]),
        ("e2e", [190]),
        ("duration", [200]),
        ("tps", [100_000.0]),
        ("tokens_in", [8]),
        ("tokens_out", [10]),
    ],
)
def test_what_a_stream_gives(name, values):
    times = {"ttfb": 80, "ttfc": 90, "ttfo": 160, "duration": 200}
    assert list(QUANTITIES[name].values(measurement(100, (60, 30), tokens_out=10, **times))) == values


def test_what_is_not_known_gives_nothing():
    nothing = measurement(ttfc=None, ttfo=None, token_at=(), tokens_in=None, tokens_out=None)
    given = {name: list(quantity.values(nothing)) for name, quantity in QUANTITIES.items()}
    assert [name for name, values in given.items() if values] == ["ttfb", "duration"]


def test_the_table_has_every_name_once_with_its_variant():
    assert all(name == quantity.name and quantity.variant for name, quantity in QUANTITIES.items())
    assert [name for name, quantity in QUANTITIES.items() if quantity.pooled] == ["icl"]
