"""When frames leave."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.simulator.pace import offsets
from gateway.simulator.simulation import Simulation

MS = 1_000_000


def test_the_first_token_comes_after_ttft_and_frames_a_gap_apart():
    assert offsets(Simulation(ttft_ms=100, gap_ms=10), "f", 4) == [100 * MS, 110 * MS, 120 * MS, 130 * MS]


def test_opening_frames_come_a_gap_apart_before_the_first_token():
    assert offsets(Simulation(ttft_ms=100, gap_ms=10), "f", 4, opening=2) == [80 * MS, 90 * MS, 100 * MS, 110 * MS]


def test_opening_frames_move_together_where_the_time_is_short():
    assert offsets(Simulation(ttft_ms=30, gap_ms=25), "f", 3, opening=2) == [10 * MS, 20 * MS, 30 * MS]


def test_a_stream_that_ends_before_its_first_token():
    assert offsets(Simulation(ttft_ms=100, gap_ms=10), "f", 1, opening=3) == [90 * MS]
    assert offsets(Simulation(), "f", 0) == []


def test_nothing_waits_where_no_time_is_given():
    assert offsets(Simulation(ttft_ms=0, gap_ms=0), "f", 3, opening=1) == [0, 0, 0]


@given(st.integers(0, 9), st.floats(0, 1), st.integers(1, 30), st.integers(0, 5))
def test_spread_keeps_the_order_and_its_bounds(seed, spread, frames, opening):
    simulation = Simulation(seed=seed, ttft_ms=100, gap_ms=10, spread=spread)
    times = offsets(simulation, "f", frames, opening)

    assert times == offsets(simulation, "f", frames, opening)
    assert len(times) == frames
    assert all(0 <= later - earlier <= 20 * MS + 1 for earlier, later in pairwise(times))
    assert 0 <= times[0] <= 200 * MS
