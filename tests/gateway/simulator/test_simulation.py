"""The options."""

import pytest

from gateway.simulator import Simulation


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"ttft_ms": -1}, "ttft_ms: expected a number from 0 to 1e9, got -1"),
        ({"gap_ms": float("nan")}, "gap_ms: expected a number from 0 to 1e9, got nan"),
        ({"words": 1e10}, "words: expected"),
        ({"spread": 1.5}, "spread: expected a part from 0 to 1, got 1.5"),
    ],
)
def test_what_cannot_be_is_refused_by_name(options, says):
    with pytest.raises(ValueError, match=says):
        Simulation(**options)


def test_the_same_options_are_equal():
    assert Simulation(seed=3) == Simulation(seed=3)
    assert Simulation() == Simulation(seed=0, ttft_ms=120.0, gap_ms=25.0, spread=0.0, words=40, separators=False)
