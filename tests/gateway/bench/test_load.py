"""When requests are due."""

from itertools import pairwise

import pytest

from gateway.bench.load import Load, due_times

MS = 1_000_000


def test_a_constant_rate_is_due_at_multiples_that_never_drift():
    assert list(due_times(Load(rate=3.0, requests=4))) == [0, 333_333_333, 666_666_667, 1_000_000_000]


@pytest.mark.parametrize(
    ("load", "count"),
    [
        (Load(rate=10.0, requests=5), 5),
        (Load(rate=10.0, duration=1.0), 10),
        (Load(rate=10.0, duration=1.0, requests=3), 3),
        (Load(rate=10.0, duration=0.25, requests=100), 3),
        (Load(rate=10.0, duration=0.01), 1),
    ],
    ids=str,
)
def test_whichever_ends_first_ends_the_run(load, count):
    assert len(list(due_times(load))) == count
    assert load.expected == count


def test_poisson_arrivals_have_the_rate_and_come_from_the_seed():
    load = Load(rate=100.0, arrivals="poisson", seed=7, requests=5_000)
    times = list(due_times(load))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert times == list(due_times(load))
    assert times != list(due_times(Load(rate=100.0, arrivals="poisson", seed=8, requests=5_000)))
    assert sum(gaps) / len(gaps) == pytest.approx(10 * MS, rel=0.05)
    short = sum(gap < 10 * MS for gap in gaps) / len(gaps)
    assert short == pytest.approx(0.632, abs=0.03)  # 1 - 1/e of exponential gaps are below their mean


def test_a_closed_loop_has_as_many_at_once_as_it_has_workers_and_no_plan():
    load = Load(rate=None, concurrency=4, duration=2.0)
    assert (load.at_once, load.expected) == (4, None)
    assert Load(rate=2.0).at_once == 256
