"""The bootstrap against one that draws every value, its coverage, and what is called a regression."""

import statistics
from random import Random

import pytest

from gateway.metrics.comparison import ENOUGH, difference, verdict
from gateway.metrics.statistics import Distribution, percentile


def drawn_anew(base, new, *, draws, seed):
    """The interval as the textbook has it: every value drawn again, each time."""
    random = Random(seed)
    changes = sorted(
        statistics.median(random.choices(new, k=len(new))) - statistics.median(random.choices(base, k=len(base)))
        for _ in range(draws)
    )
    return percentile(changes, 2.5), percentile(changes, 97.5)


def lognormal(random, n, median=300.0):
    return [median * random.lognormvariate(0, 0.4) for _ in range(n)]


def compared(base, new):
    return difference(Distribution.of(base), Distribution.of(new))


@pytest.mark.parametrize(("few", "many"), [(10, 11), (40, 41), (200, 199)])
def test_the_interval_is_that_of_a_bootstrap_that_draws_every_value(few, many):
    random = Random(few)
    base, new = lognormal(random, few), lognormal(random, many, median=360)
    found = compared(base, new)
    low, high = drawn_anew(base, new, draws=4000, seed=2)
    width = high - low
    assert found.low == pytest.approx(low, abs=0.08 * width)
    assert found.high == pytest.approx(high, abs=0.08 * width)


def test_the_interval_contains_the_truth_about_as_often_as_it_says():
    """95% is what is said; of the percentile bootstrap for medians somewhat more is known to come."""
    truth, rounds, random = 60.0, 60, Random(5)
    found = [compared(lognormal(random, 30), lognormal(random, 30, median=360)) for _ in range(rounds)]
    covered = sum(each.low <= truth <= each.high for each in found) / rounds
    assert 0.90 <= covered <= 0.995


def test_the_same_streams_give_the_same_interval():
    values = lognormal(Random(1), 50)
    assert compared(values, values[::-1]) == compared(values, values)


def test_of_equal_values_the_interval_is_a_point():
    found = compared([5] * 20, [7] * 20)
    assert (found.change, found.low, found.high, found.relative) == (2, 2, 2, 0.4)


@pytest.mark.parametrize(("base", "new"), [(0, 20), (20, 0), (0, 0)])
def test_without_values_nothing_is_said(base, new):
    found = compared([1] * base, [1] * new)
    assert (found.change, found.low, found.high, found.relative) == (None, None, None, None)
    assert verdict(found) == "too few"


def test_with_few_values_the_change_is_told_and_not_judged():
    found = compared([1] * (ENOUGH - 1), [9] * 100)
    assert (found.change, found.low, found.high) == (8, None, None)
    assert verdict(found) == "too few"
    assert verdict(compared([1] * ENOUGH, [9] * ENOUGH)) == "regression"


@pytest.mark.parametrize(
    ("base", "new", "threshold", "more_is_better", "expected"),
    [
        (100, 100, 0, False, "no difference"),
        (100, 120, 0, False, "regression"),
        (100, 120, 0.1, False, "regression"),
        (100, 110, 0.1, False, "within threshold"),
        (100, 120, 0.3, False, "within threshold"),
        (100, 80, 0.1, False, "improvement"),
        (100, 120, 0.1, True, "improvement"),
        (100, 80, 0.1, True, "regression"),
        (0, 5, 0.1, False, "regression"),
    ],
)
def test_a_regression_is_clear_and_beyond_the_threshold(base, new, threshold, more_is_better, expected):
    found = compared([base] * 20, [new] * 20)
    assert verdict(found, threshold=threshold, more_is_better=more_is_better) == expected


def test_what_may_be_chance_is_no_regression():
    random = Random(3)
    base, new = lognormal(random, 12), lognormal(random, 12, median=330)
    assert compared(base, new).low < 0 < compared(base, new).high
    assert verdict(compared(base, new)) == "no difference"
